// Where each member of bol's records is found in the API: path in the record → path from the type on.

const name = ['salutation', 'firstName', 'surname', 'company'];
const place = ['streetName', 'houseNumber', 'houseNumberExtension', 'extraAddressInformation', 'zipCode', 'city'];
const contact = [...name, ...place, 'countryCode', 'email'];
const delivery = same('shipmentDetails', [...contact, 'pickupPointName', 'deliveryPhoneNumber', 'language']);
const billing = same('billingDetails', [...contact, 'vatNumber', 'kvkNumber', 'orderReference']);

const shipment = {
  ...{ shipmentId: 'externalId', shipmentDateTime: 'shippedAt', shipmentReference: 'shipmentReference' },
  ...{ pickupPoint: 'pickupPoint', 'order.orderId': 'lines.orderExternalId' },
  'order.orderPlacedDateTime': 'orderPlacedAt',
  ...delivery,
  ...billing,
  ...same('shipmentItems', ['orderItemId', 'quantity', 'quantityShipped', 'unitPrice', 'commission']),
  ...product('shipmentItems'),
  'shipmentItems.fulfilment.method': 'shipmentItems.fulfillmentMethod',
  'shipmentItems.fulfilment.distributionParty': 'shipmentItems.distributionParty',
  'shipmentItems.fulfilment.latestDeliveryDate': 'shipmentItems.latestDeliveryDate',
  ...same('transport', ['transportId', 'transporterCode', 'trackAndTrace', 'shippingLabelId']),
  'transport.transportEvents.eventCode': 'transport.events.eventCode',
  'transport.transportEvents.eventDateTime': 'transport.events.occurredAt',
};

const order = {
  ...{ orderId: 'externalId', orderPlacedDateTime: 'orderedAt', pickupPoint: 'pickupPoint' },
  ...delivery,
  ...billing,
  ...same('orderItems', ['orderItemId', 'cancellationRequest', 'quantity', 'quantityShipped', 'quantityCancelled']),
  ...same('orderItems', ['unitPrice', 'totalPrice', 'commission', 'discounts.title', 'discounts.amount']),
  ...product('orderItems'),
  'orderItems.fulfilment.method': 'orderItems.fulfillmentMethod',
  'orderItems.fulfilment.distributionParty': 'orderItems.distributionParty',
  'orderItems.fulfilment.latestDeliveryDate': 'orderItems.latestDeliveryDate',
  'orderItems.fulfilment.exactDeliveryDate': 'orderItems.exactDeliveryDate',
  'orderItems.fulfilment.expiryDate': 'orderItems.expiryDate',
  'orderItems.fulfilment.timeFrameType': 'orderItems.timeFrameType',
  'orderItems.additionalServices.serviceType': 'orderItems.additionalServices',
  'orderItems.latestChangedDateTime': 'orderItems.latestChangedAt',
};

const made = {
  ...{ returnId: 'externalId', registrationDateTime: 'registeredAt', fulfilmentMethod: 'fulfillmentMethod' },
  ...same('returnItems', ['rmaId', 'orderId', 'ean', 'title', 'expectedQuantity', 'trackAndTrace', 'transporterName']),
  ...same('returnItems', ['handled', 'processingResults.quantity', 'processingResults.processingResult']),
  'returnItems.processingResults.handlingResult': 'returnItems.processingResults.handlingResult',
  'returnItems.processingResults.processingDateTime': 'returnItems.processingResults.processedAt',
  'returnItems.returnReason.mainReason': 'returnItems.mainReason',
  'returnItems.returnReason.detailedReason': 'returnItems.detailedReason',
  'returnItems.returnReason.customerComments': 'returnItems.customerComments',
  ...same('returnItems.customerDetails', [...contact, 'deliveryPhoneNumber', 'vatNumber']),
};

/** By stream: the vendor's name of the record, ours of the type, the field of `Query` that lists it. */
export const tables = [
  { stream: 'SHIPMENTS', vendorName: 'Shipment', type: 'BolShipment', list: 'shipments', table: shipment },
  { stream: 'ORDERS', vendorName: 'Order', type: 'BolOrder', list: 'orders', table: order },
  { stream: 'RETURNS', vendorName: 'Return', type: 'BolReturn', list: 'returns', table: made },
] as const;

/** Members that have the same name in the API. */
function same(at: string, members: readonly string[]): Record<string, string> {
  return Object.fromEntries(members.map((member) => [`${at}.${member}`, `${at}.${member}`]));
}

function product(items: string): Record<string, string> {
  return {
    [`${items}.offer.offerId`]: `${items}.offerId`,
    [`${items}.offer.reference`]: `${items}.offerReference`,
    [`${items}.product.ean`]: `${items}.ean`,
    [`${items}.product.title`]: `${items}.title`,
  };
}
