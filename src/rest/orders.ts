import { orderPageParts, orderParts, shipmentParts } from './fragments.js';
import { type Route, userErrors } from './route.js';

const tag = 'Orders';
export const noOrder = { code: 'ORDER_NOT_FOUND', message: 'No order has this id.' } as const;

export const totalCount = 'Count the whole list, too: `totalCount` of the answer.';
const customerId = 'On behalf of this customer: the order of another one is refused. Without it: not checked.';
const expectedVersion =
  'The `version` of the order that the change is based on: refused with STALE_VERSION when it has moved on. The header `If-Match` says the same. Without either: not checked.';

const orderPlace: Route = {
  method: 'POST',
  path: '/orders',
  tag,
  title: 'Places an order',
  description:
    'With `"outOfStock": "ACCEPT_AVAILABLE"` an order may be short of something: its `shortages` say of what. The same `Idempotency-Key` with the same body answers with the first order.',
  document: `mutation PlaceOrder(
    $lines: [OrderLineInput!]!
    $customerId: ID
    $shippingAddress: AddressInput
    $billingAddress: AddressInput
    $outOfStock: OutOfStockPolicy! = REJECT
    $note: String
    $idempotencyKey: String
  ) {
    orderPlace(input: {
      lines: $lines
      customerId: $customerId
      shippingAddress: $shippingAddress
      billingAddress: $billingAddress
      outOfStock: $outOfStock
      note: $note
      idempotencyKey: $idempotencyKey
    }) {
      order { ...Order }
      ${userErrors}
    }
  }
  ${orderParts}`,
  result: ['orderPlace', 'order'],
  status: 201,
  location: '/orders/{id}',
  missing: noOrder,
  example: {
    lines: [{ sku: 'LAMP-1', quantity: 2 }],
    shippingAddress: { name: 'Ada Lovelace', lines: ['Weg 1'], postalCode: '01067', city: 'Dresden', country: 'DE' },
    note: 'Ring twice',
  },
  captures: {
    orderId: 'id',
    orderVersion: 'version',
    orderExternalId: 'externalId',
    lineId: 'lines.0.id',
    directShopId: 'shop.id',
  },
};

/** The conditions, order and page of a list of orders: variables, and the arguments that they become. */
export const orderListVariables = `
    $first: Int
    $after: String
    $shopIds: [ID!]
    $marketplaces: [Marketplace!]
    $fulfillmentStatuses: [FulfillmentStatus!]
    $fulfilledBy: FulfilledBy
    $toShip: Boolean
    $orderedAtFrom: DateTime
    $orderedAtTo: DateTime
    $changedAtFrom: DateTime
    $changedAtTo: DateTime
    $fulfilledAtFrom: DateTime
    $fulfilledAtTo: DateTime
    $countries: [CountryCode!]
    $skus: [String!]
    $orderNumber: String
    $orderBy: OrderOrderField! = ORDERED_AT
    $direction: SortDirection! = DESC
    $totalCount: Boolean! = false`;

export const orderListArguments = (more = '') => `
      first: $first
      after: $after
      where: {
        shopIds: $shopIds
        marketplaces: $marketplaces
        fulfillmentStatuses: $fulfillmentStatuses
        fulfilledBy: $fulfilledBy
        toShip: $toShip
        orderedAt: { from: $orderedAtFrom, to: $orderedAtTo }
        changedAt: { from: $changedAtFrom, to: $changedAtTo }
        fulfilledAt: { from: $fulfilledAtFrom, to: $fulfilledAtTo }
        countries: $countries
        skus: $skus
        orderNumber: $orderNumber
        ${more}
      }
      orderBy: { field: $orderBy, direction: $direction }`;

export const orderPage = `
      nodes { ...Order }
      pageInfo { ...PageInfo }
      totalCount @include(if: $totalCount)`;

const orders: Route = {
  method: 'GET',
  path: '/orders',
  tag,
  title: 'Lists orders',
  description: 'Of all marketplaces and shops, newest first unless asked otherwise. All conditions hold at once.',
  document: `query ListOrders(${orderListVariables}
    $customerIds: [ID!]
  ) {
    orders(${orderListArguments('customerIds: $customerIds')}
    ) {${orderPage}
    }
  }
  ${orderPageParts}`,
  meanings: { totalCount },
  result: ['orders'],
  status: 200,
  example: { fulfillmentStatuses: ['READY'], first: 20 },
};

const order: Route = {
  method: 'GET',
  path: '/orders/{id}',
  tag,
  title: 'Shows an order',
  document: `query GetOrder($id: ID!) { order(id: $id) { ...Order } }\n${orderParts}`,
  result: ['order'],
  status: 200,
  missing: noOrder,
};

const orderUpdate: Route = {
  method: 'PATCH',
  path: '/orders/{id}',
  tag,
  title: 'Changes an order',
  description: 'A direct order: its lines, addresses and note. All of it is done or nothing.',
  document: `mutation UpdateOrder(
    $id: ID!
    $addLines: [OrderLineInput!]
    $changeLines: [OrderLineChangeInput!]
    $removeLines: [ID!]
    $shippingAddress: AddressInput
    $billingAddress: AddressInput
    $note: String
    $customerId: ID
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    orderUpdate(input: {
      orderId: $id
      addLines: $addLines
      changeLines: $changeLines
      removeLines: $removeLines
      shippingAddress: $shippingAddress
      billingAddress: $billingAddress
      note: $note
      customerId: $customerId
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    }) {
      order { ...Order }
      ${userErrors}
    }
  }
  ${orderParts}`,
  meanings: { customerId, expectedVersion },
  result: ['orderUpdate', 'order'],
  status: 200,
  missing: noOrder,
  example: { note: 'Leave it with the neighbour', expectedVersion: 1 },
};

const orderShip: Route = {
  method: 'POST',
  path: '/orders/{id}/shipments',
  tag,
  title: 'Ships an order',
  description:
    'Makes a parcel of what is open of a direct order, or of some of it. The same `Idempotency-Key` with the same body answers with the first parcel.',
  document: `mutation ShipOrder(
    $id: ID!
    $lines: [OrderLineUnitsInput!]
    $carrier: String
    $trackingNumber: String
    $shippedAt: DateTime
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    orderShip(input: {
      orderId: $id
      lines: $lines
      carrier: $carrier
      trackingNumber: $trackingNumber
      shippedAt: $shippedAt
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    }) {
      shipment { ...Shipment }
      ${userErrors}
    }
  }
  ${shipmentParts}`,
  result: ['orderShip', 'shipment'],
  status: 201,
  missing: noOrder,
  example: { lines: [{ lineId: 'orl_1', quantity: 1 }], carrier: 'DHL', trackingNumber: '00340434161094000001' },
};

const orderCancel: Route = {
  method: 'DELETE',
  path: '/orders/{id}',
  tag,
  title: 'Cancels an order',
  description:
    'What is open of a direct order is cancelled, and its stock goes back. The order stays, and is answered.',
  document: `mutation CancelOrder(
    $id: ID!
    $reason: String
    $customerId: ID
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    orderCancel(input: {
      orderId: $id
      reason: $reason
      customerId: $customerId
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    }) {
      order { ...Order }
      ${userErrors}
    }
  }
  ${orderParts}`,
  meanings: { customerId, expectedVersion },
  result: ['orderCancel', 'order'],
  status: 200,
  missing: noOrder,
  example: { reason: 'The buyer changed his mind' },
};

export const orderRoutes: readonly Route[] = [orderPlace, orders, order, orderUpdate, orderShip, orderCancel];
