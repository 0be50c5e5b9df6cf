import type { CountedRecord } from '../commerce/coverage.js';
import type { StreamName } from '../commerce/marketplace.js';
import type { FulfilledBy } from '../commerce/order.js';
import type { Executor } from './database.js';

/** What we hold of records that were counted elsewhere. */
export interface Held {
  readonly held: number;
  readonly rejected: number;
  /** Neither held in a version that is as new, nor set aside; in the order in which they came. */
  readonly missing: readonly string[];
}

const tableOf = { ORDERS: 'orders', SHIPMENTS: 'shipments', RETURNS: 'returns' } as const;

/** Records of one statement. */
const batch = 1_000;

/** Compares records, each named once, with what is held. */
export async function heldOf(
  db: Executor,
  shopId: string,
  stream: StreamName,
  records: readonly CountedRecord[],
): Promise<Held> {
  const sum = { held: 0, rejected: 0, missing: [] as string[] };
  for (let at = 0; at < records.length; at += batch) {
    const part = await compare(db, shopId, stream, records.slice(at, at + batch));
    sum.held += part.held;
    sum.rejected += part.rejected;
    sum.missing.push(...part.missing);
  }
  return sum;
}

async function compare(
  db: Executor,
  shopId: string,
  stream: StreamName,
  records: readonly CountedRecord[],
): Promise<Held> {
  const table = tableOf[stream];
  // a shipment tells no date of its last change
  const isAsNew = stream === 'SHIPMENTS' ? 'true' : '(r.changed_at is null or t.changed_at >= r.changed_at)';
  const [found] = await db.run<Held>({
    name: `coverage-held-${table}`,
    text: `select count(*) filter (where state = 'HELD')::int as held,
        count(*) filter (where state = 'REJECTED')::int as rejected,
        coalesce(array_agg(external_id order by at) filter (where state = 'MISSING'), '{}') as missing
      from (select r.at, r.external_id,
          case when exists (select from ${table} t
              where t.shop_id = $1 and t.external_id = r.external_id and ${isAsNew}) then 'HELD'
            when exists (select from rejects j
              where j.shop_id = $1 and j.stream = $2 and j.record_key = r.external_id) then 'REJECTED'
            else 'MISSING' end as state
        from unnest($3::text[], $4::timestamptz[]) with ordinality as r (external_id, changed_at, at)) as states`,
    values: [
      ...[shopId, stream, records.map((record) => record.externalId)],
      records.map((record) => record.changedAt?.toISOString() ?? null),
    ],
  });
  return found ?? { held: 0, rejected: 0, missing: [] };
}

/** What orders say was shipped, on dates of theirs within a span of time, against the shipments that are held. Units. */
export interface ShippedUnits {
  readonly counted: number;
  /** A line's units count up to what its order says. */
  readonly held: number;
  /** Orders of which a unit is in no shipment. */
  readonly differing: readonly string[];
}

export async function shippedUnits(
  db: Executor,
  shopId: string,
  lines: { fulfilledBy: FulfilledBy; from: Date; to: Date },
): Promise<ShippedUnits> {
  const [found] = await db.run<ShippedUnits>({
    name: 'coverage-shipped',
    // by the order's own word: a date taken from shipments would move a line to another day as soon as one of them comes
    text: `with lines as (
        select o.external_id, l.shipped, (select coalesce(sum(s.quantity), 0) from shipment_lines s
            where s.shop_id = $1 and s.order_external_id = o.external_id and s.external_id = any (l.external_ids)) as sent
        from orders o join order_lines l on l.order_id = o.id
        where o.shop_id = $1 and l.shipped > 0 and l.fulfilled_by = $2
          and l.own_shipped_at >= $3 and l.own_shipped_at < $4)
      select coalesce(sum(shipped), 0)::int as counted, coalesce(sum(least(shipped, sent)), 0)::int as held,
        coalesce(array_agg(distinct external_id) filter (where sent < shipped), '{}') as differing
      from lines`,
    values: [shopId, lines.fulfilledBy, lines.from, lines.to],
  });
  return found ?? { counted: 0, held: 0, differing: [] };
}

/** Orders as the source sent them, as JSON text, by their keys at the marketplace. */
export function storedOrders(
  db: Executor,
  shopId: string,
  externalIds: readonly string[],
): Promise<{ externalId: string; payload: string }[]> {
  return db.run({
    name: 'coverage-stored-orders',
    text: `select o.external_id as "externalId", r.payload::text as payload
      from orders o join raw_records r on r.id = o.raw_id
      where o.shop_id = $1 and o.external_id = any ($2) order by o.external_id`,
    values: [shopId, externalIds],
  });
}
