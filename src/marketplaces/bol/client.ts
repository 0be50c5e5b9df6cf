// bol's endpoints and what its failures mean. The lists themselves are declared in streams.ts.
import type { Json } from '../../commerce/json.js';
import type { Credentials, FailedAnswer, Failure, PlainHttp, Token } from '../../commerce/marketplace.js';
import { HttpFailure } from '../../errors.js';
import { mediaType } from './wire.js';

export const paths = {
  /** At the login host. */
  token: '/token',
  orders: '/retailer/orders',
  shipments: '/retailer/shipments',
  returns: '/retailer/returns',
} as const;

/** Of every request but the token's. */
export const headers: Readonly<Record<string, string>> = { accept: mediaType };

/** A token lives 299 s. It must be reused: who fetches one per request gets the IP address blocked. */
export async function fetchToken(http: PlainHttp, credentials: Credentials, signal: AbortSignal): Promise<Token> {
  const { clientId = '', clientSecret = '' } = credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const answer = await http.post(paths.token, {
    // in the form: parameters of the query are still taken, and will not be for ever
    form: { grant_type: 'client_credentials' },
    headers: { accept: 'application/json', authorization: `Basic ${basic}` },
    signal,
  });
  const { access_token: value, expires_in: expiresInSeconds } = membersOf(answer);
  if (typeof value !== 'string' || typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) {
    throw new HttpFailure('THEIR_ANSWER', `POST ${paths.token} answered without a token and its life`, 200);
  }
  return { value, expiresInSeconds };
}

/** One authorised request, for a page of orders. */
export async function checkAccess(http: PlainHttp, signal: AbortSignal): Promise<void> {
  await http.get(paths.orders, { query: { page: 1 }, headers: { ...headers }, signal });
}

/** bol's failures where the status alone does not say what they mean. */
export function classify({ path, status, body }: FailedAnswer): Failure | null {
  const isJson = /^\s*\{/.test(body);
  if (path === paths.token) {
    // how a blocked IP address learns of it, as the pages of another API at the same login host say
    if (status === 404) return 'BLOCKED';
    const isRefused = /"(invalid_client|invalid_grant|unauthorized_client)"/.test(body);
    return isRefused && status >= 400 && status < 500 ? 'CREDENTIALS_REFUSED' : null;
  }
  // "Account is not active, access denied"
  if (status === 403 && isJson) return 'CREDENTIALS_REFUSED';
  // the media type is ours, and no other attempt will carry a better one
  if (status === 406 || status === 415) return 'OUR_REQUEST';
  return null;
}

function membersOf(answer: Json): Readonly<Record<string, Json>> {
  return answer !== null && typeof answer === 'object' && !Array.isArray(answer)
    ? (answer as Readonly<Record<string, Json>>)
    : {};
}
