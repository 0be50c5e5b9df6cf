import { expect } from 'vitest';
import type { Derived, Stream, StreamName } from '../../src/commerce/marketplace.js';
import { type Address, type Order, totalsOf } from '../../src/commerce/order.js';
import type { Return } from '../../src/commerce/return.js';
import type { Shipment } from '../../src/commerce/shipment.js';

const returnStatuses = ['ANNOUNCED', 'ACCEPTED', 'PARTIALLY_ACCEPTED', 'REJECTED', 'MISDIRECTED', 'CANCELLED'];

/** What holds for every canonical record, whatever the marketplace. Throws an assertion that names what does not. */
export function expectCanonical(
  name: StreamName,
  noun: ReturnType<Stream['map']>,
  derived: readonly Derived[] = [],
): void {
  expectKey(noun.externalId);
  expectStorable(noun.details);
  if (noun.settlesAt) expectInstant(noun.settlesAt);
  if (name === 'ORDERS') expectOrder(noun as Order, derived);
  if (name === 'SHIPMENTS') expectShipment(noun as Shipment);
  if (name === 'RETURNS') expectReturn(noun as Return);
}

function expectOrder(order: Order, derived: readonly Derived[]): void {
  expectKey(order.orderNumber);
  expectInstant(order.orderedAt);
  expectInstant(order.changedAt);
  if (order.shipBy) expectInstant(order.shipBy);
  expectAddress(order.shippingAddress);
  expectAddress(order.billingAddress);
  expect(order.currency).toMatch(/^[A-Z]{3}$/);
  expect(order.lines.length).toBeGreaterThan(0);
  const ids = order.lines.flatMap((line) => line.externalIds);
  expect(new Set(ids).size).toBe(ids.length);
  for (const line of order.lines) {
    line.externalIds.forEach(expectKey);
    if (line.sku !== null) expectKey(line.sku);
    const { ordered, shipped, cancelled, returned, pending } = line.quantity;
    for (const units of [ordered, shipped, cancelled, returned, pending]) expect(units).toBeGreaterThanOrEqual(0);
    expect(ordered).toBeGreaterThan(0);
    expect(shipped + cancelled + pending).toBeLessThanOrEqual(ordered);
    expect(returned).toBeLessThanOrEqual(shipped);
    // where its orders do not tell, a mapping that says something has made it up
    if (derived.includes('RETURNED')) expect(returned).toBe(0);
    for (const minor of [line.unitPriceMinor, line.totalMinor]) {
      expect(Number.isSafeInteger(minor) && minor >= 0).toBe(true);
    }
    // both may be rounded: by half a minor unit per unit, and once more for the total
    const sold = ordered - cancelled;
    const off = Math.abs(line.totalMinor - sold * line.unitPriceMinor);
    expect(off * 2).toBeLessThanOrEqual(sold > 0 ? sold + 1 : 0);
    if (line.vatRate !== null) expect(line.vatRate).toMatch(/^\d{1,3}(\.\d{1,4})?$/);
    if (line.shippedAt) {
      expectInstant(line.shippedAt);
      expect(shipped).toBeGreaterThan(0);
    }
  }
  expect(Number.isSafeInteger(totalsOf(order.lines).totalMinor)).toBe(true);
}

function expectShipment(shipment: Shipment): void {
  expectInstant(shipment.shippedAt);
  expectLines(shipment.lines);
}

function expectReturn(made: Return): void {
  expect(returnStatuses).toContain(made.status);
  expectInstant(made.changedAt);
  for (const number of made.trackingNumbers) expect(typeof number).toBe('string');
  expectLines(made.lines);
  for (const { ean, accepted } of made.lines) {
    if (ean !== null) expectKey(ean);
    expect(Number.isSafeInteger(accepted) && accepted >= 0).toBe(true);
  }
  // a status says no more and no less than the units that were accepted
  const isWhole = made.lines.every(({ accepted, quantity }) => accepted >= quantity);
  const isPart = !isWhole && made.lines.some(({ accepted }) => accepted > 0);
  expect(made.status === 'ACCEPTED').toBe(isWhole);
  expect(made.status === 'PARTIALLY_ACCEPTED').toBe(isPart);
}

/** More may come back than was announced, but not in a sample. */
export function expectNoMoreThanAnnounced({ lines }: Return): void {
  for (const { accepted, quantity } of lines) expect(accepted).toBeLessThanOrEqual(quantity);
}

function expectLines(lines: Shipment['lines'] | Return['lines']): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const { orderExternalId, externalId, quantity } of lines) {
    expectKey(orderExternalId);
    expectKey(externalId);
    expect(Number.isSafeInteger(quantity) && quantity > 0).toBe(true);
  }
}

function expectAddress(address: Address | null): void {
  if (address?.country) expect(address.country).toMatch(/^[A-Z]{2}$/);
  for (const line of address?.lines ?? []) expect(line.trim()).not.toBe('');
}

function expectKey(key: string): void {
  expect(typeof key === 'string' && key.trim() !== '' && key.length <= 2_000).toBe(true);
}

function expectInstant(at: Date): void {
  expect(at).toBeInstanceOf(Date);
  expect(at.toISOString()).toMatch(/^\d{4}-/);
}

/** JSON that comes back as it was: no dates, no undefined, no NaN. */
function expectStorable(details: unknown): void {
  expect(JSON.parse(JSON.stringify(details))).toStrictEqual(details);
}
