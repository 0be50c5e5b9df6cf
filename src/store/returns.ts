import type { Return } from '../commerce/return.js';
import type { Executor } from './database.js';
import { tellingOrders } from './derived.js';
import type { ShopRef } from './pages.js';
import { dropSurplusLines, type Placed } from './sift.js';

/** What the marketplace says, and where it came from. `id` and `imported_at` are ours and are never overwritten. */
const remoteColumns = [
  ...['status', 'changed_at', 'carrier', 'tracking_numbers', 'details'],
  ...['summary_hash', 'content_hash', 'settled_at', 'raw_id'],
];

/** Writes returns with their lines, and what they tell of orders. The shop is locked by the caller. */
export function writeReturns(tx: Executor, shop: ShopRef, writes: readonly Placed<Return>[]): Promise<void> {
  return tellingOrders(tx, shop, 'RETURNED', writes, async () => {
    await putReturns(tx, shop, writes);
    await putLines(tx, shop.id, writes);
    await dropSurplusLines(tx, { table: 'return_lines', owner: 'return_id' }, writes);
  });
}

async function putReturns(tx: Executor, shop: ShopRef, writes: readonly Placed<Return>[]): Promise<void> {
  await tx.run({
    name: 'returns-put',
    text: `insert into returns as r (id, shop_id, marketplace, external_id, ${remoteColumns.join(', ')})
      overriding system value
      select id, $1, $2, external_id, status, changed_at, carrier,
        array(select jsonb_array_elements_text(tracking_numbers)), details, summary_hash, content_hash,
        settled_at, raw_id
      from rows from (
        unnest($3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bytea[], $9::bytea[],
          $10::timestamptz[], $11::bigint[]),
        jsonb_array_elements($12), jsonb_array_elements($13))
        as n (id, external_id, status, changed_at, carrier, summary_hash, content_hash, settled_at, raw_id,
          tracking_numbers, details)
      on conflict (shop_id, external_id) do update set
        ${remoteColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    values: [
      shop.id,
      shop.marketplace,
      writes.map((write) => write.id),
      writes.map((write) => write.noun.externalId),
      writes.map((write) => write.noun.status),
      writes.map((write) => write.noun.changedAt.toISOString()),
      writes.map((write) => write.noun.carrier),
      writes.map((write) => write.summaryHash),
      writes.map((write) => write.contentHash),
      writes.map((write) => write.settledAt?.toISOString() ?? null),
      writes.map((write) => write.rawId),
      // arrays of arrays must be rectangular, so lists of lists travel as JSON
      JSON.stringify(writes.map((write) => write.noun.trackingNumbers)),
      JSON.stringify(writes.map((write) => write.noun.details)),
    ],
  });
}

const lineColumns = ['order_external_id', 'external_id', 'ean', 'quantity', 'accepted', 'reason'];

async function putLines(tx: Executor, shopId: string, writes: readonly Placed<Return>[]): Promise<void> {
  const lines = writes.flatMap(({ id, noun }) => noun.lines.map((line, at) => ({ ...line, id, lineNo: at + 1 })));
  if (lines.length === 0) return;
  const of = (prefix: string) => lineColumns.map((column) => `${prefix}.${column}`).join(', ');
  await tx.run({
    name: 'return-lines-put',
    text: `insert into return_lines as l (return_id, line_no, shop_id, ${lineColumns.join(', ')})
      select return_id, line_no, $1, ${lineColumns.join(', ')}
      from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::text[])
        as n (return_id, line_no, ${lineColumns.join(', ')})
      on conflict (return_id, line_no) do update set
        ${lineColumns.map((column) => `${column} = excluded.${column}`).join(', ')}
      where (${of('l')}) is distinct from (${of('excluded')})`,
    values: [
      shopId,
      lines.map((line) => line.id),
      lines.map((line) => line.lineNo),
      lines.map((line) => line.orderExternalId),
      lines.map((line) => line.externalId),
      lines.map((line) => line.ean),
      lines.map((line) => line.quantity),
      lines.map((line) => line.accepted),
      lines.map((line) => line.reason),
    ],
  });
}
