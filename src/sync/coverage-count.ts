import type { CountedRecord, ListCoverage, OrderCoverage } from '../commerce/coverage.js';
import { dayAfter, dayBegins, daysBetween } from '../commerce/day.js';
import type { Json } from '../commerce/json.js';
import type { Stream } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { type DayKey, type DayResult, type Figures, readWhole } from '../store/coverage.js';
import { heldOf, type ShippedUnits, shippedUnits, storedOrders } from '../store/coverage-counts.js';
import { atOnce } from './ahead.js';
import { type Covering, keepProgress, progressOf } from './coverage-step.js';

/** A list of one day that has more pages than these does not end. */
const pagesMax = 2_000;
/** Orders of one day that the marketplace is asked about one by one. */
const ordersMax = 200;
const ordersNamed = 5;

/** What a second way counts of a day, against what is held. Null: the slice's time is over, and how far it came is kept. */
export async function countDay(covering: Covering, stream: Stream, key: DayKey): Promise<DayResult | null> {
  const reason = whyNot(covering, stream, key);
  if (reason !== null) return unverifiable(reason);
  const { coverage } = stream;
  if (coverage?.by === 'LIST') return countList(covering, coverage, key);
  if (coverage?.by === 'ORDERS') return countShipped(covering, coverage, key);
  throw new Error(`${stream.name} cannot be counted`);
}

const unverifiable = (reason: string, figures: Figures | null = null): DayResult => ({
  ...{ state: 'UNVERIFIABLE', reason, figures, missing: [] },
});

/** Why the day cannot be verified, whatever is asked; null: it can. */
function whyNot({ slice, check, today }: Covering, { name, coverage }: Stream, { day }: DayKey): string | null {
  const { title } = slice.marketplace;
  if (!coverage) return `No second way to count ${name} of ${title} is declared.`;
  if (coverage.by === 'NOTHING') return coverage.reason;
  if (day > today) return 'The day has not begun.';
  if (coverage.reachDays !== null && daysBetween(day, today) > coverage.reachDays) {
    return `${title} answers for the last ${coverage.reachDays} days only: this one is ${daysBetween(day, today)} days ago.`;
  }
  if (coverage.by === 'ORDERS' && !check.enabled.includes('ORDERS')) {
    return `${name} are counted by what the orders say, and ORDERS is switched off.`;
  }
  return null;
}

/** The reason that goes with a gap of today: it may be a matter of minutes. */
function ofToday({ today }: Covering, { day }: DayKey): string | null {
  return day === today
    ? 'The day is not over: what changed in the last minutes may just not have been read yet.'
    : null;
}

async function countList(covering: Covering, coverage: ListCoverage, key: DayKey): Promise<DayResult | null> {
  const { slice, session } = covering;
  const { room, hold } = slice;
  const kept = progressOf(covering, key);
  const records = new Map(recordsOf(kept?.records ?? null));
  let after: Json = kept?.after ?? null;
  for (let pages = 1; ; pages++) {
    const page = await coverage.list(session, { ...key, after }, hold.signal);
    for (const { externalId, changedAt } of page.records) {
      const known = records.get(externalId);
      if (!known || (changedAt && changedAt > known)) records.set(externalId, changedAt);
    }
    if (page.after === null) break;
    if (pages > pagesMax) return unverifiable(`The list of the day does not end after ${pagesMax} pages.`);
    after = page.after;
    if (!slice.over()) continue;
    const seen = [...records].map(([id, changedAt]) => [id, changedAt?.toISOString() ?? null]);
    await keepProgress(covering, key, { after, records: seen });
    return null;
  }
  const counted = [...records].map(([externalId, changedAt]): CountedRecord => ({ externalId, changedAt }));
  const { held, rejected, missing } = await heldOf(room.db, hold.shop.id, key.stream, counted);
  const isGap = missing.length > 0;
  return {
    state: isGap ? 'GAP' : 'MATCHED',
    reason: isGap ? ofToday(covering, key) : null,
    figures: { unit: 'RECORDS', counted: counted.length, held, rejected },
    missing,
  };
}

/** As they were kept between two slices. */
function recordsOf(kept: Json): [string, Date | null][] {
  if (!Array.isArray(kept)) return [];
  return (kept as [string, string | null][]).map(([id, changedAt]) => [
    id,
    changedAt === null ? null : new Date(changedAt),
  ]);
}

/** Units that the orders say were shipped on the day, and those of the shipments that are held. */
export function unitsOf({ slice }: Covering, { day, fulfilledBy }: DayKey): Promise<ShippedUnits> {
  const { room, hold, marketplace } = slice;
  const { zone } = marketplace;
  const span = { from: dayBegins(zone, day), to: dayBegins(zone, dayAfter(day)) };
  return shippedUnits(room.db, hold.shop.id, { fulfilledBy, ...span });
}

async function countShipped(covering: Covering, coverage: OrderCoverage, key: DayKey): Promise<DayResult | null> {
  const { slice } = covering;
  const { room, hold, fence } = slice;
  const { counted, held, differing } = await unitsOf(covering, key);
  const figures = { unit: 'UNITS' as const, counted, held, rejected: 0 };
  if (differing.length === 0) return { state: 'MATCHED', reason: null, figures, missing: [] };
  const asked = differing.slice(0, ordersMax);
  const found = await shipmentsOf(covering, coverage, key, asked);
  if (!found) return null;
  const records = found.map((externalId): CountedRecord => ({ externalId, changedAt: null }));
  const { rejected, missing } = await heldOf(room.db, hold.shop.id, key.stream, records);
  const tooMany =
    differing.length > asked.length
      ? `The shipments of ${differing.length} orders differ; ${asked.length} of these were asked about, and the stream is read whole.`
      : null;
  if (tooMany) await readWhole(room.db, fence, key.stream);
  const result = { figures: { ...figures, rejected }, missing };
  if (missing.length > 0) return { ...result, state: 'GAP', reason: tooMany ?? ofToday(covering, key) };
  if (tooMany) return unverifiable(tooMany, result.figures);
  if (rejected > 0) return { ...result, state: 'MATCHED', reason: 'What is not held lies among the rejects.' };
  const names = `${asked.slice(0, ordersNamed).join(', ')}${asked.length > ordersNamed ? ', …' : ''}`;
  return unverifiable(
    `${slice.marketplace.title} names no further shipment for ${asked.length} orders of which more was shipped than the shipments hold: ${names}.`,
    result.figures,
  );
}

/** Asks the marketplace about orders, several at a time. Null: the slice's time is over. */
async function shipmentsOf(
  covering: Covering,
  coverage: OrderCoverage,
  key: DayKey,
  orders: readonly string[],
): Promise<string[] | null> {
  const { slice, session } = covering;
  const { room, hold } = slice;
  const kept = progressOf(covering, key);
  const asked = new Set((kept?.asked ?? []) as string[]);
  const found = new Set((kept?.found ?? []) as string[]);
  const left = orders.filter((order) => !asked.has(order));
  for (let at = 0; at < left.length; at += room.detailsAtOnce) {
    if (at > 0 && slice.over()) {
      await keepProgress(covering, key, { asked: [...asked], found: [...found] });
      return null;
    }
    const some = left.slice(at, at + room.detailsAtOnce);
    const stored = await storedOrders(room.db, hold.shop.id, some);
    const ids = await atOnce(stored, room.detailsAtOnce, ({ externalId, payload }) =>
      coverage
        .shipmentsOf(session, { externalId, payload: JSON.parse(payload) as Json }, hold.signal)
        .catch(noneIfGone),
    );
    for (const id of ids.flat()) found.add(id);
    for (const order of some) asked.add(order);
  }
  return [...found];
}

function noneIfGone(error: unknown): readonly string[] {
  if (error instanceof HttpFailure && error.failure === 'GONE') return [];
  throw error;
}
