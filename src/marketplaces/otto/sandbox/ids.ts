import { hash32 } from '../../../sandbox/random.js';

/**
 * OTTO's ids look random. Ours do too, yet each holds its order's number, scrambled: so that finding an order by id
 * needs no index over 100,000 ids, and the same seed gives the same ids.
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
const unscramble = (text: number, seed: number) => (Math.imul(text, inverse) ^ hash32(seed, 1)) >>> 0;
const hex = (value: number) => value.toString(16).padStart(8, '0');

/** At most this many units per order: a unit's number is part of its id. */
export const unitsMax = 16;

function uuid(seed: number, kind: number, index: number): string {
  const [a, b] = [hex(hash32(seed, kind, index)), hex(hash32(seed, kind, index, 1))];
  const variant = '89ab'[Number.parseInt(b[4] ?? '0', 16) & 3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5, 8)}-${variant}${a.slice(1, 4)}-${b.slice(0, 4)}${hex(scramble(index, seed))}`;
}

const orderKind = 2;
const unitKind = 3;

export const salesOrderId = (seed: number, order: number) => uuid(seed, orderKind, order);
export const positionItemId = (seed: number, order: number, unit: number) =>
  uuid(seed, unitKind, order * unitsMax + unit);
/** Ten characters; OTTO's sandbox numbers begin with xjk. */
export const orderNumber = (seed: number, order: number) => `xjk${scramble(order, seed).toString(36).padStart(7, '0')}`;

/** The number of the order that has this id or order number; null for what was never made here. */
export function orderIndex(seed: number, id: string): number | null {
  const number = /^xjk([0-9a-z]{7})$/.exec(id)?.[1];
  const scrambled = number ? Number.parseInt(number, 36) : Number.parseInt(id.slice(-8), 16);
  if (!Number.isSafeInteger(scrambled) || scrambled > 0xffffffff) return null;
  const index = unscramble(scrambled, seed);
  return id === (number ? orderNumber(seed, index) : salesOrderId(seed, index)) ? index : null;
}

/** The order and the number of the unit that has this id. */
export function unitIndex(seed: number, id: string): { order: number; unit: number } | null {
  const scrambled = Number.parseInt(id.slice(-8), 16);
  if (!Number.isSafeInteger(scrambled)) return null;
  const index = unscramble(scrambled, seed);
  const [order, unit] = [Math.floor(index / unitsMax), index % unitsMax];
  return id === positionItemId(seed, order, unit) ? { order, unit } : null;
}

const firstShipment = 101_074_000_000;
const shipmentStep = 37;

/** OTTO's shipment ids are numbers that grow with time. */
export const shipmentId = (index: number) => String(firstShipment + index * shipmentStep);

export function shipmentIndex(id: string): number | null {
  const index = /^\d{12}$/.test(id) ? (Number(id) - firstShipment) / shipmentStep : -1;
  return Number.isInteger(index) && index >= 0 ? index : null;
}
