// PostGraphile beside us, as it comes: over the same tables, with its fastest preset. It is no dependency of ours: npm
// fetches it, and a Node that it accepts, when the benchmark is run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { freePort } from '../../../src/store/embedded/postmaster.js';
import { atEnd } from '../tidy.js';
import { type Request, send } from './load.js';
import type { Asked } from './shapes.js';

const version = '5.1.5';
const ownNode = Number(process.versions.node.split('.')[0]) >= 22;
/** Fetching it the first time takes a while. */
const patienceMs = 120_000;

export interface PostGraphile {
  readonly port: number;
  /** The same four questions, in the order of `questions`. */
  readonly requests: readonly ((place: number) => Request)[];
}

/** Null with a line in the log where it cannot be had. */
export async function startPostGraphile(
  url: string,
  asked: Asked,
  log: (line: string) => void,
): Promise<PostGraphile | null> {
  try {
    await declareRelations(url);
    const port = await serve(url);
    const cursors = await cursorsOf(port, asked);
    return { port, requests: requestsFor(asked, cursors) };
  } catch (error) {
    log(`PostGraphile is left out: ${(error as Error).message}`);
    return null;
  }
}

/** It follows foreign keys only; ours to the order of a parcel is a natural key without one. */
async function declareRelations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `comment on table shipment_lines is E'@foreignKey (shop_id, order_external_id) references orders (shop_id, external_id)'`,
  );
  await client.end();
}

async function serve(url: string): Promise<number> {
  const port = await freePort();
  const packages = [`postgraphile@${version}`, ...(ownNode ? [] : ['node@24'])].flatMap((name) => ['-p', name]);
  const command = `exec postgraphile -P postgraphile/presets/amber -c "$BENCH_DATABASE" -s public -n 127.0.0.1 -p ${port}`;
  const child = spawn('npx', ['--yes', '--loglevel=error', ...packages, '-c', command], {
    env: { ...process.env, BENCH_DATABASE: url, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // a group of its own: npx does not pass signals on to what it runs
    detached: true,
  });
  let words = '';
  child.stderr.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  const ended = once(child, 'exit').then(
    ([code]) => `npx ended with ${code}: ${words.trim().split('\n').at(-1)}`,
    (error: Error) => error.message,
  );
  atEnd(() => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  });
  const deadline = Date.now() + patienceMs;
  let over: string | undefined;
  void ended.then((why) => {
    over = why;
  });
  while (!(await isUp(port))) {
    if (over !== undefined) throw new Error(over);
    if (Date.now() > deadline) throw new Error(`it was not ready after ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return port;
}

const post = (query: string, variables: object): Request => ({
  method: 'POST',
  path: '/graphql',
  body: JSON.stringify({ query, variables }),
});

async function isUp(port: number): Promise<boolean> {
  return send(port, post('{ __typename }', {})).then(
    (text) => text.includes('Query'),
    () => false,
  );
}

const newestFirst = 'orderBy: [ORDERED_AT_DESC, ROW_ID_DESC]';
const orderFields = `rowId orderNumber orderedAt fulfillmentStatus totalMinor currency
  orderLinesByOrderId { nodes { lineNo sku title ordered shipped cancelled unitPriceMinor } }`;
const listQuery = `query ($after: Cursor) {
  allOrders(first: 50, after: $after, ${newestFirst}) { nodes { ${orderFields} } pageInfo { hasNextPage } } }`;
// the order line of a parcel's line is found within an array, which it cannot follow: it need not
const orderQuery = `query ($id: BigInt!) { orderByRowId(rowId: $id) { ${orderFields}
  shipmentLinesByShopIdAndOrderExternalId { nodes { quantity externalId
    shipmentByShipmentId { rowId shippedAt carrier trackingNumber } } } } }`;
const shipmentsQuery = `{ allShipments(first: 100, orderBy: [SHIPPED_AT_DESC, ROW_ID_DESC]) { nodes {
  rowId externalId shippedAt carrier trackingNumber
  shipmentLinesByShipmentId { nodes { quantity
    orderByShopIdAndOrderExternalId { rowId orderNumber orderedAt fulfillmentStatus } } } } } }`;

function requestsFor(asked: Asked, cursors: readonly string[]): PostGraphile['requests'] {
  const pick = <T>(list: readonly T[], place: number) => list[place % list.length] as T;
  return [
    () => post(listQuery, {}),
    (place) => post(orderQuery, { id: pick(asked.orderIds, place) }),
    () => post(shipmentsQuery, {}),
    (place) => post(listQuery, { after: pick(cursors, place) }),
  ];
}

/** Its own cursors of the same places. Fails when a question is not answered. */
async function cursorsOf(port: number, asked: Asked): Promise<string[]> {
  const query = `query ($id: BigInt!) {
    allOrders(first: 1, condition: { rowId: $id }, ${newestFirst}) { edges { cursor } } }`;
  const cursors: string[] = [];
  for (const { id } of asked.cursors) {
    const { data } = (await ask(port, post(query, { id }))) as { data: { allOrders: { edges: { cursor: string }[] } } };
    cursors.push(data.allOrders.edges[0]?.cursor ?? '');
  }
  for (const request of requestsFor(asked, cursors)) await ask(port, request(0));
  return cursors;
}

async function ask(port: number, request: Request): Promise<unknown> {
  const answer = JSON.parse(await send(port, request)) as { errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors[0]?.message);
  return answer;
}
