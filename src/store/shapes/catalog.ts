import type { Channel, Marketplace } from '../../commerce/marketplace.js';
import { alertDeliveryShape, alertShape } from './alert.js';
import { basketBarShape } from './baskets.js';
import { cartLineShape, cartShape } from './cart.js';
import { coverageCheckShape, coverageDayShape } from './coverage.js';
import { customerShape } from './customer.js';
import { orderEventShape } from './direct-order.js';
import { exportShape } from './export.js';
import { orderLineShape, orderShape } from './order.js';
import { oversellIncidentShape, productShape, stockMovementShape } from './product.js';
import { rejectShape } from './reject.js';
import { freshnessShape } from './report-facts.js';
import type { OrdersPage } from './report-read.js';
import { returnLineShape, returnShape } from './return.js';
import { streamRunShape, syncRunShape } from './run.js';
import { combined } from './sales-sums.js';
import type { Catalog, TypeNames } from './shape.js';
import { shipmentLineShape, shipmentShape } from './shipment.js';
import { lostSpanShape, shopShape, streamShape } from './shop.js';

/**
 * Every shape by the name of its noun. A channel's types are named like its classes. `rateScale` multiplies documented rate
 * limits, as it does for who keeps them. `ordersPage` reads the arguments of lists of orders within other nouns.
 */
export function createCatalog(
  marketplaces: readonly Marketplace[],
  channels: readonly Channel[] = marketplaces,
  rateScale = 1,
  ordersPage: OrdersPage = () => ({ size: 20, backward: false, cursor: null }),
): Catalog {
  const shapes = [
    orderShape,
    orderLineShape,
    shipmentShape,
    shipmentLineShape,
    returnShape,
    returnLineShape,
    shopShape,
    streamShape(marketplaces, rateScale),
    lostSpanShape,
    syncRunShape,
    streamRunShape,
    rejectShape,
    coverageCheckShape,
    coverageDayShape,
    alertShape,
    alertDeliveryShape,
    freshnessShape,
    basketBarShape,
    productShape,
    stockMovementShape,
    oversellIncidentShape,
    customerShape(ordersPage),
    cartShape,
    cartLineShape,
    orderEventShape,
    exportShape,
  ];
  const namesOf = (noun: 'order' | 'shipment' | 'return' | 'productSales'): TypeNames =>
    Object.fromEntries(channels.flatMap(({ code, types }) => (types[noun] ? [[code, types[noun].name]] : [])));
  return {
    shapes: new Map(shapes.map((shape) => [shape.noun, shape])),
    typeNames: {
      Order: namesOf('order'),
      Shipment: namesOf('shipment'),
      Return: namesOf('return'),
      ProductSales: { ...namesOf('productSales'), [combined]: 'CombinedProductSales' },
    },
  };
}
