import { bigintKey, code, id, instant, int, many, maybe, one, orNull, type Shape, text } from './shape.js';

export const shipmentShape: Shape = {
  noun: 'Shipment',
  table: 'shipments',
  key: [bigintKey('id')],
  marketplace: 'marketplace',
  details: 'details',
  fields: {
    id: id('Shipment', 'id'),
    shop: one('Shop', (shipment, shop) => `shops ${shop} where ${shop}.id = ${shipment}.shop_id`),
    marketplace: code('marketplace'),
    externalId: text('external_id'),
    // joined by the marketplace's own key: a shipment may be known before its order
    orders: many(
      'Order',
      (shipment, order) => `orders ${order} join (select distinct l.shop_id, l.order_external_id from shipment_lines l
        where l.shipment_id = ${shipment}.id) k on k.shop_id = ${order}.shop_id and k.order_external_id = ${order}.external_id`,
      (order) => `${order}.ordered_at, ${order}.id`,
    ),
    lines: many(
      'ShipmentLine',
      (shipment, line) => `shipment_lines ${line} where ${line}.shipment_id = ${shipment}.id`,
      (line) => `${line}.line_no`,
    ),
    shippedAt: instant('shipped_at'),
    importedAt: instant('imported_at'),
    fulfilledBy: code('fulfilled_by'),
    carrier: orNull(text('carrier')),
    trackingNumber: orNull(text('tracking_number')),
  },
};

/** The order of a shipment's or return's line, and the order line that holds the unit. */
export const orderOfLine = maybe(
  'Order',
  (line, order) =>
    `orders ${order} where ${order}.shop_id = ${line}.shop_id and ${order}.external_id = ${line}.order_external_id`,
);
export const orderLineOfLine = maybe(
  'OrderLine',
  (line, ordered) => `(select l.*, o.currency from orders o join order_lines l on l.order_id = o.id
    where o.shop_id = ${line}.shop_id and o.external_id = ${line}.order_external_id
      and ${line}.external_id = any(l.external_ids)) ${ordered}`,
);

export const shipmentLineShape: Shape = {
  noun: 'ShipmentLine',
  table: 'shipment_lines',
  key: [bigintKey('shipment_id'), bigintKey('line_no')],
  fields: {
    id: id('ShipmentLine', 'shipment_id', 'line_no'),
    quantity: int('quantity'),
    orderExternalId: text('order_external_id'),
    externalId: text('external_id'),
    order: orderOfLine,
    orderLine: orderLineOfLine,
  },
};
