// What the requests of the collection send. Operations without variables that they need are not here.

export interface Example {
  readonly variables: unknown;
  /** Collection variable → its place in `data` of the answer. */
  readonly captures?: Readonly<Record<string, string>>;
  /** What it names may not be there, or not be so. */
  readonly mayBeRefused?: true;
}

/** A product of its own: it changes nobody's stock. */
const sku = 'COLLECTION-LAMP';

const pretendShop = (name: string) => ({
  name,
  // unique, so that the collection can be sent again
  credentials: { otto: { clientId: 'collection-{{$guid}}', clientSecret: 'not-a-secret' } },
});

/** Sent first: what the others need. */
export const before: Readonly<Record<string, Example>> = {
  ProductUpsert: {
    variables: {
      input: {
        products: [{ sku, title: 'A lamp', price: { amount: '9.50', currency: 'EUR' }, vatRate: '19' }],
      },
    },
  },
  StockSet: { variables: { input: { changes: [{ sku, quantity: 100 }] } } },
  CustomerUpsert: {
    variables: { input: { reference: 'collection', name: 'Ada Lovelace' } },
    captures: { customerId: 'customerUpsert.customer.id' },
  },
  CartLineAdd: { variables: { input: { customerId: '{{customerId}}', sku, quantity: 1 } } },
};

/** From the last year to the next but one. */
const period = { orderedAt: { from: '2025-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' } };

/** Operations that need variables, or show more with some. */
export const examples: Readonly<Record<string, Example>> = {
  AlertAcknowledge: { variables: { input: { alertId: 'alr_1' } }, mayBeRefused: true },
  AlertDeliveryRetry: { variables: { input: { deliveryId: 'ald_1' } }, mayBeRefused: true },
  SalesOverview: {
    variables: { where: period, before: { orderedAt: { from: '2020-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' } } },
  },
  SalesByPeriod: { variables: { where: period, groupBy: ['MONTH'] } },
  PopularByCountry: { variables: { where: period, country: 'DE' } },
  FulfillmentOverview: {
    variables: {
      ready: { fulfillmentStatuses: ['READY'] },
      partly: { fulfillmentStatuses: ['PARTIALLY_FULFILLED'] },
      toPick: { fulfillmentStatuses: ['READY', 'PARTIALLY_FULFILLED'], fulfilledBy: 'SELLER' },
      shipments: { fulfilledBy: 'SELLER' },
    },
  },
  StockAdjust: { variables: { input: { changes: [{ sku, delta: 5 }], note: 'Came in' } } },
  OrderPlace: {
    variables: { input: { lines: [{ sku, quantity: 3 }], idempotencyKey: '{{$guid}}' } },
    captures: { secondOrderId: 'orderPlace.order.id' },
  },
  OrderCancel: { variables: { input: { orderId: '{{orderId}}', reason: 'Ordered by mistake' } }, mayBeRefused: true },
  OrderShip: {
    variables: { input: { orderId: '{{secondOrderId}}', carrier: 'DHL', trackingNumber: '00340434161094' } },
  },
  ExportStart: {
    variables: { input: { kind: 'ORDERS', format: 'CSV' } },
    captures: { exportId: 'exportStart.export.id' },
  },
  ExportProgress: { variables: { id: '{{exportId}}' } },
  RejectRetry: { variables: { input: { shopId: '{{shopId}}' } } },
  ShopPause: { variables: { input: { shopId: '{{shopId}}' } } },
  ShopResume: { variables: { input: { shopId: '{{shopId}}' } }, mayBeRefused: true },
  CustomerByReference: { variables: { reference: 'collection' } },
  OrdersOfCustomer: { variables: { customerId: '{{customerId}}' } },
  CartOfCustomer: { variables: { customerId: '{{customerId}}' } },
  CartLineAdd: { variables: { input: { customerId: '{{customerId}}', sku, quantity: 1 } } },
  CartLineChange: { variables: { input: { customerId: '{{customerId}}', sku, quantity: 2 } } },
  CartLineRemove: {
    variables: { input: { customerId: '{{customerId}}', sku: 'COLLECTION-VASE' } },
    mayBeRefused: true,
  },
  CartHold: { variables: { input: { customerId: '{{customerId}}', minutes: 10 } } },
  CartRelease: { variables: { input: { customerId: '{{customerId}}' } } },
  CartCheckout: { variables: { input: { customerId: '{{customerId}}', note: 'Of the request collection' } } },
  OrderByReference: { variables: { shopId: '{{directShopId}}', externalId: '{{orderExternalId}}' } },
  ShopAdd: {
    variables: { input: pretendShop('Of the request collection, by GraphQL') },
    captures: { secondShopId: 'shopAdd.shop.id' },
  },
  // where the shop was tried already, its credentials were refused
  SyncStart: {
    variables: { input: { shopId: '{{shopId}}' } },
    captures: { syncRunId: 'syncStart.syncRun.id' },
    mayBeRefused: true,
  },
  SyncRun: { variables: { id: '{{syncRunId}}' } },
};

/** Sent last: what they left is taken away. */
export const after: readonly Example[] = [
  { variables: { input: { shopId: '{{shopId}}' } } },
  { variables: { input: { shopId: '{{secondShopId}}' } } },
];

/** Instead of the example of a route. */
export const routeExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  PlaceOrder: { lines: [{ sku, quantity: 2 }], note: 'Of the request collection' },
  ShipOrder: { lines: [{ lineId: '{{lineId}}', quantity: 1 }], carrier: 'DHL', trackingNumber: '00340434161094000001' },
  AddShop: pretendShop('Of the request collection, by REST'),
};
