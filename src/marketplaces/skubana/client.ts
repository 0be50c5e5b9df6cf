// Skubana's endpoints and what its failures mean. The lists themselves are declared in streams.ts.
import type { Json } from '../../commerce/json.js';
import type { Credentials, Failure, PlainHttp, Token } from '../../commerce/marketplace.js';

export const paths = { orders: '/v1.1/orders' } as const;

/** Skubana: 10 to 1,000 records a page, 100 unless asked otherwise. */
export const pageSize = 100;
const fewest = 10;

/**
 * The access token is the credential: an app gets it once, and nobody says that it ever ends. So "fetching" it means to try it, with
 * the cheapest request there is, whose answer also tells the time. A 401 there means the credentials, once it has come twice.
 */
export async function tryToken(http: PlainHttp, credentials: Credentials, signal: AbortSignal): Promise<Token> {
  const { accessToken: value = '' } = credentials;
  const headers = { authorization: `Bearer ${value}` };
  await http.get(paths.orders, { query: { page: 1, limit: fewest }, headers, signal });
  return { value, expiresInSeconds: Number.POSITIVE_INFINITY };
}

/** One authorised request, for a few orders. */
export async function checkAccess(http: PlainHttp, signal: AbortSignal): Promise<void> {
  await http.get(paths.orders, { query: { page: 1, limit: fewest }, signal });
}

/** Nothing is known of the bodies of its failures: the status decides. */
export function classify(): Failure | null {
  return null;
}

/** Ids are numbers. One that is not makes the record a reject. */
export function keyOf(order: Json): string | null {
  if (order === null || typeof order !== 'object' || Array.isArray(order)) return null;
  const { orderId } = order as Readonly<Record<string, Json>>;
  return typeof orderId === 'number' && Number.isSafeInteger(orderId) && orderId > 0 ? String(orderId) : null;
}

/** Skubana knows no fractions of a second: rounded down, so that nothing is left out. */
export function instantText(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
