import { createHash } from 'node:crypto';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import type { Mapped } from '../../src/store/pages.js';

/** A small seeded generator: the same numbers on every machine (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const day = 86_400_000;
const start = Date.UTC(2025, 0, 1);
const skuCount = 2000;
const cities = ['Hamburg', 'Köln', 'Wien', 'Graz', 'Leipzig', 'Bad Münstereifel', 'Dresden', 'Ulm'];
const streets = ['Lindenallee', 'Wandsbeker Straße', 'Am Alten Markt', 'Mühlenweg', 'Große Bergstraße'];

/**
 * Order number `index` of a shop that sells `total` orders in a year: 2.5 lines on average, some SKUs far more popular
 * than others, one in twenty orders with a cancelled unit. The payload has the size and nesting of a real one.
 */
export function sampleOrder(index: number, total: number): Mapped<Order> {
  const random = seeded(index + 1);
  // keys of a marketplace come in no order, which is what makes an index over them dear
  const externalId = sampleUuid(random);
  const orderedAt = new Date(start + Math.floor((index / total) * 365 * day));
  const shippedAt = random() < 0.8 ? new Date(orderedAt.getTime() + day) : null;
  const address = sampleAddress(random);
  const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, at) =>
    sampleLine(index, at, random, shippedAt),
  );
  const payload = JSON.stringify(samplePayload(externalId, orderedAt, address, lines));
  const order: Order = {
    externalId,
    orderNumber: `cbn${String(index).padStart(8, '0')}`,
    orderedAt,
    changedAt: shippedAt ?? new Date(orderedAt.getTime() + 3_600_000),
    shipBy: new Date(orderedAt.getTime() + 2 * day),
    shippingAddress: address,
    billingAddress: address,
    currency: 'EUR',
    lines,
    details: {
      payment: { paymentMethod: 'RECHNUNG', paymentDueDate: null },
      deliveryFees: [{ name: 'Versand', amount: { amount: '5.95', currency: 'EUR' }, vatRate: '19' }],
      affiliateChannel: random() < 0.1 ? 'partner' : null,
    },
  };
  return { noun: order, payload, contentHash: createHash('sha256').update(payload).digest(), summaryHash: null };
}

function sampleUuid(random: () => number): string {
  const hex = (digits: number) =>
    Math.floor(random() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-9${hex(3)}-${hex(12)}`;
}

function sampleAddress(random: () => number) {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  return {
    name: `Maxi Muster${Math.floor(random() * 9000)}`,
    company: null,
    lines: [`${pick(streets)} ${1 + Math.floor(random() * 200)}`],
    postalCode: String(10_000 + Math.floor(random() * 80_000)),
    city: pick(cities),
    stateOrProvince: null,
    country: random() < 0.9 ? 'DE' : 'AT',
  };
}

function sampleLine(index: number, at: number, random: () => number, shippedAt: Date | null): OrderLine {
  const article = Math.floor(random() ** 3 * skuCount);
  const ordered = random() < 0.85 ? 1 : 2;
  const cancelled = random() < 0.02 ? 1 : 0;
  const shipped = shippedAt ? ordered - cancelled : 0;
  const unitPriceMinor = 999 + ((article * 131) % 20_000);
  return {
    externalIds: Array.from(
      { length: ordered },
      (_, unit) => `b${index.toString(16).padStart(7, '0')}-${at}${unit}-47a3`,
    ),
    sku: `SKU-${String(article).padStart(5, '0')}`,
    ean: String(4_000_000_000_000 + article * 7),
    title: `Trapezregal "Nordland" ${article}, Eiche geölt, 5 Böden`,
    fulfilledBy: 'SELLER',
    quantity: { ordered, shipped, cancelled, returned: shipped && random() < 0.05 ? 1 : 0, pending: 0 },
    unitPriceMinor,
    totalMinor: (ordered - cancelled) * unitPriceMinor,
    vatRate: '19',
    shippedAt: shipped ? shippedAt : null,
  };
}

/** As OTTO writes it: one position item per unit, with its product, price, dates and tracking. */
function samplePayload(id: string, orderedAt: Date, address: ReturnType<typeof sampleAddress>, lines: OrderLine[]) {
  const date = orderedAt.toISOString().replace('Z', '+0000');
  const place = {
    ...{ salutation: 'Frau', title: null, firstName: 'Maxi', lastName: address.name, street: address.lines[0] },
    ...{ houseNumber: '7', addition: null, zipCode: address.postalCode, city: address.city, countryCode: 'DEU' },
  };
  return {
    ...{ salesOrderId: id, orderNumber: `cbn${id.slice(2, 10)}`, orderDate: date, lastModifiedDate: date },
    orderLifecycleInformation: { lifecycleChangeDate: date },
    ...{ deliveryAddress: place, invoiceAddress: place, payment: { paymentMethod: 'RECHNUNG', paymentDueDate: null } },
    initialDeliveryFees: [{ name: 'Versand', deliveryFeeAmount: { amount: 5.95, currency: 'EUR' }, vatRate: 19 }],
    positionItems: lines.flatMap((line) =>
      line.externalIds.map((positionItemId) => ({
        positionItemId,
        fulfillmentStatus: line.shippedAt ? 'SENT' : 'PROCESSABLE',
        processableDate: date,
        expectedDeliveryDate: date,
        itemValueGrossPrice: { amount: line.unitPriceMinor / 100, currency: 'EUR' },
        itemValueReducedGrossPrice: { amount: line.unitPriceMinor / 100, currency: 'EUR' },
        product: {
          ...{ sku: line.sku, ean: line.ean, articleNumber: 'S0L5W03A', productTitle: line.title, vatRate: 19 },
          dimensions: [
            { type: 'DIMENSION', displayName: 'Größe', value: '80 x 35 x 180 cm' },
            { type: 'COLOR', displayName: 'Farbe', value: 'eichefarben' },
          ],
          shopUrl: `https://www.otto.de/p/trapezregal-nordland-${line.sku}/#variationId=S0L5W03A`,
        },
        trackingInfo: {
          carrier: 'HERMES',
          carrierServiceCode: 'HSS',
          trackingNumber: `H100${positionItemId.slice(1, 8)}`,
        },
        weeePickup: false,
      })),
    ),
  };
}
