// No overselling, whoever asks at the same time: over HTTP, on a real server. Prints what each drill attempted and what became of it.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openStage, type Stage } from '../server/stage.js';
import { expectAgreement } from '../store/agreement.js';

let stage: Stage;
const table: Record<string, string | number>[] = [];

beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  console.table(table);
  await stage?.close();
});
beforeEach(async () => {
  await stage.db.run({ text: 'truncate orders, shipments, products, sales_daily, idempotency_keys cascade' });
});

const skus = Array.from({ length: 30 }, (_, at) => `S${String(at).padStart(2, '0')}`);

async function stock(quantity: number, of: readonly string[] = skus): Promise<void> {
  const products = of.map((sku) => ({ sku, title: sku, price: { amount: '9.99', currency: 'EUR' } }));
  const changes = of.map((sku) => ({ sku, quantity }));
  const { data } = await stage.ask(
    `mutation Stock($products: ProductUpsertInput!, $stock: StockSetInput!) {
      productUpsert(input: $products) { userErrors { message } } stockSet(input: $stock) { userErrors { message } }
    }`,
    { products: { products }, stock: { changes } },
  );
  expect([...data.productUpsert.userErrors, ...data.stockSet.userErrors]).toEqual([]);
}

interface Answer {
  readonly order: { id: string; version: number; lines: { id: string }[] } | null;
  readonly codes: readonly string[];
}

/** What a mutation answered; what failed (a connection that was cut) has no order. */
async function mutate(name: string, input: object): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const text = `mutation M($input: ${type}) { ${name}(input: $input) { order { id version lines { id } } userErrors { code } } }`;
  const { data, errors } = await stage.ask(text, { input });
  const payload = data?.[name];
  const failed = (errors ?? []).map(({ extensions }) => extensions.code);
  // an order can be placed, and the connection be cut when it is read for the answer
  return {
    order: payload?.order ?? null,
    codes: [...failed, ...(payload?.userErrors ?? []).map(({ code }: { code: string }) => code)],
  };
}
const place = (lines: readonly [string, number][], more: object = {}) =>
  mutate('orderPlace', { lines: lines.map(([sku, quantity]) => ({ sku, quantity })), ...more });

/** More promised or gone than there ever was: none, or the drill has failed. */
async function oversold(): Promise<number> {
  const [row] = await stage.db.run<{ units: number }>({
    text: `select coalesce(sum(greatest(0, sold - brought)), 0)::int as units from (
      select p.id, (select coalesce(sum(l.ordered - l.cancelled), 0) from order_lines l where l.sku = p.sku) as sold,
        (select coalesce(sum(on_hand_delta), 0) from stock_movements m where m.product_id = p.id and reason in ('SET', 'ADJUSTED')) as brought
      from products p) s`,
  });
  return row?.units ?? -1;
}

async function tell(drill: string, answers: readonly Answer[]): Promise<void> {
  const accepted = answers.filter(({ order, codes }) => order && codes.length === 0).length;
  // a masked error is what a deadlock would come out as
  const surfaced = answers.filter(({ codes }) => codes.includes('INTERNAL_SERVER_ERROR')).length;
  table.push({
    ...{ drill, attempts: answers.length, accepted, refused: answers.length - accepted },
    ...{ oversold: await oversold(), 'deadlocks surfaced': surfaced },
  });
  expect(table.at(-1)).toMatchObject({ oversold: 0, 'deadlocks surfaced': 0 });
  await expectAgreement(stage.db);
}

const many = <T>(count: number, work: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));

it('sells the last unit once', async () => {
  await stock(1);
  const answers = await many(200, () => place([['S00', 1]]));
  await tell('200 want the last unit', answers);
  expect(answers.filter(({ order }) => order)).toHaveLength(1);
});

it('sells exactly what there is of a hot product', async () => {
  await stock(137);
  const answers = await many(200, (at) => place([['S00', 1 + (at % 3)]]));
  await tell('one hot SKU', answers);
  const [left] = await stage.db.run<{ available: number }>({
    text: `select available from products where sku = 'S00'`,
  });
  // the smallest order that was refused wants more than is left
  expect(left?.available).toBeLessThan(3);
});

it('sells many products in opposing order', async () => {
  await stock(34);
  const lines = skus.map((sku): [string, number] => [sku, 1]);
  const answers = await many(200, (at) => place(at % 2 ? lines : lines.toReversed()));
  await tell('30 SKUs in opposing order', answers);
  expect(answers.filter(({ order }) => order)).toHaveLength(34);
});

it('loses no change when updates, cancels and parcels meet', async () => {
  await stock(60);
  const placed = await many(10, (at) =>
    place([
      ['S00', 2],
      [skus[1 + (at % 5)] as string, 2],
    ]),
  );
  const answers = await many(140, async (at): Promise<Answer> => {
    const { id: orderId, lines } = (placed[at % 10] as Answer).order as NonNullable<Answer['order']>;
    const [first, second] = lines as [{ id: string }, { id: string }];
    const kinds = [
      () => mutate('orderUpdate', { orderId, changeLines: [{ lineId: first.id, quantity: 1 + (at % 9) }] }),
      () => mutate('orderShip', { orderId, lines: [{ lineId: second.id, quantity: 1 }] }),
      () => mutate('orderUpdate', { orderId, addLines: [{ sku: skus[10 + (at % 20)], quantity: 1 }] }),
      () => (at > 100 ? mutate('orderCancel', { orderId }) : place([['S00', 1]])),
    ];
    return (kinds[at % 4] as () => Promise<Answer>)();
  });
  await tell('updates, cancels and parcels', answers);
  const versions = await stage.db.run({
    text: `select id from orders o where version <> (select count(*) from order_events e where e.order_id = o.id)`,
  });
  expect(versions, 'every change that was answered is there').toEqual([]);
});

it('makes one order of a key that comes 50 times', async () => {
  await stock(50);
  const answers = await many(50, () => place([['S00', 1]], { idempotencyKey: 'the same' }));
  await tell('the same key 50 times', answers);
  expect(new Set(answers.map(({ order }) => order?.id)).size).toBe(1);
});

it('leaves an order or nothing when connections are cut, and makes one of it when asked again', async () => {
  await stock(500);
  let cut = 0;
  let cutting = true;
  const killer = new pg.Client({ connectionString: stage.url });
  await killer.connect();
  const cutter = (async () => {
    while (cutting && cut < 250) {
      const { rowCount } = await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and query like '%held as%' limit 2`);
      cut += rowCount ?? 0;
      await sleep(5);
    }
    await killer.end();
  })();
  const wanted = (at: number) => skus.slice(at % 20, (at % 20) + 8).map((sku): [string, number] => [sku, 1]);
  const patient = async (at: number): Promise<Answer> => {
    for (let tries = 0; ; tries++) {
      const answer = await place(wanted(at), { idempotencyKey: `order ${at}` });
      if (answer.order || tries === 100) return answer;
      expect(answer.codes, 'says that it may be asked again').toEqual(['SERVICE_UNAVAILABLE']);
      await sleep(20);
    }
  };
  const answers = await many(150, patient);
  cutting = false;
  await cutter;
  await tell(`connections cut ${cut} times, asked again`, answers);
  expect(cut).toBeGreaterThan(0);
  const [row] = await stage.db.run<{ orders: number }>({ text: 'select count(*)::int as orders from orders' });
  expect(row?.orders).toBe(150);
  expect(answers.every(({ order }) => order)).toBe(true);
});
