/**
 * Records that no connector can use, one of each kind, always the same. A reader must set them aside with a reason and go
 * on. In the lists they look harmless, but for the ones without an id; what is wrong stands in the detail.
 */
const when = '2026-11-01T10:00:00+01:00';
const item = { orderItemId: '2999999991', ean: '8712345000127' };
const listed = {
  fulfilmentMethod: 'FBR',
  fulfilmentStatus: 'OPEN',
  quantity: 1,
  quantityShipped: 0,
  quantityCancelled: 0,
};

const orderItem = {
  orderItemId: item.orderItemId,
  cancellationRequest: false,
  fulfilment: {
    method: 'FBR',
    distributionParty: 'RETAILER',
    latestDeliveryDate: '2026-11-03',
    timeFrameType: 'REGULAR',
  },
  offer: { offerId: '0bad0bad-0000-4000-8000-000000000001', reference: 'BAD' },
  product: { ean: item.ean, title: 'Kapot' },
  quantity: 1,
  quantityShipped: 0,
  quantityCancelled: 0,
  unitPrice: 9.99,
  totalPrice: 9.99,
  commission: 1.5,
  latestChangedDateTime: when,
};
const order = (orderId: string, more: object) => ({ orderId, pickupPoint: false, orderPlacedDateTime: when, ...more });

const orders: Readonly<Record<string, object>> = {
  B0AD000001: order('B0AD000001', { orderItems: [{ ...orderItem, quantity: 0 }] }),
  B0AD000002: order('B0AD000002', { orderPlacedDateTime: '2026-02-31T25:61:00+01:00', orderItems: [orderItem] }),
  B0AD000003: order('B0AD000003', {}),
  B0AD000004: order('B0AD000004', { orderItems: [{ ...orderItem, unitPrice: -1, totalPrice: -1 }] }),
};

const shipment = (shipmentId: string, more: object) => ({
  shipmentId,
  shipmentDateTime: when,
  order: { orderId: 'B0AD000001', orderPlacedDateTime: when },
  shipmentItems: [{ ...orderItem, quantityShipped: 1 }],
  transport: { transportId: '499999999', transporterCode: 'TNT' },
  ...more,
});

const shipments: Readonly<Record<string, object>> = {
  '9990000001': shipment('9990000001', { shipmentDateTime: 'gisteren' }),
  '9990000002': shipment('9990000002', { shipmentItems: undefined }),
  '9990000003': shipment('9990000003', { shipmentItems: [{ ...orderItem, quantity: 1, quantityShipped: 0 }] }),
};

const reason = { mainReason: 'Elders goedkoper' };
const returnItem = {
  rmaId: '69999991',
  orderId: 'B0AD000001',
  ean: item.ean,
  expectedQuantity: 1,
  returnReason: reason,
};
const madeReturn = (returnId: string, more: object) => ({
  returnId,
  registrationDateTime: when,
  fulfilmentMethod: 'FBR',
  returnItems: [{ ...returnItem, handled: false, title: 'Kapot', customerDetails: { salutation: 'UNKNOWN' } }],
  ...more,
});

const returns: Readonly<Record<string, object>> = {
  '99900001': madeReturn('99900001', { registrationDateTime: 'straks' }),
  '99900002': madeReturn('99900002', { returnItems: [{ ...returnItem, expectedQuantity: -1, handled: false }] }),
};

export const malformedOrder = (id: string): object | undefined => orders[id];
export const malformedShipment = (id: string): object | undefined => shipments[id];
export const malformedReturn = (id: string): object | undefined => returns[id];

export function malformedOrders(): object[] {
  const row = {
    orderPlacedDateTime: when,
    orderItems: [{ ...item, ...listed, cancellationRequest: false, latestChangedDateTime: when }],
  };
  return [row, ...Object.keys(orders).map((orderId) => ({ orderId, ...row }))];
}

export function malformedShipments(): object[] {
  const row = {
    shipmentDateTime: when,
    order: { orderId: 'B0AD000001' },
    shipmentItems: [item],
    transport: { transportId: '499999999' },
  };
  return [row, ...Object.keys(shipments).map((shipmentId) => ({ shipmentId, ...row }))];
}

export function malformedReturns(): object[] {
  const row = { registrationDateTime: when, fulfilmentMethod: 'FBR', returnItems: [{ ...returnItem, handled: false }] };
  return [row, ...Object.keys(returns).map((returnId) => ({ returnId, ...row }))];
}
