// Orders against stock: our placement against a bare single-statement UPDATE of the same rows, on one hot product and on a thousand.
import { type Database, openDatabase } from '../../src/store/database.js';
import { directShop } from '../../src/store/direct-shop.js';
import { placeOrder } from '../../src/store/order-place.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { temporaryServer } from './tidy.js';

const productCount = 1_000;
const atOnce = 10;
const orderDefault = 3_000;

export async function run({ orders = orderDefault, rounds = 3, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { url } = await temporaryServer('stock');
  const db = await openDatabase({ url, poolSize: atOnce });
  try {
    await prepare(db);
    const shopId = await directShop(db);
    const ratios = places.map((): number[] => []);
    for (let round = 1; round <= rounds; round++) {
      for (const [at, { where, sku }] of places.entries()) {
        const bare = await rate(orders, (no) => bareUpdate(db, sku(no)));
        const ours = await rate(orders, (no) => place(db, shopId, sku(no)));
        log(`round ${round} of ${rounds}, ${where}: bare ${Math.round(bare)}/s, placed ${Math.round(ours)}/s`);
        ratios[at]?.push(ours / bare);
      }
    }
    return {
      name: 'stock',
      figures: { orders, connections: atOnce },
      goals: places.map(({ where }, at) => ({
        name: `orders placed on ${where}, of bare updates`,
        value: Math.round(median(ratios[at] ?? []) * 100) / 100,
        goal: 0.25,
        better: 'more',
      })),
    };
  } finally {
    await db.close();
  }
}

const places = [
  { where: 'one hot product', sku: () => 'S1' },
  { where: `${productCount} products`, sku: (at: number) => `S${1 + ((at * 7) % productCount)}` },
];

async function prepare(db: Database): Promise<void> {
  await db.run({
    text: `insert into products (sku, title, price_minor, currency, on_hand, stock_since)
      select 'S' || n, 'Thing', 999, 'EUR', 1000000000, now() from generate_series(1, ${productCount}) n`,
  });
  await db.run({ text: 'analyze products' });
}

const bareUpdate = (db: Database, sku: string) =>
  db.run({
    name: 'bench-bare',
    text: 'update products set reserved = reserved + 1 where sku = $1 and available >= 1 returning id',
    values: [sku],
  });

const place = (db: Database, shopId: string, sku: string) =>
  placeOrder(db, {
    ...{ shopId, customerId: null, lines: [{ sku, quantity: 1 }], acceptAvailable: false, note: null },
    ...{ shippingAddress: null, billingAddress: null, idempotency: null },
  });

/** Per second, so many at a time. */
async function rate(count: number, work: (at: number) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await work(next++);
    }),
  );
  return (count * 1000) / (performance.now() - started);
}
