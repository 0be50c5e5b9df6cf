// Orders in which anything may be: products twice, without a SKU, cancelled, shipped before they were ordered.
import type { Order, OrderLine } from '../../src/commerce/order.js';
import { seeded } from '../bench/orders.js';
import { address, line, order } from '../store/shop.js';

const hour = 3_600_000;
const skus = ['LAMP', 'Ärmel-Ü', '🧦 "Socke"', "d'or\\", 'z', null] as const;
/** Round the turn of two months, and the change to summer time. */
const start = Date.parse('2026-02-27T00:00:00Z');

/** The order of a number: always the same one for a seed. */
export function randomOrders(seed: number): (at: number) => Order {
  return (at) => {
    const random = seeded(seed * 100_003 + at);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    const pick = <T>(list: readonly T[]): T => list[upTo(list.length - 1)] as T;
    // full hours, so that midnights of several zones are among them
    const orderedAt = new Date(start + upTo(34 * 24) * hour + pick([0, 0, 1, 1_799_999]));
    const oneLine = (_: unknown, no: number): OrderLine => {
      const ordered = 1 + upTo(3);
      const cancelled = random() < 0.3 ? upTo(ordered) : 0;
      const shipped = random() < 0.7 ? ordered - cancelled : upTo(ordered - cancelled);
      const unitPriceMinor = upTo(5000);
      const sold = ordered - cancelled;
      return line({
        externalIds: Array.from({ length: ordered }, (_unit, unit) => `u-${at}-${no}-${unit}`),
        ...{ sku: pick(skus), ean: `00${at}${no}`, title: `Title ${at}`, fulfilledBy: pick(['SELLER', 'MARKETPLACE']) },
        quantity: { ordered, cancelled, shipped, returned: random() < 0.3 ? upTo(shipped) : 0, pending: 0 },
        // a discount need not divide by the units
        ...{ unitPriceMinor, totalMinor: sold ? sold * unitPriceMinor + upTo(1) : 0 },
        shippedAt: shipped && random() < 0.9 ? new Date(orderedAt.getTime() + (upTo(200) - 5) * hour) : null,
      });
    };
    const country = pick(['DE', 'AT', 'NL', null] as const);
    return order({
      ...{ externalId: `r-${at}`, orderNumber: `n-${at % 30}`, orderedAt, shipBy: null },
      changedAt: new Date(orderedAt.getTime() + hour),
      shippingAddress: country ? address(country) : null,
      currency: pick(['EUR', 'EUR', 'JPY', 'GBP']),
      lines: Array.from({ length: 1 + upTo(3) }, oneLine),
    });
  };
}
