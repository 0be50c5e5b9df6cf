import { orderMinorMax } from '../../commerce/direct-order.js';
import { among } from './filters.js';
import { money } from './money.js';
import type { RowRead } from './read.js';
import { bigintKey, bool, code, id, instant, int, many, maybe, one, orNull, type Shape } from './shape.js';

/** Lines with their products as they are now. What a line can have is what everybody can, and what its cart holds. */
const lines = `(select l.*, p.price_minor, l.quantity * p.price_minor::numeric as total_minor, p.currency, p.is_active, p.available + l.held as available
  from cart_lines l join products p on p.id = l.product_id)`;

/** A cart with what its lines come to now. */
export const cartTable = `(select c.*, s.units, s.total_minor, s.currency, c.status = 'OPEN' and s.is_orderable as is_orderable
  from carts c cross join lateral (
    select coalesce(sum(l.quantity), 0) as units, sum(l.total_minor) as total_minor,
      case when count(distinct l.currency) = 1 then min(l.currency) end as currency,
      coalesce(bool_and(l.is_active and l.available >= l.quantity), false) and count(distinct l.currency) = 1
        and sum(l.total_minor) <= ${orderMinorMax} as is_orderable
    from ${lines} l where l.cart_id = c.id) s)`;

export const cartShape: Shape = {
  noun: 'Cart',
  table: cartTable,
  key: [bigintKey('id')],
  fields: {
    id: id('Cart', 'id'),
    customer: one('Customer', (cart, customer) => `customers ${customer} where ${customer}.id = ${cart}.customer_id`),
    status: code('status'),
    version: int('version'),
    lines: many(
      'CartLine',
      (cart, line) => `${lines} ${line} where ${line}.cart_id = ${cart}.id`,
      (line) => `${line}.added_at, ${line}.product_id`,
    ),
    unitCount: int('units'),
    totalGross: money('total_minor', 'currency', (cart) => `${cart}.currency is null`),
    isOrderable: bool('is_orderable'),
    heldUntil: orNull(instant('held_until')),
    order: maybe('Order', (cart, order) => `orders ${order} where ${order}.id = ${cart}.order_id`),
    createdAt: instant('created_at'),
    changedAt: instant('changed_at'),
  },
};

export const cartLineShape: Shape = {
  noun: 'CartLine',
  table: lines,
  key: [bigintKey('cart_id'), bigintKey('product_id')],
  fields: {
    product: one('Product', (line, product) => `products ${product} where ${product}.id = ${line}.product_id`),
    quantity: int('quantity'),
    held: int('held'),
    available: int('available'),
    isEnough: bool((line) => `${line}.available >= ${line}.quantity`),
    isActive: bool('is_active'),
    unitPriceGross: money('price_minor', 'currency'),
    totalGross: money('total_minor', 'currency'),
    addedAt: instant('added_at'),
  },
};

/** The cart that a customer fills now. */
export function openCartOf(customerId: string): RowRead {
  return {
    kind: 'row',
    shape: 'Cart',
    where: [...among('customer_id', 'bigint', [customerId]), (row) => `${row}.status = 'OPEN'`],
  };
}
