import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionFile } from '../../codegen.js';
import { expectAgreement } from '../store/agreement.js';
import { type Collection, type Item, sendAll } from './postman.js';
import { openRestStage, type RestStage } from './stage.js';

const apiKey = 'key-of-the-administrator';
const collection = JSON.parse(fs.readFileSync(collectionFile, 'utf8')) as Collection;
const folder = (name: string) => collection.item.find((one) => one.name === name)?.item ?? [];

let stage: RestStage;
beforeAll(async () => {
  stage = await openRestStage({ adminKey: apiKey });
});
afterAll(() => stage?.close());

describe('the request collection', () => {
  it('can be sent from the first request to the last, and again', async () => {
    for (const time of ['first', 'second']) {
      const sent = await sendAll(collection, { baseUrl: stage.server.url, apiKey });
      expect([time, sent.filter(({ failures }) => failures.length)]).toEqual([time, []]);
      expect(sent.length).toBeGreaterThan(25);
    }
    const { data } = await stage.ask('{ orders { totalCount } shops { nodes { name } } }', {}, { 'x-api-key': apiKey });
    // four orders each time; the shops were removed again
    expect(data).toEqual({ orders: { totalCount: 8 }, shops: { nodes: [{ name: 'Direct sales' }] } });
    await expectAgreement(stage.db);
  });

  it('would tell what fails', async () => {
    const sent = await sendAll(collection, { baseUrl: stage.server.url, apiKey: 'wrong' });
    expect(sent.filter(({ failures }) => failures.length)).toHaveLength(sent.length);
  });

  it('has every route and every operation of the client but the endless ones', () => {
    const { paths } = stage.description.document;
    const routes = Object.keys(paths).flatMap((path) =>
      Object.keys(paths[path]).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(
      folder('REST')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(routes.sort());
    const operations = fs
      .readdirSync('src/sdk/operations')
      .flatMap((file) => [
        ...fs.readFileSync(`src/sdk/operations/${file}`, 'utf8').matchAll(/^(?:query|mutation) (\w+)/gm),
      ])
      .map((match) => match[1] as string);
    const named = ['Before', 'GraphQL', 'After'].flatMap((name) => folder(name).map((one) => one.name));
    expect([...new Set(named)].sort()).toEqual([...operations].sort());
  });

  it('is in the format that it says', () => {
    expect(collection.info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json');
    const check = (item: Item) => {
      if (item.item) return item.item.forEach(check);
      const { url } = item.request as NonNullable<Item['request']>;
      const query = (url.query ?? []).filter(({ disabled }) => !disabled);
      const text = query.map(({ key, value }) => `${key}=${encodeURIComponent(value)}`).join('&');
      // tools send either the text or its parts
      expect(url.raw).toBe(`{{baseUrl}}/${url.path.join('/')}${text ? `?${text}` : ''}`);
    };
    collection.item.forEach(check);
  });
});
