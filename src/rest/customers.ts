import { orderPageParts, orderParts } from './fragments.js';
import { noOrder, orderListArguments, orderListVariables, orderPage, totalCount } from './orders.js';
import { type Route, userErrors } from './route.js';

const tag = 'Customers';
const id = 'The customer.';

const ordersOfCustomer: Route = {
  method: 'GET',
  path: '/customers/{id}/orders',
  tag,
  title: 'Lists the orders of a customer',
  description: 'Newest first unless asked otherwise. All conditions hold at once.',
  document: `query ListOrdersOfCustomer(
    $id: ID!${orderListVariables}
  ) {
    customer(id: $id) { id }
    ordersOfCustomer(
      customerId: $id${orderListArguments()}
    ) {${orderPage}
    }
  }
  ${orderPageParts}`,
  meanings: { id, totalCount },
  requires: 'customer',
  result: ['ordersOfCustomer'],
  status: 200,
  missing: { code: 'CUSTOMER_NOT_FOUND', message: 'No customer has this id.' },
  example: { first: 20 },
};

const cartCheckout: Route = {
  method: 'POST',
  path: '/customers/{id}/orders',
  tag,
  title: 'Orders what is in the cart of a customer',
  description:
    'The open cart becomes an order, once. With `"outOfStock": "ACCEPT_AVAILABLE"` it may be short of something: its `shortages` say of what. The same `Idempotency-Key` with the same body answers with the first order.',
  document: `mutation PlaceOrderOfCart(
    $id: ID!
    $cartId: ID
    $shippingAddress: AddressInput
    $billingAddress: AddressInput
    $outOfStock: OutOfStockPolicy! = REJECT
    $note: String
    $expectedVersion: Int
    $idempotencyKey: String
  ) {
    cartCheckout(input: {
      customerId: $id
      cartId: $cartId
      shippingAddress: $shippingAddress
      billingAddress: $billingAddress
      outOfStock: $outOfStock
      note: $note
      expectedVersion: $expectedVersion
      idempotencyKey: $idempotencyKey
    }) {
      order { ...Order }
      ${userErrors}
    }
  }
  ${orderParts}`,
  meanings: { id },
  result: ['cartCheckout', 'order'],
  status: 201,
  location: '/orders/{id}',
  missing: noOrder,
  example: {
    shippingAddress: { name: 'Ada Lovelace', lines: ['Weg 1'], postalCode: '01067', city: 'Dresden', country: 'DE' },
  },
};

export const customerRoutes: readonly Route[] = [ordersOfCustomer, cartCheckout];
