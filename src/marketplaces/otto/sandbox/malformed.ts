import type { WireOrder } from '../wire.js';

/**
 * Records that no connector can use, one of each kind, always the same: made from a good one, under ids of their own.
 * A reader must set them aside with a reason and go on.
 */
export function malformedOrders(sample: WireOrder | undefined): object[] {
  if (!sample) return [];
  const item = sample.positionItems[0] as WireOrder['positionItems'][number];
  const named = (kind: number) => ({
    ...sample,
    salesOrderId: `0bad0bad-0000-4000-8000-00000000000${kind}`,
    orderNumber: `xjkbad000${kind}`,
    positionItems: [{ ...item, positionItemId: `0bad0bad-0000-4000-8000-10000000000${kind}` }],
  });
  const { salesOrderId: _, ...nameless } = named(1);
  return [
    nameless,
    {
      ...named(2),
      positionItems: named(2).positionItems.map((each) => ({ ...each, fulfillmentStatus: 'TELEPORTED' })),
    },
    { ...named(3), orderDate: '2026-02-31T25:61:00.000+0000' },
    {
      ...named(4),
      positionItems: named(4).positionItems.map((each) => ({
        ...each,
        itemValueGrossPrice: { amount: -1, currency: 'EUR' },
        itemValueReducedGrossPrice: null,
      })),
    },
    { ...named(5), positionItems: null },
  ];
}

/** Number of records that `malformedOrders` adds to a page. */
export const malformedOrderCount = 5;

/** In the list: one without an id, one whose detail (`malformedShipment`) is broken. */
export const malformedShipmentId = '999000000001';

export function malformedShipments(): object[] {
  const summary = { creationDate: '2026-11-01T10:00:00.000Z', trackingKey: { carrier: 'DHL' }, states: [] };
  return [summary, { shipmentId: malformedShipmentId, ...summary }];
}

export function malformedShipment(): object {
  return {
    shipmentId: malformedShipmentId,
    creationDate: '2026-11-01T10:00:00.000Z',
    shipDate: 'yesterday',
    trackingKey: { carrier: 'DHL' },
    shipFromAddress: { city: 'Dresden', zipCode: '01067', countryCode: 'DEU' },
    positionItems: null,
    states: [],
  };
}

export function malformedReturns(): object[] {
  const salesOrderId = '0bad0bad-0000-4000-8000-000000000001';
  const occurredTime = '2026-11-01T10:00:00.000Z';
  return [
    { salesOrderId, status: 'ANNOUNCED', occurredTime },
    { salesOrderId, positionItemId: '0bad0bad-0000-4000-8000-200000000001', status: 'LOST', occurredTime },
    { salesOrderId, positionItemId: '0bad0bad-0000-4000-8000-200000000002', status: 'ANNOUNCED', occurredTime: 'soon' },
  ];
}
