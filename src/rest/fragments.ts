// What the routes answer with. Each fragment is also a schema of the OpenAPI document, under the same name.

const money = `fragment Money on Money { amount currency }`;

const order = `fragment Order on Order {
  id
  marketplace
  shop { id name }
  externalId
  orderNumber
  orderedAt
  changedAt
  importedAt
  fulfillmentStatus
  fulfilledAt
  shipBy
  shippingAddress { ...Address }
  billingAddress { ...Address }
  lines { ...OrderLine }
  shipments {
    id
    externalId
    shippedAt
    fulfilledBy
    carrier
    trackingNumber
    lines { externalId quantity }
  }
  unitCount
  totalGross { ...Money }
  version
  ... on DirectOrder {
    customer { id reference name email }
    note
    shortages { sku requested available }
    supportedActions { action isAvailable reason }
    events { kind at message }
  }
}`;

const orderLine = `fragment OrderLine on OrderLine {
  id
  externalIds
  sku
  ean
  title
  fulfilledBy
  quantity { ordered shipped cancelled returned open pending }
  unitPriceGross { ...Money }
  totalGross { ...Money }
  vatRate
  shippedAt
}`;

const address = `fragment Address on Address { name company lines postalCode city stateOrProvince country }`;

const pageInfo = `fragment PageInfo on PageInfo { hasNextPage endCursor }`;

const shipment = `fragment Shipment on Shipment {
  id
  marketplace
  shop { id name }
  externalId
  shippedAt
  importedAt
  fulfilledBy
  carrier
  trackingNumber
  orders { id orderNumber }
  lines {
    id
    quantity
    externalId
    orderExternalId
    orderLine { id sku title }
  }
}`;

export const orderParts = [order, orderLine, address, money].join('\n');
export const orderPageParts = [orderParts, pageInfo].join('\n');
export const shipmentParts = shipment;
export const shipmentPageParts = [shipment, pageInfo].join('\n');
export const shopParts = `fragment Shop on Shop { id name marketplace status statusReason createdAt version }`;
export const shopPageParts = [shopParts, pageInfo].join('\n');
