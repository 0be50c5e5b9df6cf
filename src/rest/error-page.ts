// The page that `documentation` leads to: every code with what it means.
import { type GraphQLEnumType, type GraphQLSchema } from 'graphql';
import { type ApiCode, apiCodes } from '../graph/errors.js';
import { statusOf } from '../server/failures.js';
import { statusOfRefusal } from './problem.js';

export function errorPage(schema: GraphQLSchema): string {
  const refusals = (schema.getType('UserErrorCode') as GraphQLEnumType).getValues();
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>Lading · Error codes</title>
    <link rel="stylesheet" href="/explorer/docs.css" />
  </head>
  <body>
    <main class="codes">
      <p><a href="/docs">Lading · REST</a></p>
      <h1>Error codes</h1>
      <p>Codes are stable: branch on them, show the message. The status is that of REST; GraphQL tells refusals as <code>userErrors</code>.</p>
      <h2>Refusals</h2>
      <p>The request was understood, and nothing was done.</p>
      ${list(refusals.map(({ name, description }) => [name, statusOfRefusal(name), description ?? '']))}
      <h2>Requests that could not be served</h2>
      ${list(Object.entries(apiCodes).map(([code, text]) => [code, statusOf(code as ApiCode), text]))}
    </main>
  </body>
</html>
`;
}

function list(codes: readonly (readonly [code: string, status: number, text: string])[]): string {
  const entries = codes.map(
    ([code, status, text]) =>
      `<dt id="${code}"><a href="#${code}"><code>${code}</code></a> <span>${status}</span></dt>\n        <dd>${html(text)}</dd>`,
  );
  return `<dl>\n        ${entries.join('\n        ')}\n      </dl>`;
}

/** Descriptions are ours; backticks are their only mark. */
const html = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
