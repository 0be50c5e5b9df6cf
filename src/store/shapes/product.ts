import { cartTable } from './cart.js';
import { among, type TimeSpan, within } from './filters.js';
import type { ListShape, Where } from './list.js';
import { money } from './money.js';
import {
  bigintKey,
  bool,
  code,
  decimal,
  id,
  instant,
  int,
  many,
  maybe,
  one,
  orNull,
  type Shape,
  text,
} from './shape.js';

export const productShape: Shape = {
  noun: 'Product',
  table: 'products',
  key: [bigintKey('id')],
  fields: {
    id: id('Product', 'id'),
    sku: text('sku'),
    title: text('title'),
    ean: orNull(text('ean')),
    price: money('price_minor', 'currency'),
    vatRate: orNull(decimal('vat_rate')),
    isActive: bool('is_active'),
    onHand: int('on_hand'),
    reserved: int('reserved'),
    safetyBuffer: int('safety_buffer'),
    available: int('available'),
    stockSince: orNull(instant('stock_since')),
    version: int('version'),
    createdAt: instant('created_at'),
    changedAt: instant('changed_at'),
  },
};

export const productList: ListShape = {
  name: 'products',
  shape: 'Product',
  sort: { CHANGED_AT: { column: 'changed_at', type: 'timestamptz' }, SKU: { column: 'sku', type: 'text' } },
};

/** Null asks nothing. An empty list finds nothing. */
export interface ProductFilter {
  readonly skus?: readonly string[] | null;
  readonly isActive?: boolean | null;
  /** True: only what can be ordered now. False: only what cannot. */
  readonly inStock?: boolean | null;
}

export function productWhere({ skus, isActive, inStock }: ProductFilter): Where[] {
  const is = (value: boolean | null | undefined, condition: (row: string) => string): Where[] =>
    value == null ? [] : [(row) => (value ? condition(row) : `not (${condition(row)})`)];
  return [
    ...among('sku', 'text', skus),
    ...is(isActive, (row) => `${row}.is_active`),
    ...is(inStock, (row) => `${row}.available > 0`),
  ];
}

const product = one('Product', (row, other) => `products ${other} where ${other}.id = ${row}.product_id`);

export const stockMovementShape: Shape = {
  noun: 'StockMovement',
  table: 'stock_movements',
  key: [bigintKey('id')],
  fields: {
    id: id('StockMovement', 'id'),
    product,
    at: instant('at'),
    reason: code('reason'),
    onHandDelta: int('on_hand_delta'),
    reservedDelta: int('reserved_delta'),
    onHand: int('on_hand'),
    reserved: int('reserved'),
    order: maybe('Order', (row, order) => `orders ${order} where ${order}.id = ${row}.order_id`),
    cart: maybe('Cart', (row, cart) => `${cartTable} ${cart} where ${cart}.id = ${row}.cart_id`),
    note: orNull(text('note')),
  },
};

export const stockMovementList: ListShape = {
  name: 'stockMovements',
  shape: 'StockMovement',
  sort: { AT: { column: 'id', type: 'bigint' } },
};

export interface StockMovementFilter {
  readonly productIds?: readonly string[] | null;
  readonly orderId?: string | null;
  readonly reasons?: readonly string[] | null;
  readonly at?: TimeSpan | null;
}

export function stockMovementWhere(filter: StockMovementFilter): Where[] {
  return [
    ...among('product_id', 'bigint', filter.productIds),
    ...among('order_id', 'bigint', filter.orderId == null ? null : [filter.orderId]),
    ...among('reason', 'text', filter.reasons),
    ...within('at', filter.at),
  ];
}

/** Orders that are told of an incident: one more than anybody decides about at a time. */
const candidatesMax = 50;

export const oversellIncidentShape: Shape = {
  noun: 'OversellIncident',
  table: 'oversell_incidents',
  key: [bigintKey('id')],
  fields: {
    id: id('OversellIncident', 'id'),
    product,
    shortfall: int('shortfall'),
    shortfallMax: int('shortfall_max'),
    noticedAt: instant('noticed_at'),
    resolvedAt: orNull(instant('resolved_at')),
    candidateOrders: many(
      'Order',
      (row, order) => `orders ${order} where ${order}.id in (select c.order_id from stock_claims c
        where c.product_id = ${row}.product_id and (c.reserved > 0 or c.short > 0 or c.owed > 0)
        order by c.order_id desc limit ${candidatesMax})`,
      (order) => `${order}.ordered_at desc, ${order}.id desc`,
    ),
  },
};

export const oversellIncidentList: ListShape = {
  name: 'oversellIncidents',
  shape: 'OversellIncident',
  sort: { NOTICED_AT: { column: 'noticed_at', type: 'timestamptz' } },
};

export function oversellIncidentWhere({ isOpen }: { readonly isOpen?: boolean | null }): Where[] {
  return isOpen == null ? [] : [(row) => `${row}.resolved_at is ${isOpen ? '' : 'not '}null`];
}
