import type { WireMoney, WireOrder, WireOrderItem, WireShipment } from '../wire.js';
import { type LineRecord, listingSkuOf, type OrderRecord } from './world.js';

/** To the second. */
const text = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const textOrNull = (at: number | null): string | null => (at === null ? null : text(at));
const dollars = (minor: number): WireMoney => ({ amount: minor / 100, currency: 'USD' });

const alpha3: Readonly<Record<string, string>> = { NL: 'NLD', BE: 'BEL', DE: 'DEU' };

const costMinor = ({ product, quantity, taxMinor, discountMinor }: LineRecord): number =>
  product.priceMinor * quantity + taxMinor - discountMinor;

/** Warehouses of the pretend account. */
export const warehouses = {
  own: { warehouseId: 8_101, name: 'Main Warehouse' },
  amazon: { warehouseId: 8_102, name: 'Amazon FBA' },
};
export const salesChannelId = 3_001;

/** An order as Skubana sends it. */
export function renderOrder(order: OrderRecord): WireOrder {
  const { id, number, status, buyer, lines, parcels } = order;
  const itemsMinor = lines.reduce((sum, line) => sum + costMinor(line), 0);
  return {
    orderId: id,
    orderNumber: number,
    orderType: 'SHIPMENT',
    orderStatus: status,
    unresolvedStatus: status === 'UNRESOLVED' ? 'MISSING_PRODUCT_INFO' : null,
    orderDate: text(order.placedAt),
    paymentDate: textOrNull(order.paidAt),
    createdDate: text(order.placedAt),
    modifiedDate: text(order.modifiedAt),
    shipDate: textOrNull(order.shippedAt),
    shipByDate: null,
    currency: 'USD',
    orderTotal: dollars(itemsMinor + 799),
    orderItemTotal: dollars(itemsMinor),
    shippingCost: dollars(799),
    discount: dollars(0),
    ...addressOf(order),
    customer: {
      customerId: 9_001,
      name: `${buyer.firstName} ${buyer.lastName}`,
      companyName: null,
      emailAddresses: [],
    },
    salesChannel: { salesChannelId, name: 'Example Shop', type: 'SHOPIFY' },
    fulfillmentSource: order.isTheirs ? warehouses.amazon : warehouses.own,
    requestedShippingService: 'Standard',
    shipMethod: { shippingCarrier: 'UPS' },
    orderItems: lines.map(renderLine),
    shipment: shipmentOf(order),
    shipments: parcels.map(({ trackingNumbers, items }) => ({
      trackingNumbers,
      items: items.map(({ line, quantity }) => ({ listingSku: listingSkuOf(line), quantity })),
    })),
    labels: [],
    cancelReason: order.cancelReason === null ? null : { type: order.cancelReason, details: null },
    gift: false,
    giftMessage: null,
    amzFbaShipmentId: null,
    relatedOrderIds: [],
  };
}

function addressOf({ buyer }: OrderRecord) {
  return {
    shipName: `${buyer.firstName} ${buyer.lastName}`,
    shipCompany: null,
    shipAddress1: `${buyer.street} ${buyer.houseNumber}`,
    shipAddress2: null,
    shipAddress3: null,
    shipCity: buyer.city,
    shipState: null,
    shipZipCode: buyer.zipCode,
    shipCountry: alpha3[buyer.country] ?? null,
    shipPhone: null,
    shipEmail: null,
    addressType: 'RESIDENTIAL',
  };
}

function renderLine(line: LineRecord): WireOrderItem {
  const { id, product, quantity } = line;
  return {
    orderItemId: id,
    listingSku: listingSkuOf(line),
    listingName: product.title,
    product: line.isMatched
      ? {
          productId: id,
          masterSku: product.sku,
          name: product.title,
          productType: 'CORE_PRODUCT',
          upc: null,
          mpn: null,
        }
      : null,
    quantityOrdered: quantity,
    unitPrice: dollars(product.priceMinor),
    tax: dollars(line.taxMinor),
    discount: dollars(line.discountMinor),
    notes: null,
    purchaseOrderItemNumber: null,
  };
}

/** One, of the last parcel. */
function shipmentOf({ id, parcels, shippedAt }: OrderRecord): WireShipment | null {
  const last = parcels.at(-1);
  if (!last) return null;
  return {
    shipmentId: id + 1_000_000,
    type: 'FULFILLMENT',
    created: textOrNull(shippedAt),
    shipDate: textOrNull(shippedAt),
    estimatedArrival: null,
    trackingNumber: last.trackingNumbers[0] ?? null,
    deliveryStatus: 'IN_TRANSIT',
    shipMethod: { shippingCarrier: 'UPS' },
  };
}
