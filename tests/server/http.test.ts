import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, openStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${stage.server.url}${path}`, { headers, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

/** fetch does not let one choose the Host header. */
const getAs = (host: string, path = '/health'): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = http.get(`${stage.server.url}${path}`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    request.on('error', reject);
  });

describe('the HTTP server', () => {
  it('answers a query, with the request’s id and without stack or landing page', async () => {
    const answer = await stage.ask('{ __typename }', {}, { 'x-request-id': 'given-by-caller' });
    expect(answer).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    expect(answer.headers.get('x-request-id')).toBe('given-by-caller');
    const own = await stage.ask('{ __typename }', {}, { 'x-request-id': 'not sane!' });
    expect(own.headers.get('x-request-id')).toMatch(/^[\w-]{8}-\w+$/);
  });

  it.each([
    ['a 2 MB body', 'x'.repeat(2_000_000), {}, 413, 'BODY_TOO_LARGE'],
    ['invalid JSON', '{"query":', {}, 400, 'INVALID_JSON'],
    ['an empty body', '', {}, 400, 'INVALID_JSON'],
    [
      'another content type',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a form that needs no preflight (CSRF)',
      '{"query":"{__typename}"}',
      { 'content-type': 'text/plain' },
      400,
      'BAD_REQUEST',
    ],
    ['no query', '{"variables":{}}', {}, 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{__typename}"}]', {}, 400, 'BAD_REQUEST'],
    ['a document that is no GraphQL', '{"query":"{ shops"}', {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', '{"query":"{ nothing }"}', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an operation that is not there',
      '{"query":"query A{__typename}","operationName":"B"}',
      {},
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a subscription', '{"query":"subscription{syncProgress{id}}"}', {}, 400, 'BAD_REQUEST'],
  ] as const)('refuses %s with a code', async (_, body, headers, status, code) => {
    const answer = await stage.post(body, headers);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.errors[0]?.message).toMatch(/^[A-Z]/);
    expect(answer.text).not.toMatch(/node_modules|at .*\.[jt]s:/);
  });

  it('refuses mutations and cross-site reads over GET', async () => {
    const mutation = encodeURIComponent('mutation { shopPause(input: { shopId: "shop_1" }) { userErrors { code } } }');
    expect(await get(`/graphql?query=${mutation}`, { 'apollo-require-preflight': 'yes' })).toMatchObject({
      status: 405,
    });
    expect(await get('/graphql?query=%7B__typename%7D')).toMatchObject({ status: 400 });
    expect(await get('/graphql?query=%7B__typename%7D', { 'apollo-require-preflight': 'yes' })).toMatchObject({
      status: 200,
    });
  });

  it('answers 404 and 405 as JSON with a code', async () => {
    const missing = await get('/nothing');
    expect([missing.status, JSON.parse(missing.text).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
    const put = await fetch(`${stage.server.url}/graphql`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(JSON.parse(await put.text()).errors[0].extensions.code).toBe('METHOD_NOT_ALLOWED');
  });

  it('refuses foreign Host headers while it needs no key', async () => {
    const port = new URL(stage.server.url).port;
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST']) {
      expect([host, await getAs(host)]).toEqual([host, 200]);
    }
    for (const host of ['evil.example', `127.0.0.1.evil.example:${port}`, 'localhost.evil.example']) {
      expect([host, await getAs(host, '/graphql')]).toEqual([host, 403]);
    }
  });

  it('says that it lives, that it is ready, and where to look', async () => {
    expect(await get('/health')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(await get('/ready')).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    const root = await get('/');
    expect([root.status, root.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('logs a request by name, code and duration, never by its content', async () => {
    await stage.ask('query Named($a: ID!) { node(id: $a) { id } nothing }', { a: 'in-the-variables' });
    await stage.ask('query NamedWell { __typename }');
    await expect.poll(stage.logged).toMatch(/"operation":"NamedWell"/);
    expect(stage.logged()).toMatch(/"codes":"GRAPHQL_VALIDATION_FAILED"/);
    expect(stage.logged()).not.toContain('in-the-variables');
  });
});

describe('a server whose database went away', () => {
  it('lives, is not ready, and masks the cause', async () => {
    const other = await openStage();
    await other.db.close();
    try {
      const [health, ready] = await Promise.all(['/health', '/ready'].map((path) => fetch(other.server.url + path)));
      expect([health?.status, ready?.status]).toEqual([200, 503]);
      const answer = await other.ask('{ shops { nodes { id } } }');
      expect(codeOf(answer)).toBe('SERVICE_UNAVAILABLE');
      const requestId = answer.errors[0]?.extensions.requestId;
      expect(answer.text).not.toMatch(/select|pool|connection|stack/i);
      expect(other.logged()).toContain(`"requestId":"${requestId}"`);
      expect(other.logged()).toContain('request failed');
    } finally {
      await other.server.stop();
    }
  });
});

describe('stopping', () => {
  it('takes less than a second with a stream and a request open, and ends the stream', async () => {
    const other = await openStage();
    const stream = await fetch(`${other.server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { syncProgress { id } }' }),
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const slow = http.request(`${other.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1000 },
    });
    slow.on('error', () => {});
    slow.write('{');
    const began = performance.now();
    await other.server.stop();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await stream.text()).toMatch(/event: complete/);
    slow.destroy();
    await other.close();
  });
});
