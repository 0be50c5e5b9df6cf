// OTTO's endpoints as small functions. They know paths, parameters and envelopes; records stay as they came.
import type { Json } from '../../commerce/json.js';
import type { Credentials, FailedAnswer, Failure, PlainHttp, Query, Token } from '../../commerce/marketplace.js';
import { HttpFailure } from '../../errors.js';
import { forbiddenWithoutJson, scopes } from './guesses.js';

/** One page of a list. */
export interface Listed {
  readonly records: readonly Json[];
  /** The query of the next page's link; null on the last page. */
  readonly next: URLSearchParams | null;
}

export const paths = {
  token: '/v1/token',
  orders: '/v4/orders',
  shipments: '/v1/shipments',
  returns: '/v3/returns',
} as const;

export async function fetchToken(http: PlainHttp, credentials: Credentials, signal: AbortSignal): Promise<Token> {
  const { clientId = '', clientSecret = '' } = credentials;
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: scopes.join(' '),
  };
  const answer = await http.post(paths.token, { form, signal });
  const { access_token: value, expires_in: expiresInSeconds } = membersOf(answer);
  if (typeof value !== 'string' || typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) {
    throw broken(`POST ${paths.token}`, 'a token and its life');
  }
  return { value, expiresInSeconds };
}

/** One cheap authorised request. */
export async function checkAccess(http: PlainHttp, signal: AbortSignal): Promise<void> {
  await http.get(paths.orders, { query: { limit: 1 }, signal });
}

/** A page of orders: from a change date on, or where a cursor points to. With a cursor OTTO considers only the limit. */
export async function listOrders(
  http: PlainHttp,
  from: { fromDate: string | null } | { cursor: string },
  limit: number,
  signal: AbortSignal,
): Promise<Listed> {
  const query: Query =
    'cursor' in from
      ? { nextcursor: from.cursor, limit }
      : { fromDate: from.fromDate ?? undefined, mode: 'AT_LEAST_ONE', limit };
  return listed(paths.orders, await http.get(paths.orders, { query, signal }), 'resources');
}

/** A page of orders by the date on which they were placed, in any state, or where a cursor points to. */
export async function listOrdersPlaced(
  http: PlainHttp,
  from: { fromOrderDate: string; toOrderDate: string } | { cursor: string },
  limit: number,
  signal: AbortSignal,
): Promise<Listed> {
  const query: Query = 'cursor' in from ? { nextcursor: from.cursor, limit } : { ...from, mode: 'AT_LEAST_ONE', limit };
  return listed(paths.orders, await http.get(paths.orders, { query, signal }), 'resources');
}

/** One order, as the list has it. */
export async function getOrder(http: PlainHttp, salesOrderId: string, signal: AbortSignal): Promise<Json> {
  return single(http, `${paths.orders}/${encodeURIComponent(salesOrderId)}`, 'an order', signal);
}

/** A page of shipments that were created on or after a day (UTC). */
export async function listShipments(
  http: PlainHttp,
  { datefrom, next }: { datefrom: string; next: string | null },
  limit: number,
  signal: AbortSignal,
): Promise<Listed> {
  const query = { datefrom, limit, next: next ?? undefined };
  return listed(paths.shipments, await http.get(paths.shipments, { query, signal }), 'resources');
}

/** A whole shipment: the list leaves out most of it. */
export async function getShipment(http: PlainHttp, shipmentId: string, signal: AbortSignal): Promise<Json> {
  return single(http, `${paths.shipments}/${encodeURIComponent(shipmentId)}`, 'a shipment', signal);
}

/** The whole shipment of a parcel, by its label. */
export async function findShipment(
  http: PlainHttp,
  { carrier, trackingNumber }: { carrier: string; trackingNumber: string },
  signal: AbortSignal,
): Promise<Json> {
  const [first, second] = [carrier, trackingNumber].map(encodeURIComponent);
  return single(http, `${paths.shipments}/carriers/${first}/trackingnumbers/${second}`, 'a shipment', signal);
}

async function single(http: PlainHttp, path: string, what: string, signal: AbortSignal): Promise<Json> {
  const answer = await http.get(path, { signal });
  if (Object.keys(membersOf(answer)).length === 0) throw broken(`GET ${path}`, what);
  return answer;
}

/** A page of returns in one status, newest change first; pages count from 1. */
export async function listReturns(
  http: PlainHttp,
  query: { status: string; page: number; limit: number },
  signal: AbortSignal,
): Promise<Listed> {
  return listed(paths.returns, await http.get(paths.returns, { query, signal }), 'positionItems');
}

/** OTTO's failures where the status alone does not say what they mean. */
export function classify({ path, status, body }: FailedAnswer): Failure | null {
  const isJson = /^\s*[{[]/.test(body);
  if (path === paths.token && isJson) {
    if (status === 401 || status === 403) return 'CREDENTIALS_REFUSED';
    const refused = /"(invalid_client|invalid_scope|unauthorized_client|invalid_grant)"/;
    if (status === 400 && refused.test(body)) return 'CREDENTIALS_REFUSED';
  }
  if (status !== 403) return null;
  if (!isJson) return forbiddenWithoutJson;
  // "The partner is not allowed to get shipment with id …": one record, not the account
  return path.startsWith(`${paths.shipments}/`) ? 'GONE' : null;
}

function listed(path: string, answer: Json, member: 'resources' | 'positionItems'): Listed {
  const { [member]: records, links } = membersOf(answer);
  if (!Array.isArray(records)) throw broken(`GET ${path}`, `a list of ${member}`);
  return { records, next: queryOfNext(links ?? null) };
}

/** OTTO writes links relative to the host; whatever host one names, only its parameters are used. */
function queryOfNext(links: Json): URLSearchParams | null {
  if (!Array.isArray(links)) return null;
  for (const link of links) {
    const { rel, href } = membersOf(link);
    if (rel === 'next' && typeof href === 'string' && URL.canParse(href, 'https://api.otto.market')) {
      return new URL(href, 'https://api.otto.market').searchParams;
    }
  }
  return null;
}

function membersOf(answer: Json): Readonly<Record<string, Json>> {
  return answer !== null && typeof answer === 'object' && !Array.isArray(answer)
    ? (answer as Readonly<Record<string, Json>>)
    : {};
}

function broken(request: string, missing: string): HttpFailure {
  return new HttpFailure('THEIR_ANSWER', `${request} answered without ${missing}: the answer cannot be read`, 200);
}
