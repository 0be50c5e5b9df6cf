import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, openStage, type Stage } from './stage.js';

const adminKey = 'key-of-the-administrator';
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ adminKey });
});
afterAll(() => stage?.close());

const query = '{ __typename }';

describe('a server with an API key', () => {
  it.each([
    ['Bearer', { authorization: `Bearer ${adminKey}` }],
    ['X-API-Key', { 'x-api-key': adminKey }],
  ])('takes it as %s', async (_, headers) => {
    expect(await stage.ask(query, {}, headers as Record<string, string>)).toMatchObject({ status: 200 });
  });

  it.each([
    ['none', {}],
    ['a wrong one', { 'x-api-key': `${adminKey}x` }],
    ['the beginning of it', { authorization: `Bearer ${adminKey.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${Buffer.from(adminKey).toString('base64')}` }],
  ])('refuses %s, before it reads the body', async (_, headers) => {
    const answer = await stage.post('{ not even JSON', headers as Record<string, string>);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.text).not.toContain(adminKey.slice(0, 8));
  });

  it('guards streams and GET as well', async () => {
    for (const path of [
      '/graphql/stream?query=subscription%7BsyncProgress%7Bid%7D%7D',
      '/graphql?query=%7B__typename%7D',
    ]) {
      const answer = await fetch(stage.server.url + path, { headers: { accept: 'text/event-stream' } });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  it('shows the explorer’s empty page, health and readiness to everybody', async () => {
    for (const path of ['/graphql', '/explorer/explorer.js', '/health', '/ready']) {
      const answer = await fetch(stage.server.url + path, { headers: { accept: 'text/html' } });
      expect([path, answer.status]).toEqual([path, 200]);
    }
  });

  it('writes no key to the log', async () => {
    await expect.poll(stage.logged).toContain('UNAUTHENTICATED');
    expect(stage.logged()).not.toContain(adminKey);
  });
});

describe('a server without introspection', () => {
  it('tells nothing of its schema, and does not guess', async () => {
    const other = await openStage({ introspection: false });
    try {
      for (const text of ['{ __schema { types { name } } }', '{ __type(name: "Shop") { name } }', '{ shop { id } }']) {
        const answer = await other.ask(text);
        expect([text, codeOf(answer)]).toEqual([text, 'GRAPHQL_VALIDATION_FAILED']);
        expect(answer.text).not.toContain('Did you mean');
      }
      expect((await other.ask('{ shops { nodes { id } } }')).errors).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
