import { parse } from 'csv-parse/sync';
import { expect } from 'vitest';
import type { Stage } from '../server/stage.js';

export interface StartedExport {
  readonly id: string;
  readonly url: string;
  readonly fileName: string;
  readonly state: string;
}

export interface ExportFigures {
  readonly state: string;
  readonly rowsTotal: number | null;
  readonly rowsWritten: number;
  readonly progress: number;
  readonly error: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export async function startExport(stage: Stage, input: object): Promise<StartedExport> {
  const answer = await stage.ask(
    `mutation ($input: ExportStartInput!) { exportStart(input: $input) {
      export { id url fileName state } userErrors { code field message } } }`,
    { input },
  );
  expect(answer.errors).toEqual([]);
  expect(answer.data.exportStart.userErrors).toEqual([]);
  return answer.data.exportStart.export as StartedExport;
}

export async function figuresOf(stage: Stage, id: string): Promise<ExportFigures> {
  const answer = await stage.ask(
    'query ($id: ID!) { export(id: $id) { state rowsTotal rowsWritten progress error startedAt finishedAt } }',
    { id },
  );
  return answer.data.export as ExportFigures;
}

export async function fetched(stage: Stage, input: object): Promise<{ response: Response; text: string }> {
  const { url } = await startExport(stage, input);
  const response = await fetch(`${stage.server.url}${url}`);
  // not text(): it would swallow a byte order mark
  return { response, text: Buffer.from(await response.arrayBuffer()).toString('utf8') };
}

type Cells = Readonly<Record<string, string>>;

/** The lines of a CSV as an independent reader sees them. It refuses what RFC 4180 does not allow. */
export function cellsOf(text: string): Cells[] {
  return parse(text, { columns: true, record_delimiter: '\r\n', relax_quotes: false }) as Cells[];
}

export async function csv(stage: Stage, input: object): Promise<Cells[]> {
  return cellsOf((await fetched(stage, input)).text);
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
export async function jsonLines(stage: Stage, input: object): Promise<any[]> {
  const { text } = await fetched(stage, { ...input, format: 'JSON_LINES' });
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((one) => JSON.parse(one));
}

/** Every node of a list, page by page. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
export async function everyNode(stage: Stage, list: string, nodes: string, args = ''): Promise<any[]> {
  const found = [];
  for (let after: string | null = null; ; ) {
    const page = after ? `after: "${after}"` : '';
    const answer = await stage.ask(
      `{ list: ${list}(first: 100 ${page} ${args}) { nodes { ${nodes} } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(answer.errors).toEqual([]);
    found.push(...answer.data.list.nodes);
    if (!answer.data.list.pageInfo.hasNextPage) return found;
    after = answer.data.list.pageInfo.endCursor;
  }
}
