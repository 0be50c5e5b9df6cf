// Toy Market's endpoints and what its failures mean. The lists themselves are declared in streams.ts.
import type { Credentials, FailedAnswer, Failure, PlainHttp, Token } from '../../../src/commerce/marketplace.js';
import { HttpFailure } from '../../../src/errors.js';
import type { WireToken } from './wire.js';

export const paths = { token: '/token', orders: '/orders', shipments: '/shipments', returns: '/returns' } as const;

export async function fetchToken(http: PlainHttp, credentials: Credentials, signal: AbortSignal): Promise<Token> {
  const { clientId = '', clientSecret = '' } = credentials;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = (await http.post(paths.token, { form, signal })) as unknown as Partial<WireToken> | null;
  const { access_token: value, expires_in: expiresInSeconds } = answer ?? {};
  if (typeof value !== 'string' || typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) {
    throw new HttpFailure('THEIR_ANSWER', `POST ${paths.token} answered without a token and its life`, 200);
  }
  return { value, expiresInSeconds };
}

/** One cheap authorised request. */
export async function checkAccess(http: PlainHttp, signal: AbortSignal): Promise<void> {
  await http.get(paths.returns, { query: { page: 1 }, signal });
}

/** Toy Market's failures where the status alone does not say what they mean. */
export function classify({ path, status, body }: FailedAnswer): Failure | null {
  // a plain 400 would be ours
  if (path === paths.token && status === 400 && /"invalid_client"/.test(body)) return 'CREDENTIALS_REFUSED';
  return null;
}
