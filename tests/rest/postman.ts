// Sends a request collection of Postman's format 2.1 as Postman does: in order, with its variables, scripts included.
import { randomUUID } from 'node:crypto';
import vm from 'node:vm';

interface Pair {
  readonly key: string;
  readonly value: string;
  readonly disabled?: boolean;
}

export interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly event?: readonly { readonly listen: string; readonly script: { readonly exec: readonly string[] } }[];
  readonly request?: {
    readonly method: string;
    readonly header: readonly Pair[];
    readonly url: { readonly raw: string; readonly path: readonly string[]; readonly query?: readonly Pair[] };
    readonly body?:
      | { readonly mode: 'raw'; readonly raw: string }
      | { readonly mode: 'graphql'; readonly graphql: { readonly query: string; readonly variables: string } };
  };
}

export interface Collection {
  readonly info: { readonly name: string; readonly schema: string };
  readonly auth: { readonly type: string; readonly apikey: readonly Pair[] };
  readonly variable: readonly Pair[];
  readonly item: readonly Item[];
}

export interface Sent {
  readonly name: string;
  readonly status: number;
  /** What its scripts found wrong, or left without a value. */
  readonly failures: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly body: any;
}

export async function sendAll(collection: Collection, given: Readonly<Record<string, string>>): Promise<Sent[]> {
  const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(given)) variables.set(key, value);
  const sent: Sent[] = [];
  for (const item of flat(collection.item)) sent.push(await send(item, collection, variables));
  return sent;
}

const flat = (items: readonly Item[]): Item[] => items.flatMap((one) => (one.item ? flat(one.item) : [one]));

async function send(item: Item, { auth }: Collection, variables: Map<string, string>): Promise<Sent> {
  const failures: string[] = [];
  const fill = (text: string) =>
    text.replace(/\{\{(\$?\w+)\}\}/g, (_, name: string) => {
      if (name === '$guid') return randomUUID();
      const value = variables.get(name);
      if (value === undefined) failures.push(`{{${name}}} has no value`);
      return value ?? '';
    });
  const { method, header, url, body } = item.request as NonNullable<Item['request']>;
  const key = (name: string) => auth.apikey.find((one) => one.key === name)?.value ?? '';
  const headers = Object.fromEntries(
    [...header, { key: key('key'), value: key('value') }].map((one) => [one.key, fill(one.value)]),
  );
  const answer = await fetch(fill(url.raw), { method, headers, body: body && bodyOf(body, fill) });
  const text = await answer.text();
  for (const { script } of item.event ?? []) run(script.exec.join('\n'), answer.status, text, variables, failures);
  return { name: item.name, status: answer.status, failures, body: text.startsWith('{') ? JSON.parse(text) : text };
}

function bodyOf(body: NonNullable<NonNullable<Item['request']>['body']>, fill: (text: string) => string): string {
  if (body.mode === 'raw') return fill(body.raw);
  const { query, variables } = body.graphql;
  return JSON.stringify({ query, variables: JSON.parse(fill(variables)) });
}

/** What the scripts use of Postman's `pm`. */
function run(code: string, status: number, text: string, variables: Map<string, string>, failures: string[]): void {
  const fail = (message: string) => {
    throw new Error(message);
  };
  const pm = {
    test(name: string, check: () => void) {
      try {
        check();
      } catch (error) {
        failures.push(`${name}: ${(error as Error).message}`);
      }
    },
    response: {
      json: () => JSON.parse(text),
      text: () => text,
      to: { have: { status: (wanted: number) => status === wanted || fail(`${status}: ${text.slice(0, 300)}`) } },
    },
    expect: (value: unknown) => ({
      to: {
        equal: (wanted: unknown) => value === wanted || fail(`${JSON.stringify(value)}, not ${wanted}`),
        not: { include: (part: string) => String(value).includes(part) && fail(String(value)) },
      },
    }),
    collectionVariables: {
      set(name: string, value: unknown) {
        if (value == null) failures.push(`${name} was captured as ${value}`);
        else variables.set(name, String(value));
      },
    },
  };
  try {
    vm.runInNewContext(code, { pm }, { timeout: 1_000 });
  } catch (error) {
    failures.push(`script: ${(error as Error).message}`);
  }
}
