import { expect, test } from 'vitest';
import { ask, tokenOf, tokenRequest, vendorType } from './ask.js';

test('a token lives 299 seconds; the grant may stand in the form or in the query, the client in a header or in the form', async () => {
  const { bol, get } = await ask();
  const { clientId, clientSecret } = bol.credentials;
  const inForm = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answers = [
    await tokenRequest(bol),
    await tokenRequest(bol, { body: '', query: '?grant_type=client_credentials' }),
    await fetch(`${bol.origin}/token`, { method: 'POST', body: new URLSearchParams(inForm) }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    const token = (await answer.json()) as { access_token: string };
    expect(token).toMatchObject({ expires_in: 299, token_type: 'Bearer', scope: 'RETAILER' });
    expect((await get('/retailer/shipments', { authorization: `Bearer ${token.access_token}` })).status).toBe(200);
  }
  expect(bol.counters.tokensIssued).toBe(4);
  expect(bol.counters.tokenLives.map(({ expiresAt, issuedAt }) => expiresAt - issuedAt)).toEqual(
    Array(4).fill(299_000),
  );
});

test('wrong credentials, secrets in the query, other grants', async () => {
  const { bol } = await ask();
  const refused = await tokenRequest(bol, { secret: 'wrong' });
  const bad = { error: 'invalid_client', error_description: 'Bad client credentials' };
  expect([refused.status, await refused.json()]).toEqual([401, bad]);
  expect((await tokenRequest(bol, { query: '?client_secret=x' })).status).toBe(400);
  expect((await tokenRequest(bol, { body: 'grant_type=password' })).status).toBe(400);
  bol.refuseCredentials();
  expect((await tokenRequest(bol)).status).toBe(401);
  bol.refuseCredentials(false);
  expect((await tokenRequest(bol)).status).toBe(200);
});

test('an old token is told from none, and how old it is', async () => {
  const { bol, get } = await ask({ tokenClock: 'WORLD' });
  bol.advance(299_000);
  expect((await get('/retailer/orders')).status).toBe(200);
  bol.advance(41_000);
  const expired = await get('/retailer/orders');
  expect([expired.status, await expired.json()]).toEqual([
    401,
    {
      title: 'Expired JWT',
      status: 401,
      detail:
        'JWT expired at 2026-11-16T08:04:59Z. Current time: 2026-11-16T08:05:40Z, a difference of 41000 milliseconds.  Allowed clock skew: 1000 milliseconds.',
    },
  ]);
  const none = await fetch(`${bol.origin}/retailer/orders`, { headers: { accept: vendorType } });
  expect([none.status, await none.json()]).toMatchObject([401, { title: 'Unauthorized' }]);
  const authorization = `Bearer ${await tokenOf(bol)}`;
  expect((await get('/retailer/orders', { authorization })).status).toBe(200);
  bol.revokeTokens();
  expect(await (await get('/retailer/orders', { authorization })).json()).toMatchObject({ title: 'Expired JWT' });
});

test('tokens grow old in real time by default', async () => {
  const { bol, get } = await ask({ tokenLifetimeSeconds: 1 });
  bol.advance(3_600_000);
  expect((await get('/retailer/orders')).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect((await get('/retailer/orders')).status).toBe(401);
});

test('a client that asks for too many tokens is shut out: 404, and nothing more', async () => {
  const { bol, get } = await ask({ tokensPerMinute: 3 });
  expect([(await tokenRequest(bol)).status, (await tokenRequest(bol)).status]).toEqual([200, 200]);
  const blocked = await tokenRequest(bol);
  expect([blocked.status, await blocked.text(), blocked.headers.get('content-type')]).toEqual([404, '', null]);
  // what it holds goes on working
  expect((await get('/retailer/orders')).status).toBe(200);
});

test('a blocked address and an inactive account, by hand', async () => {
  const { bol, get } = await ask();
  bol.blockAddress();
  expect((await tokenRequest(bol)).status).toBe(404);
  bol.blockAddress(false);
  expect((await tokenRequest(bol)).status).toBe(200);
  bol.deactivateAccount();
  const refused = await get('/retailer/orders');
  const detail = 'Account is not active, access denied. Please contact partnerservice if this is unexpected.';
  expect([refused.status, await refused.json()]).toEqual([
    403,
    { title: 'Forbidden', status: 403, detail, host: 'Instance-112' },
  ]);
});
