import type { Derived } from '../commerce/marketplace.js';
import type { OrderLine } from '../commerce/order.js';
import type { Executor } from './database.js';

// What a shop's shipments and returns tell of the lines of its orders.

/** A line as far as these facts go. */
type Line = Pick<OrderLine, 'externalIds' | 'ean' | 'shippedAt' | 'quantity'>;

/** What shipments and returns tell, by the order's external id. */
export interface Told {
  /** Null: this marketplace's shipments need not be asked. Per line or unit, when it was shipped for the last time. */
  readonly shipped: ReadonlyMap<string, ReadonlyMap<string, Date>> | null;
  /** Null: its returns need not be asked. */
  readonly accepted: ReadonlyMap<string, readonly Accepted[]> | null;
}

/** Units that came back. */
interface Accepted {
  readonly externalId: string;
  readonly ean: string | null;
  readonly units: number;
}

export interface LineFacts {
  readonly shippedAt: Date | null;
  readonly returned: number;
}

/** Without a shipment a line keeps what its own order says. */
export function factsOf(orderKey: string, lines: readonly Line[], { shipped, accepted }: Told): LineFacts[] {
  const dates = shipped?.get(orderKey);
  const returned = accepted && returnedOf(lines, accepted.get(orderKey) ?? []);
  return lines.map((line, at) => ({
    shippedAt: (line.quantity.shipped > 0 && dates && latestOf(line.externalIds, dates)) || line.shippedAt,
    returned: returned?.[at] ?? line.quantity.returned,
  }));
}

function latestOf(externalIds: readonly string[], dates: ReadonlyMap<string, Date>): Date | null {
  return externalIds.reduce<Date | null>((latest, id) => {
    const at = dates.get(id) ?? null;
    return at && (!latest || at > latest) ? at : latest;
  }, null);
}

/**
 * A returned item belongs to the line that has its id. Where it has an id of its own it belongs to a line of its EAN; to
 * which of several cannot be told, so the first take as many as were shipped. More than that never comes back.
 */
function returnedOf(lines: readonly Line[], accepted: readonly Accepted[]): number[] {
  const returned = lines.map(() => 0);
  /** Gives a line so many units, and says how many it has no room for. */
  const give = (at: number, units: number): number => {
    const taken = Math.min(units, (lines[at] as Line).quantity.shipped - (returned[at] as number));
    returned[at] = (returned[at] as number) + taken;
    return units - taken;
  };
  const byEan = new Map<string, number>();
  for (const { externalId, ean, units } of accepted) {
    const at = lines.findIndex((line) => line.externalIds.includes(externalId));
    if (at >= 0) give(at, units);
    else if (ean !== null) byEan.set(ean, (byEan.get(ean) ?? 0) + units);
  }
  for (const [at, { ean }] of lines.entries()) {
    if (ean !== null) byEan.set(ean, give(at, byEan.get(ean) ?? 0));
  }
  return returned;
}

export async function toldOf(
  tx: Executor,
  shopId: string,
  orderKeys: readonly string[],
  facts: readonly Derived[],
): Promise<Told> {
  return {
    shipped: facts.includes('SHIPPED_AT') ? await shippedOf(tx, shopId, orderKeys) : null,
    accepted: facts.includes('RETURNED') ? await acceptedOf(tx, shopId, orderKeys) : null,
  };
}

// `offset 0` in these keeps the look-up a look-up per order, whatever a plan was made for: see `findStored` in sift.ts

async function shippedOf(tx: Executor, shopId: string, orderKeys: readonly string[]): Promise<Told['shipped']> {
  const rows = await tx.run<{ orderKey: string; externalId: string; shippedAt: Date }>({
    name: 'derived-shipped',
    text: `select k.key as "orderKey", l.external_id as "externalId", max(s.shipped_at) as "shippedAt"
      from unnest($2::text[]) as k (key)
      cross join lateral (select shipment_id, external_id from shipment_lines
        where shop_id = $1 and order_external_id = k.key offset 0) l
      join shipments s on s.id = l.shipment_id
      group by 1, 2`,
    values: [shopId, orderKeys],
  });
  const shipped = new Map<string, Map<string, Date>>();
  for (const { orderKey, externalId, shippedAt } of rows) {
    const dates = shipped.get(orderKey);
    if (dates) dates.set(externalId, shippedAt);
    else shipped.set(orderKey, new Map([[externalId, shippedAt]]));
  }
  return shipped;
}

async function acceptedOf(tx: Executor, shopId: string, orderKeys: readonly string[]): Promise<Told['accepted']> {
  const rows = await tx.run<Accepted & { orderKey: string }>({
    name: 'derived-accepted',
    text: `select k.key as "orderKey", l.external_id as "externalId", l.ean, sum(l.accepted)::float8 as units
      from unnest($2::text[]) as k (key)
      cross join lateral (select external_id, ean, accepted from return_lines
        where shop_id = $1 and order_external_id = k.key and accepted > 0 offset 0) l
      group by 1, 2, 3`,
    values: [shopId, orderKeys],
  });
  const accepted = new Map<string, Accepted[]>();
  for (const { orderKey, ...one } of rows) {
    const list = accepted.get(orderKey);
    if (list) list.push(one);
    else accepted.set(orderKey, [one]);
  }
  return accepted;
}
