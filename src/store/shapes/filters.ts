// The filters of the lists of orders, shipments and returns: plain data in, conditions out.
import type { ListShape, Where } from './list.js';
import type { RowRead } from './read.js';

/** From inclusive, to exclusive; null is open. */
export interface TimeSpan {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Null asks nothing. An empty list finds nothing. */
export interface OrderFilter {
  readonly shopIds?: readonly string[] | null;
  readonly marketplaces?: readonly string[] | null;
  readonly fulfillmentStatuses?: readonly string[] | null;
  readonly fulfilledBy?: string | null;
  readonly orderedAt?: TimeSpan | null;
  readonly changedAt?: TimeSpan | null;
  readonly fulfilledAt?: TimeSpan | null;
  readonly countries?: readonly string[] | null;
  readonly skus?: readonly string[] | null;
  readonly orderNumber?: string | null;
  readonly toShip?: boolean | null;
  readonly customerIds?: readonly string[] | null;
}

export const orderList: ListShape = {
  name: 'orders',
  shape: 'Order',
  sort: {
    ORDERED_AT: { column: 'ordered_at', type: 'timestamptz' },
    CHANGED_AT: { column: 'changed_at', type: 'timestamptz' },
    FULFILLED_AT: { column: 'fulfilled_at', type: 'timestamptz', nullable: true },
  },
};

export const shipmentList: ListShape = {
  name: 'shipments',
  shape: 'Shipment',
  sort: { SHIPPED_AT: { column: 'shipped_at', type: 'timestamptz' } },
};

export const returnList: ListShape = {
  name: 'returns',
  shape: 'Return',
  sort: { CHANGED_AT: { column: 'changed_at', type: 'timestamptz' } },
};

/**
 * A single value is compared with `=`, so that an index which begins with the column still gives its order; a list with
 * `= any`, so that its length does not change the statement.
 */
export function among(column: string, type: string, values: readonly string[] | null | undefined): Where[] {
  if (!values) return [];
  if (values.length === 1) return [(row, params) => `${row}.${column} = ${params.add(values[0], type)}`];
  return [(row, params) => `${row}.${column} = any(${params.add(values, `${type}[]`)})`];
}

export function within(column: string, span: TimeSpan | null | undefined): Where[] {
  const { from, to } = span ?? {};
  return [
    ...(from ? [((row, params) => `${row}.${column} >= ${params.add(from, 'timestamptz')}`) satisfies Where] : []),
    ...(to ? [((row, params) => `${row}.${column} < ${params.add(to, 'timestamptz')}`) satisfies Where] : []),
  ];
}

export function orderWhere(filter: OrderFilter): Where[] {
  const { skus, fulfilledBy } = filter;
  const ownLine = (condition: string): string => `exists (select from order_lines f where ${condition})`;
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...among('fulfillment_status', 'text', filter.fulfillmentStatuses),
    ...within('ordered_at', filter.orderedAt),
    ...within('changed_at', filter.changedAt),
    ...within('fulfilled_at', filter.fulfilledAt),
    ...among('country', 'text', filter.countries),
    ...among('order_number', 'text', filter.orderNumber == null ? null : [filter.orderNumber]),
    ...among('customer_id', 'bigint', filter.customerIds),
    ...(fulfilledBy ? [byWhom(fulfilledBy)] : []),
    ...(filter.toShip == null ? [] : [toShip(filter.toShip)]),
    ...(skus
      ? [
          ((row, params) =>
            ownLine(`f.order_id = ${row}.id and f.sku = any(${params.add(skus, 'text[]')})`)) satisfies Where,
        ]
      : []),
  ];
}

/** The order that a shop's marketplace knows under this key. */
export function orderByKey(shopId: string, externalId: string): RowRead {
  return {
    kind: 'row',
    shape: 'Order',
    where: [...among('shop_id', 'bigint', [shopId]), ...among('external_id', 'text', [externalId])],
  };
}

/** Orders with at least one unit that this party sends; kept as sums, so that no line is looked at. */
function byWhom(fulfilledBy: string): Where {
  return (row) =>
    fulfilledBy === 'SELLER' ? `${row}.units_by_seller > 0` : `${row}.units_by_seller < ${row}.units_ordered`;
}

/** In the words of the index `orders_to_ship`. */
const toShip =
  (wanted: boolean): Where =>
  (row) =>
    `${row}.units_to_ship ${wanted ? '> 0' : '<= 0'}`;

export interface ShipmentFilter {
  readonly shopIds?: readonly string[] | null;
  readonly marketplaces?: readonly string[] | null;
  readonly shippedAt?: TimeSpan | null;
  readonly fulfilledBy?: string | null;
  readonly trackingNumber?: string | null;
}

export function shipmentWhere(filter: ShipmentFilter): Where[] {
  const one = (text: string | null | undefined) => (text == null ? null : [text]);
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...within('shipped_at', filter.shippedAt),
    ...among('fulfilled_by', 'text', one(filter.fulfilledBy)),
    ...among('tracking_number', 'text', one(filter.trackingNumber)),
  ];
}

export interface ReturnFilter {
  readonly shopIds?: readonly string[] | null;
  readonly marketplaces?: readonly string[] | null;
  readonly statuses?: readonly string[] | null;
  readonly changedAt?: TimeSpan | null;
}

export function returnWhere(filter: ReturnFilter): Where[] {
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...among('status', 'text', filter.statuses),
    ...within('changed_at', filter.changedAt),
  ];
}
