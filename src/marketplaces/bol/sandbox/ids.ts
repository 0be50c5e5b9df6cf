import { hash32 } from '../../../sandbox/random.js';

/**
 * bol's ids are strings: order ids of ten characters, old ones digits only, new ones with letters; all others numbers that
 * grow. Ours hold the record's number, so that finding one by id needs no index over 100,000 of them.
 */
const odd = 0x9e3779b1;
/** `odd * inverse` is 1 modulo 2^32. */
const inverse = inverseOf(odd);

function inverseOf(value: number): number {
  let found = value;
  // Newton: each round doubles the number of right bits
  for (let round = 0; round < 5; round++) found = Math.imul(found, 2 - Math.imul(value, found));
  return found;
}

const scramble = (index: number, seed: number) => Math.imul(index ^ hash32(seed, 1), odd) >>> 0;
const unscramble = (value: number, seed: number) => (Math.imul(value, inverse) ^ hash32(seed, 1)) >>> 0;

/** Above this, ten digits whatever is added. */
const firstNumeric = 5_000_000_000;

/** One in seven is of the old kind, digits only. */
export function orderId(seed: number, index: number): string {
  const scrambled = scramble(index, seed);
  if (index % 7 === 5) return String(firstNumeric + scrambled);
  return `A2M${scrambled.toString(36).toUpperCase().padStart(7, '0')}`;
}

/** The number of the order with this id; null for what was never made here. */
export function orderIndex(seed: number, id: string): number | null {
  const letters = /^A2M([0-9A-Z]{7})$/.exec(id)?.[1];
  const scrambled = letters ? Number.parseInt(letters, 36) : /^\d{10}$/.test(id) ? Number(id) - firstNumeric : -1;
  if (scrambled < 0 || scrambled > 0xffffffff) return null;
  const index = unscramble(scrambled, seed);
  return orderId(seed, index) === id ? index : null;
}

/** At most this many items per order and per return: an item's number is part of its id. */
export const itemsMax = 8;

/** A series of growing numbers, as text. */
interface Series {
  readonly first: number;
  readonly step: number;
}

const textOf = ({ first, step }: Series, index: number) => String(first + index * step);

function indexIn({ first, step }: Series, id: string): number | null {
  const index = /^\d{8,12}$/.test(id) ? (Number(id) - first) / step : -1;
  return Number.isInteger(index) && index >= 0 ? index : null;
}

const orderItems: Series = { first: 2_086_000_000, step: 1 };
const shipments: Series = { first: 1_003_000_000, step: 7 };
const transports: Series = { first: 412_000_000, step: 3 };
const returns: Series = { first: 15_800_000, step: 11 };
const rmas: Series = { first: 60_280_000, step: 1 };

export const orderItemId = (order: number, item: number) => textOf(orderItems, order * itemsMax + item);
export const shipmentId = (index: number) => textOf(shipments, index);
export const transportId = (shipment: number) => textOf(transports, shipment);
export const returnId = (index: number) => textOf(returns, index);
export const rmaId = (made: number, item: number) => textOf(rmas, made * itemsMax + item);

export const shipmentIndex = (id: string) => indexIn(shipments, id);
export const transportIndex = (id: string) => indexIn(transports, id);
export const returnIndex = (id: string) => indexIn(returns, id);

const halves = (index: number | null) =>
  index === null ? null : { of: Math.floor(index / itemsMax), item: index % itemsMax };

/** The order's number and the item's number in it. */
export const orderItemIndex = (id: string) => halves(indexIn(orderItems, id));
/** The return's number and the item's number in it. */
export const rmaIndex = (id: string) => halves(indexIn(rmas, id));

const hex = (value: number) => value.toString(16).padStart(8, '0');

/** A UUID made of these numbers, for offers, labels and processes. */
export function uuid(...keys: readonly number[]): string {
  const [a, b, c] = [hex(hash32(...keys, 1)), hex(hash32(...keys, 2)), hex(hash32(...keys, 3))];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${hex(hash32(...keys, 4))}`;
}
