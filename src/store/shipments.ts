import type { Shipment } from '../commerce/shipment.js';
import type { Executor } from './database.js';
import { tellingOrders } from './derived.js';
import type { ShopRef } from './pages.js';
import { dropSurplusLines, type Placed } from './sift.js';

/** What the marketplace says, and where it came from. `id` and `imported_at` are ours and are never overwritten. */
const remoteColumns = [
  ...['shipped_at', 'fulfilled_by', 'carrier', 'tracking_number', 'details'],
  ...['summary_hash', 'content_hash', 'settled_at', 'raw_id'],
];

/** Writes shipments with their lines, and what they tell of orders. The shop is locked by the caller. */
export function writeShipments(tx: Executor, shop: ShopRef, writes: readonly Placed<Shipment>[]): Promise<void> {
  return tellingOrders(tx, shop, 'SHIPPED_AT', writes, async () => {
    await putShipments(tx, shop, writes);
    await putLines(tx, shop.id, writes);
    await dropSurplusLines(tx, { table: 'shipment_lines', owner: 'shipment_id' }, writes);
  });
}

async function putShipments(tx: Executor, shop: ShopRef, writes: readonly Placed<Shipment>[]): Promise<void> {
  await tx.run({
    name: 'shipments-put',
    text: `insert into shipments as s (id, shop_id, marketplace, external_id, ${remoteColumns.join(', ')})
      overriding system value
      select id, $1, $2, external_id, ${remoteColumns.join(', ')}
      from rows from (
        unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::bytea[],
          $10::bytea[], $11::timestamptz[], $12::bigint[]),
        jsonb_array_elements($13))
        as n (id, external_id, shipped_at, fulfilled_by, carrier, tracking_number, summary_hash, content_hash,
          settled_at, raw_id, details)
      on conflict (shop_id, external_id) do update set
        ${remoteColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    values: [
      shop.id,
      shop.marketplace,
      writes.map((write) => write.id),
      writes.map((write) => write.noun.externalId),
      writes.map((write) => write.noun.shippedAt.toISOString()),
      writes.map((write) => write.noun.fulfilledBy),
      writes.map((write) => write.noun.carrier),
      writes.map((write) => write.noun.trackingNumber),
      writes.map((write) => write.summaryHash),
      writes.map((write) => write.contentHash),
      writes.map((write) => write.settledAt?.toISOString() ?? null),
      writes.map((write) => write.rawId),
      JSON.stringify(writes.map((write) => write.noun.details)),
    ],
  });
}

async function putLines(tx: Executor, shopId: string, writes: readonly Placed<Shipment>[]): Promise<void> {
  const lines = writes.flatMap(({ id, noun }) => noun.lines.map((line, at) => ({ ...line, id, lineNo: at + 1 })));
  await tx.run({
    name: 'shipment-lines-put',
    text: `insert into shipment_lines as l (shipment_id, line_no, shop_id, order_external_id, external_id, quantity)
      select shipment_id, line_no, $1, order_external_id, external_id, quantity
      from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::int[])
        as n (shipment_id, line_no, order_external_id, external_id, quantity)
      on conflict (shipment_id, line_no) do update set order_external_id = excluded.order_external_id,
        external_id = excluded.external_id, quantity = excluded.quantity
      where (l.order_external_id, l.external_id, l.quantity)
        is distinct from (excluded.order_external_id, excluded.external_id, excluded.quantity)`,
    values: [
      shopId,
      lines.map((line) => line.id),
      lines.map((line) => line.lineNo),
      lines.map((line) => line.orderExternalId),
      lines.map((line) => line.externalId),
      lines.map((line) => line.quantity),
    ],
  });
}
