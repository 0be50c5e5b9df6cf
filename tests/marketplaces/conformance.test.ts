// What every marketplace of the registry must satisfy, and the template with them. A new one brings samples, and no test.
import 'reflect-metadata';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isTimeZone } from '../../src/commerce/day.js';
import type { Json } from '../../src/commerce/json.js';
import type { PlainHttp, Session } from '../../src/commerce/marketplace.js';
import type { Return } from '../../src/commerce/return.js';
import { MappingError } from '../../src/errors.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { expectCanonical, expectNoMoreThanAnnounced } from './canonical.js';
import { connectors, folderOf } from './connectors.js';
import { mutationsOf, samplesOf, streamOf } from './samples.js';
import { expectFieldsOf } from './types.js';

const day = 86_400_000;

describe('the registry', () => {
  it('names every marketplace once, after its folder', () => {
    const folders = fs
      .readdirSync('src/marketplaces', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(marketplaces.map(({ id }) => id).sort()).toEqual(folders.sort());
    expect(new Set(marketplaces.map(({ code }) => code)).size).toBe(marketplaces.length);
  });
});

describe.each(connectors)('$title', (marketplace) => {
  it('has a folder like the others', () => {
    const files = fs.readdirSync(folderOf(marketplace));
    for (const file of [
      'index.ts',
      'client.ts',
      'wire.ts',
      'mapping.ts',
      'graph.ts',
      'sandbox.ts',
      'samples',
      'README.md',
    ]) {
      expect(files).toContain(file);
    }
    expect(marketplace.code).toBe(marketplace.id.toUpperCase());
  });

  it('declares sane figures', () => {
    for (const origin of [marketplace.origin, marketplace.loginOrigin ?? marketplace.origin]) {
      // nothing secret is sent where there is no token
      expect(origin).toMatch(marketplace.token ? /^https:\/\/[^/]+$/ : /^https?:\/\/[^/]+$/);
    }
    for (const header of Object.values(marketplace.rateHeaders ?? {})) expect(header).toMatch(/^[\w-]+$/);
    expect(new Set(marketplace.derived).size).toBe(marketplace.derived.length);
    expect(isTimeZone(marketplace.zone)).toBe(true);
    expect(marketplace.mappingVersion).toBeGreaterThanOrEqual(1);
    expect(new Set(marketplace.streams.map(({ name }) => name)).size).toBe(marketplace.streams.length);
    for (const stream of marketplace.streams) {
      expect(stream.everyMs).toBeGreaterThanOrEqual(60_000);
      expect(stream.everyMs).toBeLessThanOrEqual(day);
      expect(stream.overlapMs).toBeGreaterThan(0);
      if (stream.windowMs !== null) expect(stream.windowMs).toBeGreaterThan(stream.everyMs + stream.overlapMs);
      if (stream.fullEveryMs !== undefined) expect(stream.fullEveryMs).toBeGreaterThan(stream.everyMs);
    }
  });

  it('declares ways to catch up, each reaching further back than the one before', () => {
    for (const { strategies, windowMs } of marketplace.streams) {
      expect(new Set(strategies.map(({ code }) => code)).size).toBe(strategies.length);
      const reaches = strategies.map(({ reachMs }) => reachMs ?? Number.POSITIVE_INFINITY);
      // the last one is the widest: a FULL run takes it
      expect(reaches).toEqual(reaches.toSorted((a, b) => a - b));
      for (const { text } of strategies) expect(text.length).toBeGreaterThan(20);
      // no way reaches further back than the source answers
      if (windowMs !== null) expect(reaches.at(-1)).toBeLessThanOrEqual(windowMs);
    }
  });

  it('asks for a single record by its key, whatever characters are in it', async () => {
    for (const { byKey } of marketplace.streams) {
      if (!byKey) continue;
      const asked: string[] = [];
      const http: PlainHttp = {
        get: async (path) => asked.push(path) && { some: 'record' },
        post: async () => expect.unreachable('a record is read, not made'),
      };
      const session: Session = { http, now: async () => new Date() };
      const { signal } = new AbortController();
      const record = byKey(session, 'Ä/1 ?#');
      expect(record.externalId).toBe('Ä/1 ?#');
      // nothing is asked before it is loaded
      expect(asked).toEqual([]);
      expect(await record.load?.(signal)).toEqual({ some: 'record' });
      expect(asked.length).toBe(1);
      expect(asked[0]).toContain('/%C3%84%2F1%20%3F%23');
    }
  });

  it('has a lane for every request, the last for whatever comes', () => {
    for (const lane of marketplace.lanes) {
      expect(lane.requests).toBeGreaterThan(0);
      expect(lane.windowMs).toBeGreaterThan(0);
      expect(lane.queueMax).toBeGreaterThanOrEqual(lane.requests);
      expect(lane.source.length).toBeGreaterThan(10);
      // a stateful pattern would match every other request
      expect(lane.pattern.flags).not.toMatch(/[gy]/);
    }
    const last = marketplace.lanes.at(-1);
    for (const request of ['GET /', 'POST /v9/anything', 'PUT /x?y=z']) expect(last?.pattern.test(request)).toBe(true);
  });

  it('classifies without ever throwing', () => {
    for (const status of [300, 400, 401, 403, 404, 409, 429, 500, 503]) {
      for (const body of ['', '<html>', '{', '{}', '[]', 'null', '{"errors":[{"title":"X"}]}']) {
        for (const path of ['/', '/v1/token', '/x/%']) {
          const failure = marketplace.classify({ method: 'GET', path, status, body });
          if (failure !== null) expect(failure).toMatch(/^[A-Z_]+$/);
        }
      }
    }
  });

  it('has samples of every stream, of which some are rejected', () => {
    const samples = samplesOf(marketplace);
    for (const { name } of marketplace.streams) {
      const own = samples.filter(({ stream }) => stream === name);
      expect(own.filter(({ expected }) => expected !== undefined).length).toBeGreaterThan(0);
      expect(own.filter(({ rejected }) => rejected !== undefined).length).toBeGreaterThan(0);
    }
    for (const { file, stream, source, checked } of samples) {
      expect(file.startsWith(stream.toLowerCase())).toBe(true);
      expect(source.length).toBeGreaterThan(10);
      expect(checked).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  describe.each(samplesOf(marketplace))('$file', ({ stream: name, payload, expected, rejected }) => {
    const stream = streamOf(marketplace, name);

    it('is mapped as expected, or rejected with its reason', () => {
      if (rejected !== undefined) {
        expect(() => stream.map(payload)).toThrow(rejected);
        expect(() => stream.map(payload)).toThrow(MappingError);
        return;
      }
      const noun = stream.map(payload);
      expect(JSON.parse(JSON.stringify(noun))).toEqual(expected);
      expectCanonical(name, noun, marketplace.derived);
      if (name === 'RETURNS') expectNoMoreThanAnnounced(noun as Return);
      const { order, shipment, return: made } = marketplace.types;
      expectFieldsOf({ ORDERS: order, SHIPMENTS: shipment, RETURNS: made }[name], noun.details);
    });

    it('is mapped the same every time, and left as it was', () => {
      if (rejected !== undefined) return;
      const before = JSON.stringify(payload);
      const noun = stream.map(freeze(payload));
      expect(stream.map(JSON.parse(before) as Json)).toEqual(noun);
      expect(JSON.stringify(payload)).toBe(before);
    });

    it('with any one member missing or replaced is still mapped soundly, or rejected: nothing else', () => {
      let mapped = 0;
      let refused = 0;
      for (const mutated of mutationsOf(payload)) {
        try {
          expectCanonical(name, stream.map(mutated), marketplace.derived);
          mapped++;
        } catch (error) {
          if (!(error instanceof MappingError))
            throw new Error(`on ${JSON.stringify(mutated).slice(0, 2_000)}`, { cause: error });
          expect(error.message.length).toBeLessThan(300);
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(0);
      if (rejected === undefined) expect(mapped).toBeGreaterThan(0);
    });
  });
});

function freeze(value: Json): Json {
  if (value !== null && typeof value === 'object') Object.values(value).forEach(freeze);
  return Object.freeze(value) as Json;
}
