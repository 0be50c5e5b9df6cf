import { cartTable } from './cart.js';
import { among } from './filters.js';
import type { ListShape, Where } from './list.js';
import type { OrdersPage } from './report-read.js';
import { contributingOrders } from './sales.js';
import { bigintKey, id, instant, int, maybe, orNull, type Shape, text } from './shape.js';

/** `ordersPage`: which of a customer's orders are listed, from the arguments of `orders`; without it none are. */
export const customerShape = (ordersPage?: OrdersPage): Shape => ({
  noun: 'Customer',
  table: 'customers',
  key: [bigintKey('id')],
  fields: {
    id: id('Customer', 'id'),
    reference: text('reference'),
    name: orNull(text('name')),
    email: orNull(text('email')),
    version: int('version'),
    createdAt: instant('created_at'),
    ...(ordersPage && {
      orders: contributingOrders(ordersPage, (customer) => [(order) => `${order}.customer_id = ${customer}.id`]),
    }),
    cart: maybe(
      'Cart',
      (customer, cart) => `${cartTable} ${cart} where ${cart}.customer_id = ${customer}.id and ${cart}.status = 'OPEN'`,
    ),
  },
});

/** An id is given when a customer is made: by id is by time. */
export const customerList: ListShape = {
  name: 'customers',
  shape: 'Customer',
  sort: { CREATED_AT: { column: 'id', type: 'bigint' }, REFERENCE: { column: 'reference', type: 'text' } },
};

/** Null asks nothing. An empty list finds nothing. */
export function customerWhere({ references }: { readonly references?: readonly string[] | null }): Where[] {
  return among('reference', 'text', references);
}
