import { type Chance, chance } from '../../../sandbox/random.js';
import { atBol, atSeller, bolProducts } from './products.js';
import type { Method, OrderRecord } from './records.js';

/** What will become of an order besides being shipped. */
export type Course = 'PLAIN' | 'SPLIT' | 'PART_CANCELLED' | 'ASKED' | 'CANCELLED';

/** An order as the seed has it, before anything happens to it. */
export interface Draft {
  readonly country: 'NL' | 'BE';
  readonly leadingZeroZip: boolean;
  readonly pickupPoint: boolean;
  /** bol leaves billing details out for some. */
  readonly billing: 'SAME' | 'COMPANY' | 'NONE';
  /** Sent by the retailer with a label bought from bol. */
  readonly vvb: boolean;
  readonly hasReference: boolean;
  readonly course: Course;
  readonly isReturned: boolean;
  readonly lines: readonly DraftLine[];
}

export interface DraftLine {
  readonly product: number;
  readonly method: Method;
  readonly quantity: number;
  /** EUR cents, on all units together. */
  readonly discountMinor: number;
}

const line = (product: number, quantity = 1, discountMinor = 0): DraftLine => ({
  product,
  method: bolProducts[product]?.atBol ? 'FBB' : 'FBR',
  quantity,
  discountMinor,
});

/** One of each kind that a client may stumble over: every world of this size or more begins with them. */
const showcase: readonly Partial<Draft>[] = [
  { lines: [line(0)], course: 'PLAIN', vvb: false, billing: 'SAME' },
  { country: 'BE', pickupPoint: true, lines: [line(2)], course: 'PLAIN' },
  { vvb: true, lines: [line(0, 2)], course: 'PLAIN', hasReference: true },
  { lines: [line(4)], course: 'PLAIN' },
  { billing: 'NONE', hasReference: false, lines: [line(9)], course: 'PLAIN' },
  // one line in two parcels
  { lines: [line(0, 3)], course: 'SPLIT' },
  // both methods in one order
  { lines: [line(0), line(6, 2)], course: 'PLAIN' },
  // several items in one parcel
  { lines: [line(1), line(2, 2), line(12)], course: 'PLAIN' },
  { lines: [line(9, 3)], course: 'PART_CANCELLED' },
  { lines: [line(10, 2)], course: 'ASKED' },
  // 3 x 12.99 less 3.90 does not divide by three
  { billing: 'COMPANY', lines: [line(0, 3, 390)], course: 'PLAIN', isReturned: true },
  { country: 'BE', leadingZeroZip: true, lines: [line(3), line(11)], course: 'PLAIN' },
  { lines: [line(2, 2)], course: 'CANCELLED' },
  { lines: [line(6, 4, 101)], course: 'PLAIN', isReturned: true },
];

export const showcaseSize = showcase.length;

/** An order to which nothing has happened yet. */
export function newOrder(seed: number, index: number, placedAt: number): OrderRecord {
  // named one by one: a spread would give each of 100,000 items a hash table of its own
  const items = draftOf(seed, index).lines.map(({ product, method, quantity, discountMinor }) => ({
    product,
    method,
    quantity,
    discountMinor,
    shipped: 0,
    cancelled: 0,
    asked: false,
    changedAt: placedAt,
  }));
  return { index, placedAt, items, shipments: [], returns: [], stepsTaken: 0, dueAt: 0 };
}

export function draftOf(seed: number, order: number): Draft {
  const by = chance(seed, 10, order);
  const drawn: Draft = {
    country: by.is(0.72) ? 'NL' : 'BE',
    leadingZeroZip: false,
    pickupPoint: by.is(0.12),
    billing: (['SAME', 'COMPANY', 'NONE'] as const)[by.weighted([85, 9, 6])] ?? 'SAME',
    vvb: by.is(0.3),
    hasReference: by.is(0.6),
    course: courses[by.weighted([80, 8, 4, 5, 3])] ?? 'PLAIN',
    isReturned: by.is(0.1),
    lines: linesOf(by),
  };
  return { ...drawn, ...showcase[order] };
}

const courses: readonly Course[] = ['PLAIN', 'SPLIT', 'PART_CANCELLED', 'ASKED', 'CANCELLED'];

/** One to four different products of one method, in three of a hundred orders of both. */
function linesOf(by: Chance): DraftLine[] {
  const sources = by.is(0.03) ? [atSeller, atBol] : [by.is(0.4) ? atBol : atSeller];
  const lines = sources.flatMap((source) => {
    const rows = 1 + by.weighted([70, 20, 7, 3]);
    const chosen = new Set<number>();
    while (chosen.size < rows) {
      chosen.add(source[by.weighted(source.map((index) => bolProducts[index]?.weight ?? 0))] as number);
    }
    return [...chosen].map((product) => {
      const quantity = 1 + by.weighted([76, 14, 6, 4]);
      const price = bolProducts[product]?.priceMinor ?? 0;
      return line(product, quantity, by.is(0.12) ? Math.round((price * quantity * by.int(3, 22)) / 100) : 0);
    });
  });
  return lines;
}
