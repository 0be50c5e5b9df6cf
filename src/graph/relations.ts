// Fields that lead from one noun to another where both files would otherwise import each other in a circle.
// Imported by schema.ts; their rows come from the shapes of the same names in the store.
import { Arg, Field, Int } from 'type-graphql';
import { Order, OrderConnection } from './order.js';
import { Return } from './return.js';
import { ProductSales } from './sales.js';
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

Field(() => Shop, { nullable: true, description: 'The shop of the row; null unless grouped by SHOP.' })(
  ProductSales.prototype,
  'shop',
);

Field(() => OrderConnection, {
  description: 'The orders that the row sums up, newest first.',
})(ProductSales.prototype, 'contributingOrders');

Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'Orders from the newest on: 1 to 100.' })(
  ProductSales.prototype,
  'contributingOrders',
  0,
);
Arg('after', () => String, { nullable: true, description: 'Cursor of the order before the page.' })(
  ProductSales.prototype,
  'contributingOrders',
  1,
);
