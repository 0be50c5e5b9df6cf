import { expect, test } from 'vitest';
import { ask, tokenOf, tokenRequest } from './ask.js';

test('both token paths, the client in the form or in a Basic header', async () => {
  const { otto, get } = await ask();
  const { clientId, clientSecret } = otto.credentials;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  for (const path of ['/v1/token', '/oauth2/token']) {
    const answers = [
      await tokenRequest(otto, { path }),
      await tokenRequest(otto, { path, form: { client_id: '', client_secret: '' }, headers: { authorization: basic } }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const token = (await answer.json()) as { access_token: string; expires_in: number };
      expect(token).toMatchObject({ expires_in: 1_800, token_type: 'Bearer', scope: 'orders shipments returns' });
      expect((await get('/v4/orders', token.access_token)).status).toBe(200);
    }
  }
  expect(otto.counters.tokensIssued).toBe(5);
});

test('refusals are OAuth’s: wrong client 401, unknown scope, grant or encoding 400', async () => {
  const { otto } = await ask();
  const refused = async (request: Promise<Response>) => {
    const answer = await request;
    return [answer.status, ((await answer.json()) as { error: string }).error];
  };
  expect(await refused(tokenRequest(otto, { form: { client_secret: 'x' } }))).toEqual([401, 'invalid_client']);
  expect(await refused(tokenRequest(otto, { form: { scope: 'orders fame' } }))).toEqual([400, 'invalid_scope']);
  expect(await refused(tokenRequest(otto, { form: { grant_type: 'password' } }))).toEqual([
    400,
    'unsupported_grant_type',
  ]);
  const json = fetch(`${otto.origin}/v1/token`, { method: 'POST', body: '{}' });
  expect(await refused(json)).toEqual([400, 'invalid_request']);
});

test('a token lets in only where its scopes do', async () => {
  const { otto, get } = await ask();
  const token = await tokenOf(otto, 'shipments');
  expect((await get('/v1/shipments?datefrom=2020-01-01', token)).status).toBe(200);
  expect((await get('/v4/orders', token)).status).toBe(403);
  expect((await get('/v3/returns', await tokenOf(otto, ''))).status).toBe(403);
});

test('the host asks for a token before it looks at the path', async () => {
  const { otto, get } = await ask();
  expect((await fetch(`${otto.origin}/v9/nothing`)).status).toBe(401);
  expect((await fetch(`${otto.origin}/v4/orders`)).status).toBe(401);
  expect((await get('/v9/nothing')).status).toBe(404);
  expect((await get('/v4/orders', 'made-up')).status).toBe(401);
});

test('tokens die of age, by revocation, and with their client', async () => {
  const { otto, get } = await ask({ tokenLifetimeSeconds: 1 });
  const old = await tokenOf(otto);
  expect((await get('/v4/orders', old)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect((await get('/v4/orders', old)).status).toBe(401);

  const revoked = await tokenOf(otto);
  otto.revokeTokens();
  expect((await get('/v4/orders', revoked)).status).toBe(401);
  expect((await get('/v4/orders', await tokenOf(otto))).status).toBe(200);

  otto.refuseCredentials();
  expect((await tokenRequest(otto)).status).toBe(401);
  otto.refuseCredentials(false);
  expect((await tokenRequest(otto)).status).toBe(200);
});
