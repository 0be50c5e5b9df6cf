import { bigintKey, code, id, instant, int, many, maybe, one, orNull, type Shape, text, texts } from './shape.js';
import { orderOfLine } from './shipment.js';

export const returnShape: Shape = {
  noun: 'Return',
  table: 'returns',
  key: [bigintKey('id')],
  marketplace: 'marketplace',
  details: 'details',
  fields: {
    id: id('Return', 'id'),
    shop: one('Shop', (row, shop) => `shops ${shop} where ${shop}.id = ${row}.shop_id`),
    marketplace: code('marketplace'),
    externalId: text('external_id'),
    status: code('status'),
    changedAt: instant('changed_at'),
    importedAt: instant('imported_at'),
    carrier: orNull(text('carrier')),
    trackingNumbers: texts('tracking_numbers'),
    order: maybe(
      'Order',
      (row, order) => `orders ${order} join return_lines k on k.shop_id = ${order}.shop_id
        and k.order_external_id = ${order}.external_id where k.return_id = ${row}.id and k.line_no =
        (select min(f.line_no) from return_lines f where f.return_id = ${row}.id)`,
    ),
    lines: many(
      'ReturnLine',
      (row, line) => `return_lines ${line} where ${line}.return_id = ${row}.id`,
      (line) => `${line}.line_no`,
    ),
  },
};

/** By the id of the line or unit; a marketplace whose returns have ids of their own tells the product instead. */
const orderLineOfReturn = (line: string, ordered: string) => `(select l.*, o.currency from orders o
    join order_lines l on l.order_id = o.id
    where o.shop_id = ${line}.shop_id and o.external_id = ${line}.order_external_id
      and (${line}.external_id = any(l.external_ids) or l.ean = ${line}.ean)
    order by ${line}.external_id = any(l.external_ids) desc, l.line_no limit 1) ${ordered}`;

export const returnLineShape: Shape = {
  noun: 'ReturnLine',
  table: 'return_lines',
  key: [bigintKey('return_id'), bigintKey('line_no')],
  fields: {
    id: id('ReturnLine', 'return_id', 'line_no'),
    quantity: int('quantity'),
    acceptedQuantity: int('accepted'),
    reason: orNull(text('reason')),
    orderExternalId: text('order_external_id'),
    externalId: text('external_id'),
    ean: orNull(text('ean')),
    order: orderOfLine,
    orderLine: maybe('OrderLine', orderLineOfReturn),
  },
};
