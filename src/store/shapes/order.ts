import { directOrderFields } from './direct-order.js';
import { money } from './money.js';
import {
  bigintKey,
  code,
  decimal,
  document,
  id,
  inline,
  instant,
  int,
  many,
  one,
  orNull,
  type Shape,
  text,
  texts,
} from './shape.js';

export const orderShape: Shape = {
  noun: 'Order',
  table: 'orders',
  key: [bigintKey('id')],
  marketplace: 'marketplace',
  details: 'details',
  own: { DirectOrder: directOrderFields },
  fields: {
    id: id('Order', 'id'),
    shop: one('Shop', (order, shop) => `shops ${shop} where ${shop}.id = ${order}.shop_id`),
    marketplace: code('marketplace'),
    externalId: text('external_id'),
    orderNumber: text('order_number'),
    orderedAt: instant('ordered_at'),
    changedAt: instant('changed_at'),
    importedAt: instant('imported_at'),
    fulfillmentStatus: code('fulfillment_status'),
    fulfilledAt: orNull(instant('fulfilled_at')),
    shipBy: orNull(instant('ship_by')),
    shippingAddress: document('shipping_address'),
    billingAddress: document('billing_address'),
    lines: many(
      'OrderLine',
      (order, line) => `(select l.*, ${order}.currency from order_lines l where l.order_id = ${order}.id) ${line}`,
      (line) => `${line}.line_no`,
    ),
    shipments: many(
      'Shipment',
      (order, shipment) => `shipments ${shipment} where ${shipment}.id in (select l.shipment_id from shipment_lines l
        where l.shop_id = ${order}.shop_id and l.order_external_id = ${order}.external_id)`,
      (shipment) => `${shipment}.shipped_at, ${shipment}.id`,
    ),
    returns: many(
      'Return',
      (order, other) => `returns ${other} where ${other}.id in (select l.return_id from return_lines l
        where l.shop_id = ${order}.shop_id and l.order_external_id = ${order}.external_id)`,
      (other) => `${other}.changed_at, ${other}.id`,
    ),
    unitCount: int('units_ordered'),
    totalGross: money('total_minor', 'currency'),
    version: int('version'),
  },
};

/** A line has its order's currency: whoever leads here brings it along. */
export const orderLineShape: Shape = {
  noun: 'OrderLine',
  table: '(select l.*, o.currency from order_lines l join orders o on o.id = l.order_id)',
  key: [bigintKey('order_id'), bigintKey('line_no')],
  fields: {
    id: id('OrderLine', 'order_id', 'line_no'),
    order: one('Order', (line, order) => `orders ${order} where ${order}.id = ${line}.order_id`),
    externalIds: texts('external_ids'),
    sku: orNull(text('sku')),
    ean: orNull(text('ean')),
    title: text('title'),
    fulfilledBy: code('fulfilled_by'),
    quantity: inline({
      ordered: int('ordered'),
      shipped: int('shipped'),
      cancelled: int('cancelled'),
      returned: int('returned'),
      open: int((line) => `${line}.ordered - ${line}.shipped - ${line}.cancelled`),
      pending: int('pending'),
    }),
    unitPriceGross: money('unit_price_minor', 'currency'),
    totalGross: money('total_minor', 'currency'),
    vatRate: orNull(decimal('vat_rate')),
    shippedAt: orNull(instant('shipped_at')),
  },
};
