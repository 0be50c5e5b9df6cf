// The client against a real service: what each answer means, how often is asked, and when the service is left alone.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { InventoryUnavailable } from '../../src/errors.js';
import { getProduct, putQuantity, type ReadProduct } from '../../src/inventory/catalog.js';
import { type Patience, Service } from '../../src/inventory/client.js';
import { timings } from '../../src/inventory/room.js';
import { html, json, type Reply, type Stranger, startStranger } from '../http/stranger.js';

let stranger: Stranger;
afterEach(() => stranger?.close());

const patience: Patience = {
  ...{ timeoutMs: 200, answerBytesMax: 10_000, attemptsMax: 3, backOffMs: 5 },
  ...{ failuresMax: 6, openMs: 100, openMaxMs: 400 },
};
const lamp = { id: 'LAMP', title: 'Lamp', price: { amount: '12.30', currency: 'EUR' }, quantity: 7 };
const never = new AbortController().signal;

async function serve(reply: Reply, more: Partial<Patience> = {}): Promise<{ service: Service; told: string[] }> {
  stranger = await startStranger(reply);
  const told: string[] = [];
  const service = new Service({
    ...{ title: 'the catalog service', origin: stranger.origin, patience: { ...patience, ...more } },
    onAnswer: () => told.push('answers'),
    onFailure: (reason) => told.push(reason),
  });
  return { service, told };
}

const failure = async (work: Promise<unknown>): Promise<InventoryUnavailable> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InventoryUnavailable);
  return error as InventoryUnavailable;
};

it('reads a product, with amounts and rates as text or number', async () => {
  const { service } = await serve((_, response) =>
    json(
      response,
      200,
      { ...lamp, price: { amount: 12.3, currency: 'EUR' }, vatRate: 7.5, ean: '4006381333931' },
      { etag: '"v1"' },
    ),
  );
  expect(await getProduct(service, 'LAMP', never)).toMatchObject({
    ...{ sku: 'LAMP', title: 'Lamp', priceMinor: 1230, currency: 'EUR', quantity: 7, vatRate: '7.5' },
    ...{ ean: '4006381333931', etag: '"v1"' },
  });
});

it('shows its token with every request, and nowhere else', async () => {
  const shown: unknown[] = [];
  stranger = await startStranger((request, response) => {
    shown.push([request.method, request.headers.authorization]);
    if (request.method === 'GET') return json(response, 200, lamp);
    json(response, 401, { error: request.headers.authorization });
  });
  const told: string[] = [];
  const service = new Service({
    ...{ title: 'the catalog service', origin: stranger.origin, token: 'very-secret', patience },
    onAnswer: () => {},
    onFailure: (reason) => told.push(reason),
  });
  const product = (await getProduct(service, 'LAMP', never)) as ReadProduct;
  const { message } = await failure(putQuantity(service, product, 6, null, never));
  expect(shown).toEqual([
    ['GET', 'Bearer very-secret'],
    ['PUT', 'Bearer very-secret'],
  ]);
  expect([message, ...told]).toEqual(Array(2).fill('the catalog service answered 401'));
});

it('encodes the SKU, and takes 404 for one that is not known', async () => {
  const { service, told } = await serve((_, response) => json(response, 404, {}));
  expect(await getProduct(service, 'a/b ü?', never)).toBeNull();
  expect(stranger.asked).toEqual(['GET /products/a%2Fb%20%C3%BC%3F']);
  expect(told).toEqual(['answers']);
});

it.each<[string, unknown, string]>([
  ['another product', { ...lamp, id: 'TABLE' }, 'its id is another one'],
  ['no title', { ...lamp, title: ' ' }, 'title'],
  ['half a unit', { ...lamp, quantity: 0.5 }, 'quantity'],
  ['less than nothing', { ...lamp, quantity: -1 }, 'quantity'],
  ['units as text', { ...lamp, quantity: '7' }, 'quantity'],
  ['no price', { ...lamp, price: undefined }, 'price'],
  ['a price of three decimals', { ...lamp, price: { amount: '1.234', currency: 'EUR' } }, 'price'],
  ['a negative price', { ...lamp, price: { amount: -1, currency: 'EUR' } }, 'price'],
  ['no currency', { ...lamp, price: { amount: 1, currency: 'euro' } }, 'price'],
  ['a rate that is none', { ...lamp, vatRate: 'full' }, 'vatRate'],
  ['a list', [lamp], 'it is no object'],
])('refuses a product with %s', async (_, body, member) => {
  const { service } = await serve((_request, response) => json(response, 200, body));
  const { message } = await failure(getProduct(service, 'LAMP', never));
  expect(message).toBe(`the catalog service answered with a product that cannot be used: ${member}`);
});

it.each<[string, Reply, RegExp]>([
  ['an error', (_, response) => html(response, 503), /answered 503$/],
  ['HTML for JSON', (_, response) => html(response, 200), /answered 200 with something that is not JSON$/],
  ['a redirect', (_, response) => void response.writeHead(302, { location: '/' }).end(), /answered 302$/],
  ['a refusal', (_, response) => json(response, 401, {}), /answered 401$/],
  ['too many requests', (_, response) => json(response, 429, {}), /answered 429$/],
  [
    'far too much',
    (_, response) => json(response, 200, { ...lamp, more: 'x'.repeat(20_000) }),
    /more than 10000 bytes/,
  ],
  ['a connection that is cut', (request) => void request.destroy(), /connection failed/],
  ['nothing', () => {}, /no complete answer within 0.2 s$/],
])('asks three times where it gets %s, and says so', async (_, reply, message) => {
  const { service, told } = await serve(reply);
  const error = await failure(getProduct(service, 'LAMP', never));
  expect(error.message).toMatch(message);
  expect(stranger.asked).toHaveLength(3);
  expect(told).toHaveLength(3);
});

it('sends a write once, bound to the version, with all members as they were read', async () => {
  const bodies: string[] = [];
  const { service } = await serve(async (request, response) => {
    if (request.method === 'GET') return json(response, 200, { ...lamp, colour: 'red' }, { etag: '"v1"' });
    let body = String(request.headers['if-match']);
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    json(response, bodies.length === 1 ? 412 : bodies.length === 2 ? 422 : 503, {});
  });
  const product = (await getProduct(service, 'LAMP', never)) as ReadProduct;
  const put = () => putQuantity(service, product, 6, product.etag, never);
  expect([await put(), await put()]).toEqual(['CHANGED', 'REFUSED']);
  expect(await failure(put())).toMatchObject({ mayBeDone: true });
  expect(bodies).toEqual(Array(3).fill(`"v1"${JSON.stringify({ ...lamp, quantity: 6, colour: 'red' })}`));
});

it('opens after six failures, lets one request probe, and closes when it succeeds', async () => {
  let up = false;
  const { service } = await serve((_, response) => (up ? json(response, 200, lamp) : html(response, 500)));
  const ask = () => getProduct(service, 'LAMP', never);
  await failure(ask());
  expect(service.state).toBe('CLOSED');
  await failure(ask());
  expect(service.state).toBe('OPEN');
  const { message, mayBeDone } = await failure(ask());
  expect([message, mayBeDone]).toEqual(['the catalog service failed too often, and is left alone for a moment', false]);
  expect(stranger.asked).toHaveLength(6);

  // the probe fails: it stays open, for longer
  await sleep(patience.openMs + 20);
  expect(service.state).toBe('HALF_OPEN');
  await Promise.all([ask(), ask(), ask(), ask()].map(failure));
  expect(stranger.asked).toHaveLength(7);
  await sleep(patience.openMs + 20);
  expect(service.state).toBe('OPEN');

  up = true;
  await sleep(patience.openMs);
  await ask();
  expect(service.state).toBe('CLOSED');
  await Promise.all([ask(), ask()]);
});

it('opens once for all that were under way when it opened', async () => {
  const { service } = await serve((_, response) => void setTimeout(() => html(response, 500), 30));
  const ask = () => service.put('/products/LAMP', {}, null, never);
  await Promise.all(Array.from({ length: 12 }, () => failure(ask())));
  await sleep(patience.openMs + 20);
  // a probe is let through: had each failure doubled it, it would be open for longer
  await failure(ask());
  expect(stranger.asked).toHaveLength(13);
});

it('opens for writes alone where only they fail, and tells so however often it can be read', async () => {
  const { service, told } = await serve((request, response) =>
    request.method === 'GET' ? json(response, 200, lamp) : html(response, 503),
  );
  const product = (await getProduct(service, 'LAMP', never)) as ReadProduct;
  for (let at = 0; at < 6; at++) {
    await failure(putQuantity(service, product, 6, null, never));
    await getProduct(service, 'LAMP', never);
  }
  const { message, mayBeDone } = await failure(putQuantity(service, product, 6, null, never));
  expect([message, mayBeDone]).toEqual(['the catalog service failed too often, and is left alone for a moment', false]);
  expect(service.state).toBe('CLOSED');
  expect(told.filter((one) => one !== 'answers')).toEqual(Array(6).fill('the catalog service answered 503'));
});

it.each([
  [422, 1, 'the catalog service refused a write with 422'],
  [412, 20, 'the catalog service refused 20 writes in a row with 412'],
])('tells that writes are refused with %i', async (status, times, reason) => {
  const { service, told } = await serve((_, response) => json(response, status, {}));
  for (let at = 0; at < times; at++) await service.put('/products/LAMP', {}, '"v1"', never);
  expect(told).toEqual([reason]);
});

it('does not blame the service where whoever asked had no time left', async () => {
  const { service, told } = await serve(
    (_, response) => void setTimeout(() => json(response, 200, lamp), patience.timeoutMs / 2),
  );
  for (let at = 0; at < patience.failuresMax + 1; at++) {
    await failure(getProduct(service, 'LAMP', AbortSignal.timeout(20)));
  }
  expect(told).toEqual([]);
  expect(service.state).toBe('CLOSED');
  expect(await getProduct(service, 'LAMP', never)).not.toBeNull();
});

it('gives up when the time for the whole answer is over', async () => {
  const { service } = await serve(() => {}, { timeoutMs: 60_000 });
  const { message } = await failure(getProduct(service, 'LAMP', AbortSignal.timeout(50)));
  expect(message).toBe('the catalog service gave no answer in time');
});

it('stays below two seconds with the figures that it works with', () => {
  const { timeoutMs, attemptsMax, backOffMs, answerWithinMs, leaseMs, workMs } = timings;
  const waits = Array.from({ length: attemptsMax - 1 }, (_, at) => backOffMs * 2 ** at).reduce(
    (sum, ms) => sum + ms,
    0,
  );
  expect(attemptsMax * timeoutMs + waits).toBeLessThanOrEqual(answerWithinMs);
  expect(answerWithinMs).toBeLessThanOrEqual(2_000);
  // nobody takes over what may still be under way
  expect(leaseMs).toBeGreaterThan(answerWithinMs + timeoutMs);
  expect(leaseMs).toBeGreaterThan(workMs + timeoutMs);
});
