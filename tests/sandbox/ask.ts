import { onTestFinished } from 'vitest';
import { type OttoSandbox, type OttoSandboxOptions, startSandbox } from '../../src/marketplaces/otto/sandbox.js';
import type {
  WireOrder,
  WireOrderPage,
  WireShipmentPage,
  WireShipmentSummary,
} from '../../src/marketplaces/otto/wire.js';

/** A pretend OTTO, for one test, with a token in hand: a client so plain that what it reads is the protocol itself. */
export interface Asking {
  readonly otto: OttoSandbox;
  get(path: string, token?: string): Promise<Response>;
  post(path: string, json?: unknown): Promise<Response>;
  json<Body>(path: string): Promise<Body>;
  /** Reads from a path to the last page; fails on an endless one. */
  orders(path: string): Promise<WireOrder[]>;
  shipments(path: string): Promise<WireShipmentSummary[]>;
}

export async function ask(options: OttoSandboxOptions = {}): Promise<Asking> {
  const otto = await startSandbox({ rateScale: 1_000, ...options });
  onTestFinished(() => otto.stop());
  const token = await tokenOf(otto);
  const headers = (value = token) => ({ authorization: `Bearer ${value}` });
  const get = (path: string, value?: string) => fetch(otto.origin + path, { headers: headers(value) });
  const json = async <Body>(path: string) => {
    const answer = await get(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  const all = async <Row>(from: string): Promise<Row[]> => {
    const rows: Row[] = [];
    let path: string | undefined = from;
    for (let pages = 0; path !== undefined; pages++) {
      if (pages > 5_000) throw new Error(`${from} has no end`);
      const page: { resources: Row[]; links?: readonly { href: string }[] } = await json(path);
      rows.push(...page.resources);
      path = page.links?.[0]?.href;
    }
    return rows;
  };
  return {
    otto,
    get,
    post: (path, body) =>
      fetch(otto.origin + path, {
        method: 'POST',
        headers: { ...headers(), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    json,
    orders: (path) => all<WireOrderPage['resources'][number]>(path),
    shipments: (path) => all<WireShipmentPage['resources'][number]>(path),
  };
}

export function tokenRequest(
  otto: OttoSandbox,
  {
    path = '/v1/token',
    form = {},
    headers = {},
  }: { path?: string; form?: object; headers?: Record<string, string> } = {},
): Promise<Response> {
  const fields = {
    grant_type: 'client_credentials',
    client_id: otto.credentials.clientId,
    client_secret: otto.credentials.clientSecret,
    scope: 'orders shipments returns',
    ...form,
  };
  return fetch(otto.origin + path, { method: 'POST', headers, body: new URLSearchParams(fields) });
}

export async function tokenOf(otto: OttoSandbox, scope = 'orders shipments returns'): Promise<string> {
  const answer = await tokenRequest(otto, { form: { scope } });
  return ((await answer.json()) as { access_token: string }).access_token;
}
