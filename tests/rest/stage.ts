import { expect } from 'vitest';
import type { ServerOptions } from '../../src/server.js';
import { openStage, type Stage } from '../server/stage.js';
import { type Description, describeServer } from './description.js';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  readonly body: any;
}

export interface RestStage extends Stage {
  readonly description: Description;
  /** Asks a documented route. Whatever the answer is, it is one that the document promises. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>;
  /** Sends anything anywhere. Whatever fails, fails in the one shape. */
  send(path: string, init?: RequestInit): Promise<RestAnswer>;
  /** Products with ten units of stock each. */
  stock(...skus: string[]): Promise<void>;
}

export const json = { 'content-type': 'application/json' };

export async function openRestStage(options: Partial<ServerOptions> = {}): Promise<RestStage> {
  const stage = await openStage(options);
  const { url } = stage.server;
  const description = await describeServer(url);
  const send = async (path: string, init: RequestInit = {}): Promise<RestAnswer> => {
    const { status, headers, ...answer } = await fetched(url + path, init);
    const body = answer.text === '' ? null : JSON.parse(answer.text);
    if (status >= 400) expectProblem(url, body);
    return { status, headers, body };
  };
  return {
    ...stage,
    description,
    send,
    call: async (method, path, body, headers = {}) => {
      const answer = await send(path, {
        method,
        headers: { ...(body !== undefined && json), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect([method, path, answer.status, description.judge(method, path, answer.status, answer.body)]).toEqual([
        ...[method, path, answer.status, []],
      ]);
      return answer;
    },
    stock: async (...skus) => {
      const products = skus.map((sku) => ({ sku, title: `A ${sku}`, price: { amount: '2.50', currency: 'EUR' } }));
      const changes = skus.map((sku) => ({ sku, quantity: 10 }));
      const { data } = await stage.ask(
        `mutation Stock($products: ProductUpsertInput!, $stock: StockSetInput!) {
          productUpsert(input: $products) { userErrors { message } }
          stockSet(input: $stock) { userErrors { message } }
        }`,
        { products: { products }, stock: { changes } },
      );
      expect(data).toEqual({ productUpsert: { userErrors: [] }, stockSet: { userErrors: [] } });
    },
  };
}

async function fetched(url: string, init: RequestInit) {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

// biome-ignore lint/suspicious/noExplicitAny: it is looked at as a whole
function expectProblem(url: string, body: any): void {
  for (const one of [body, ...(body.errors ?? [])]) {
    expect(one).toMatchObject({
      error: expect.stringMatching(/^["`\w].*[.?)]$/s),
      code: expect.stringMatching(/^[A-Z_]+$/),
    });
    expect(one.documentation).toBe(`${url}/docs/errors#${one.code}`);
  }
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.[jt]s:\d|select |\$\w/);
}
