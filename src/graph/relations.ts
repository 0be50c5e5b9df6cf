// Fields that lead from one noun to another where both files would otherwise import each other in a circle.
// Imported by schema.ts; their rows come from the shapes of the same names in the store.
import { Arg, Field, Int } from 'type-graphql';
import { PopularSku, PopularSkusOfCountry, PopularSkusReport } from './baskets.js';
import { Cart } from './cart.js';
import { Customer } from './customer.js';
import { FulfillmentTimes } from './fulfillment-times.js';
import { Order, OrderConnection } from './order.js';
import { StockMovement } from './product.js';
import { Return } from './return.js';
import { ReturnsRate } from './returns-rate.js';
import { ProductSales } from './sales.js';
import { SalesTotals } from './sales-totals.js';
import { Shipment } from './shipment.js';
import { Shop } from './shop.js';

const shop = Field(() => Shop, { description: 'The account at the marketplace that it belongs to.' });
for (const noun of [Order, Shipment, Return]) shop(noun.prototype, 'shop');

Field(() => [Shipment], { description: 'Every shipment that carries something of the order, oldest first.' })(
  Order.prototype,
  'shipments',
);

Field(() => [Return], { description: 'Every return that holds something of the order, oldest change first.' })(
  Order.prototype,
  'returns',
);

for (const report of [ProductSales, SalesTotals, ReturnsRate, FulfillmentTimes]) {
  Field(() => Shop, { nullable: true, description: 'The shop of the row; null unless grouped by SHOP.' })(
    report.prototype,
    'shop',
  );
}

for (const { prototype } of [ProductSales, SalesTotals, PopularSku, ReturnsRate, FulfillmentTimes]) {
  Field(() => OrderConnection, { description: 'The orders that the row sums up, newest first.' })(
    prototype,
    'contributingOrders',
  );
  rows(prototype, 'contributingOrders', 'Orders from the newest on: 1 to 100.', 20);
  Arg('after', () => String, { nullable: true, description: 'Cursor of the order before the page.' })(
    prototype,
    'contributingOrders',
    1,
  );
}

Field(() => OrderConnection, {
  description: 'The orders of the customer, newest first. See `ordersOfCustomer` for others of them.',
})(Customer.prototype, 'orders');
rows(Customer.prototype, 'orders', 'Orders from the newest on: 1 to 100.', 20);
Arg('after', () => String, { nullable: true, description: 'Cursor of the order before the page.' })(
  Customer.prototype,
  'orders',
  1,
);
Field(() => Cart, { nullable: true, description: 'What the customer is about to order. Null: there is no open cart.' })(
  Customer.prototype,
  'cart',
);
Field(() => Cart, { nullable: true, description: 'The cart that held or released it. Null: none did.' })(
  StockMovement.prototype,
  'cart',
);

const popular = 'most first; equal ones by SKU.';
for (const { prototype } of [PopularSkusReport, PopularSkusOfCountry]) {
  Field(() => [PopularSku], { description: `The products of which most units were sold, ${popular}` })(
    prototype,
    'rows',
  );
}
rows(PopularSkusReport.prototype, 'rows', 'How many: 1 to 100.', 20);
rows(PopularSkusOfCountry.prototype, 'rows', 'How many: 1 to 100.', 5);
Field(() => [PopularSkusOfCountry], {
  description: 'The countries to which most units were sold, most first, each with what sells most there.',
})(PopularSkusReport.prototype, 'countries');
rows(PopularSkusReport.prototype, 'countries', 'How many countries: 1 to 100.', 10);

/** The argument `first` of a field. */
function rows(prototype: object, field: string, description: string, defaultValue: number): void {
  Arg('first', () => Int, { nullable: true, defaultValue, description })(prototype, field, 0);
}
