// What only orders of the own channel have.
import { fulfillmentStatuses, supportedActions } from '../../commerce/direct-order.js';
import { quoted } from './json.js';
import { bigintKey, code, document, type Fields, instant, many, maybe, type Shape, text } from './shape.js';

/** By status: what can be done, and why not more. */
const actionsByStatus = (order: string): string => {
  const cases = fulfillmentStatuses.map(
    (status) => `when ${quoted(status)} then ${quoted(JSON.stringify(supportedActions(status)))}`,
  );
  return `(case ${order}.fulfillment_status ${cases.join(' ')} end)::jsonb`;
};

export const directOrderFields: Fields = {
  customer: maybe('Customer', (order, customer) => `customers ${customer} where ${customer}.id = ${order}.customer_id`),
  supportedActions: document(actionsByStatus),
  events: many(
    'OrderEvent',
    (order, event) => `order_events ${event} where ${event}.order_id = ${order}.id`,
    (event) => `${event}.id`,
  ),
};

export const orderEventShape: Shape = {
  noun: 'OrderEvent',
  table: 'order_events',
  key: [bigintKey('id')],
  fields: { kind: code('kind'), at: instant('at'), message: text('message') },
};
