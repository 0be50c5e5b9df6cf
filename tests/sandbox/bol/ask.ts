import { onTestFinished } from 'vitest';
import { type BolSandbox, type BolSandboxOptions, startSandbox } from '../../../src/marketplaces/bol/sandbox.js';

export type Json = Record<string, unknown>;

export interface WireOrder {
  readonly orderId: string;
  readonly orderPlacedDateTime: string;
  readonly orderItems: readonly WireOrderItem[];
  readonly [more: string]: unknown;
}
export interface WireOrderItem {
  readonly orderItemId: string;
  readonly ean: string;
  readonly fulfilmentMethod: string;
  readonly fulfilmentStatus: string;
  readonly quantity: number;
  readonly quantityShipped: number;
  readonly quantityCancelled: number;
  readonly cancellationRequest: boolean;
  readonly latestChangedDateTime: string;
}
export interface WireShipment {
  readonly shipmentId: string;
  readonly shipmentDateTime: string;
  readonly shipmentReference?: string;
  readonly order: { readonly orderId: string };
  readonly shipmentItems: readonly { readonly orderItemId: string }[];
  readonly transport: { readonly transportId: string };
}
export interface WireReturn {
  readonly returnId: string;
  readonly registrationDateTime: string;
  readonly returnItems: readonly {
    readonly rmaId: string;
    readonly handled: boolean;
    readonly expectedQuantity: number;
    readonly processingResults?: readonly { readonly processingDateTime: string }[];
  }[];
}

export const vendorType = 'application/vnd.retailer.v10+json';

/** A pretend bol, for one test, with a token in hand: a client so plain that what it reads is the protocol itself. */
export interface Asking {
  readonly bol: BolSandbox;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body: unknown, type?: string): Promise<Response>;
  json<Body>(path: string): Promise<Body>;
  /** All pages of a list, until one has no rows; fails on an endless one. */
  all<Row>(path: string): Promise<Row[]>;
}

export async function ask(options: BolSandboxOptions = {}): Promise<Asking> {
  const bol = await startSandbox({ rateScale: 10_000, ...options });
  onTestFinished(() => bol.stop());
  const token = await tokenOf(bol);
  const accept = vendorType.replace('v10', options.version ?? 'v10');
  const authorized = { authorization: `Bearer ${token}`, accept };
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(bol.origin + path, { headers: { ...authorized, ...headers } });
  const json = async <Body>(path: string) => {
    const answer = await get(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  return {
    bol,
    get,
    json,
    send: (method, path, body, type = vendorType) =>
      fetch(bol.origin + path, {
        method,
        headers: { ...authorized, 'content-type': type },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async all<Row>(path: string) {
      const rows: Row[] = [];
      for (let page = 1; page < 5_000; page++) {
        const body = await json<Record<string, Row[]>>(`${path}${path.includes('?') ? '&' : '?'}page=${page}`);
        const [found] = Object.values(body);
        if (!found || found.length === 0) return rows;
        rows.push(...found);
      }
      throw new Error(`${path} has no end`);
    },
  };
}

export function tokenRequest(
  bol: BolSandbox,
  { secret = bol.credentials.clientSecret, body = 'grant_type=client_credentials', query = '' } = {},
): Promise<Response> {
  const basic = Buffer.from(`${bol.credentials.clientId}:${secret}`).toString('base64');
  return fetch(`${bol.origin}/token${query}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${basic}`,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body,
  });
}

export async function tokenOf(bol: BolSandbox): Promise<string> {
  return ((await (await tokenRequest(bol)).json()) as { access_token: string }).access_token;
}

export const idsOf = (
  rows: readonly { readonly shipmentId?: string; readonly orderId?: string; readonly returnId?: string }[],
) => rows.map((row) => row.shipmentId ?? row.orderId ?? row.returnId ?? '');
