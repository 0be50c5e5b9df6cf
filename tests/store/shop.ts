import { createHash, randomBytes } from 'node:crypto';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import type { Return } from '../../src/commerce/return.js';
import type { Shipment } from '../../src/commerce/shipment.js';
import type { Database } from '../../src/store/database.js';
import type { Mapped, PageWrite, ShopRef } from '../../src/store/pages.js';

export interface TestShop {
  readonly shop: ShopRef;
  readonly runId: string;
}

/** A shop with all three streams and a run under way. */
export async function addShop(db: Database, mode: 'INCREMENTAL' | 'FULL' = 'INCREMENTAL'): Promise<TestShop> {
  const [row] = await db.run<{ id: string; runId: string }>({
    text: `with shop as (
        insert into shops (marketplace, name, account_digest, credentials, credentials_key_id)
        values ('OTTO', 'test', $1, '', '') returning id),
      names as (select unnest(array['ORDERS', 'SHIPMENTS', 'RETURNS']) as name),
      stream as (insert into streams (shop_id, name) select id, name from shop, names),
      run as (insert into sync_runs (shop_id, mode, trigger) select id, $2, 'MANUAL' from shop returning id, shop_id),
      part as (insert into stream_runs (run_id, stream, status, started_at)
        select id, name, 'RUNNING', '2025-06-01T08:00:00Z' from run, names)
      select shop_id as id, id as "runId" from run`,
    values: [randomBytes(16), mode],
  });
  if (!row) throw new Error('the shop was not added');
  return {
    shop: { id: row.id, marketplace: 'OTTO', zone: 'Europe/Berlin', epoch: '0', derived: [] },
    runId: row.runId,
  };
}

/** A page as the engine hands it over. */
export function pageOf(
  { shop, runId }: TestShop,
  records: readonly Mapped<Order | Shipment | Return>[],
  more: Partial<PageWrite> = {},
): PageWrite {
  return {
    ...{ shop, runId, stream: 'ORDERS', records, rejects: [], mappingVersion: 1, fetched: records.length },
    ...{ unchanged: 0, meter: { requests: 1, retries: 0, throttledMs: 0 }, cursor: { next: 'a' }, done: false },
    ...more,
  };
}

/** With a payload made from the record, so that two that differ have different hashes. */
export function mapped<Noun>(noun: Noun, summaryHash: Buffer | null = null): Mapped<Noun> {
  const payload = JSON.stringify(noun);
  return { noun, payload, contentHash: createHash('sha256').update(payload).digest(), summaryHash };
}

export function line(more: Partial<OrderLine> = {}): OrderLine {
  const made = {
    ...{ externalIds: ['item-1'], sku: 'A', ean: null, title: 'Lamp', unitPriceMinor: 1000 },
    ...{ quantity: { ordered: 1, shipped: 0, cancelled: 0, returned: 0, pending: 0 }, vatRate: '19', shippedAt: null },
    ...more,
  };
  const { quantity, unitPriceMinor } = made;
  return { fulfilledBy: 'SELLER', totalMinor: (quantity.ordered - quantity.cancelled) * unitPriceMinor, ...made };
}

export function order(more: Partial<Order> = {}): Order {
  return {
    ...{ externalId: 'o-1', orderNumber: 'n-1', orderedAt: new Date('2025-05-01T10:00:00Z') },
    ...{ changedAt: new Date('2025-05-01T11:00:00Z'), shipBy: null, shippingAddress: address('DE') },
    ...{ billingAddress: null, currency: 'EUR', lines: [line()], details: { payment: 'RECHNUNG' } },
    ...more,
  };
}

export function address(country: string) {
  return {
    ...{ name: 'Maxi "M" Muster', company: null, lines: ['Weg 1', 'c/o \\ {x,y}'], postalCode: '20095' },
    ...{ city: 'Hamburg', stateOrProvince: null, country },
  };
}

/** Every row of these tables with the transaction that wrote it: what was touched, differs. */
export async function rowsOf(db: Database, ...tables: string[]): Promise<string[]> {
  const rows: string[] = [];
  for (const table of tables) {
    const found = await db.run<{ row: string }>({
      text: `select '${table}' || t.ctid || t.xmin || t::text as row from ${table} t order by 1`,
    });
    rows.push(...found.map(({ row }) => row));
  }
  return rows;
}

export const importedTables = [
  ...['orders', 'order_lines', 'shipments', 'shipment_lines', 'returns', 'return_lines', 'sales_daily'],
  'raw_records',
];
