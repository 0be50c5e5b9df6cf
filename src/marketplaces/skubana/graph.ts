// What the API says of Skubana's orders beyond the common nouns. The mapping writes the same names into `details`.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Money } from '../../graph/money.js';
import { Order } from '../../graph/order.js';
import { Return } from '../../graph/return.js';
import { ProductSales } from '../../graph/sales.js';
import { DateTime } from '../../graph/scalars.js';
import { Shipment } from '../../graph/shipment.js';

const absent = 'Null when Skubana did not send it.';

@ObjectType({ description: 'An item of an order at Skubana: so many units of one listing.' })
export class SkubanaOrderItem {
  @Field(() => ID, { description: 'orderItemId: the one of `OrderLine.externalIds`.' })
  orderItemId!: string;

  @Field(() => String, { nullable: true, description: `listingSku: the SKU at the sales channel. ${absent}` })
  listingSku!: string | null;

  @Field(() => String, { nullable: true, description: `listingName: its title at the sales channel. ${absent}` })
  listingName!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'product.productId. Null, with all of the product, while the listing belongs to none.',
  })
  productId!: string | null;

  @Field(() => String, { nullable: true, description: `product.masterSku: the SKU of the stock. ${absent}` })
  masterSku!: string | null;

  @Field(() => String, { nullable: true, description: `product.name. ${absent}` })
  productName!: string | null;

  @Field(() => String, { nullable: true, description: `product.productType, as Skubana writes it. ${absent}` })
  productType!: string | null;

  @Field(() => String, { nullable: true, description: `product.upc: 12 digits. ${absent}` })
  upc!: string | null;

  @Field(() => String, { nullable: true, description: `product.mpn: the manufacturer's part number. ${absent}` })
  mpn!: string | null;

  @Field(() => Int, { description: 'quantityOrdered.' })
  quantityOrdered!: number;

  @Field(() => Money, { description: 'unitPrice: of one unit, before discount, without the tax.' })
  unitPrice!: Money;

  @Field(() => Money, { nullable: true, description: `tax: taken to be of all units. ${absent}` })
  tax!: Money | null;

  @Field(() => Money, { nullable: true, description: `discount: taken to be of all units. ${absent}` })
  discount!: Money | null;

  @Field(() => String, { nullable: true, description: `notes. ${absent}` })
  notes!: string | null;

  @Field(() => String, { nullable: true, description: `purchaseOrderItemNumber. ${absent}` })
  purchaseOrderItemNumber!: string | null;
}

@ObjectType({ description: 'Units of a listing in a parcel.' })
export class SkubanaParcelItem {
  @Field(() => String, { nullable: true, description: `listingSku. ${absent}` })
  listingSku!: string | null;

  @Field(() => Int, { description: 'quantity: units in this parcel.' })
  quantity!: number;
}

@ObjectType({ description: 'A parcel of an order: an entry of its `shipments`.' })
export class SkubanaParcel {
  @Field(() => [String], { description: 'trackingNumbers; empty when Skubana sent none.' })
  trackingNumbers!: string[];

  @Field(() => [SkubanaParcelItem], { description: 'What is in it; empty when Skubana did not say.' })
  items!: SkubanaParcelItem[];
}

@ObjectType({ description: 'The `shipment` of an order: one object, however many parcels there are.' })
export class SkubanaOrderShipment {
  @Field(() => ID, { nullable: true, description: `shipmentId. ${absent}` })
  shipmentId!: string | null;

  @Field(() => String, { nullable: true, description: `type: FULFILLMENT or RETURN. ${absent}` })
  type!: string | null;

  @Field(() => DateTime, { nullable: true, description: `created. ${absent}` })
  createdAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `shipDate. ${absent}` })
  shippedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `estimatedArrival. ${absent}` })
  estimatedArrival!: Date | null;

  @Field(() => String, { nullable: true, description: `trackingNumber. ${absent}` })
  trackingNumber!: string | null;

  @Field(() => String, {
    nullable: true,
    description: `deliveryStatus: UNKNOWN, IN_TRANSIT, DELIVERED, LOST_IN_TRANSIT, RETURN_TO_SENDER, UNDELIVERABLE, FORWARDED, VOIDED. ${absent}`,
  })
  deliveryStatus!: string | null;

  @Field(() => String, { nullable: true, description: `shipMethod.shippingCarrier. ${absent}` })
  carrier!: string | null;
}

@ObjectType({ description: 'Where an order was sold.' })
export class SkubanaSalesChannel {
  @Field(() => ID, { nullable: true, description: `salesChannelId. ${absent}` })
  salesChannelId!: string | null;

  @Field(() => String, { nullable: true, description: `name. ${absent}` })
  name!: string | null;

  @Field(() => String, { nullable: true, description: `type, as Skubana writes it. ${absent}` })
  type!: string | null;
}

@ObjectType({ description: 'The warehouse that an order is sent from.' })
export class SkubanaFulfillmentSource {
  @Field(() => ID, { nullable: true, description: `warehouseId. ${absent}` })
  warehouseId!: string | null;

  @Field(() => String, { nullable: true, description: `name. ${absent}` })
  name!: string | null;
}

@ObjectType({ description: 'Who bought.' })
export class SkubanaCustomer {
  @Field(() => ID, { nullable: true, description: `customerId. ${absent}` })
  customerId!: string | null;

  @Field(() => String, { nullable: true, description: `name. ${absent}` })
  name!: string | null;

  @Field(() => String, { nullable: true, description: `companyName. ${absent}` })
  companyName!: string | null;

  @Field(() => [String], { description: 'emailAddresses; empty when Skubana sent none.' })
  emailAddresses!: string[];
}

@ObjectType({ description: 'Why an order was cancelled.' })
export class SkubanaCancelReason {
  @Field(() => String, { nullable: true, description: `type, as Skubana writes it. ${absent}` })
  type!: string | null;

  @Field(() => String, { nullable: true, description: `details. ${absent}` })
  details!: string | null;
}

@ObjectType({
  implements: Order,
  description:
    'An order in Skubana (Extensiv Order Manager), of whichever sales channel. Its parcels are told here: Skubana’s list of shipments does not say what is in them, so there are no `shipments` of it.',
})
export class SkubanaOrder extends Order {
  @Field(() => String, { description: 'orderStatus, as Skubana writes it: AWAITING_SHIPMENT, SHIPPED, ON_HOLD …' })
  orderStatus!: string;

  @Field(() => String, { nullable: true, description: `unresolvedStatus: what an UNRESOLVED order lacks. ${absent}` })
  unresolvedStatus!: string | null;

  @Field(() => String, { nullable: true, description: `orderType, as Skubana writes it. ${absent}` })
  orderType!: string | null;

  @Field(() => DateTime, { nullable: true, description: `createdDate: when it came into Skubana. ${absent}` })
  createdAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `paymentDate. ${absent}` })
  paidAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `shipDate. ${absent}` })
  shipDate!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `receiveByDate: when the buyer should have it. ${absent}` })
  receiveBy!: Date | null;

  @Field(() => DateTime, { nullable: true, description: `holdUntilDate. ${absent}` })
  holdUntil!: Date | null;

  @Field(() => Money, {
    nullable: true,
    description: `orderTotal: with shipping, which \`totalGross\` is without. ${absent}`,
  })
  orderTotal!: Money | null;

  @Field(() => Money, { nullable: true, description: `orderItemTotal. ${absent}` })
  orderItemTotal!: Money | null;

  @Field(() => Money, { nullable: true, description: `shippingCost: what the buyer pays for it. ${absent}` })
  shippingCost!: Money | null;

  @Field(() => Money, { nullable: true, description: `discount on the order, in no line. ${absent}` })
  discount!: Money | null;

  @Field(() => SkubanaSalesChannel, { nullable: true, description: `salesChannel. ${absent}` })
  salesChannel!: SkubanaSalesChannel | null;

  @Field(() => SkubanaFulfillmentSource, { nullable: true, description: `fulfillmentSource. ${absent}` })
  fulfillmentSource!: SkubanaFulfillmentSource | null;

  @Field(() => SkubanaCustomer, { nullable: true, description: `customer. ${absent}` })
  customer!: SkubanaCustomer | null;

  @Field(() => String, { nullable: true, description: `shipEmail. ${absent}` })
  shipEmail!: string | null;

  @Field(() => String, { nullable: true, description: `shipPhone. ${absent}` })
  shipPhone!: string | null;

  @Field(() => String, { nullable: true, description: `addressType, as Skubana writes it. ${absent}` })
  addressType!: string | null;

  @Field(() => String, { nullable: true, description: `requestedShippingService: what the buyer chose. ${absent}` })
  requestedShippingService!: string | null;

  @Field(() => String, { nullable: true, description: `shipMethod.shippingCarrier. ${absent}` })
  shippingCarrier!: string | null;

  @Field(() => SkubanaCancelReason, { nullable: true, description: 'cancelReason. Null unless it was cancelled.' })
  cancelReason!: SkubanaCancelReason | null;

  @Field(() => [String], { description: 'labels, by their names.' })
  labels!: string[];

  @Field(() => Boolean, { nullable: true, description: `gift. ${absent}` })
  gift!: boolean | null;

  @Field(() => String, { nullable: true, description: `giftMessage. ${absent}` })
  giftMessage!: string | null;

  @Field(() => String, { nullable: true, description: `internalNotes. ${absent}` })
  internalNotes!: string | null;

  @Field(() => String, { nullable: true, description: `notesFromBuyer. ${absent}` })
  notesFromBuyer!: string | null;

  @Field(() => String, { nullable: true, description: `notesToBuyer. ${absent}` })
  notesToBuyer!: string | null;

  @Field(() => String, { nullable: true, description: `customField1. ${absent}` })
  customField1!: string | null;

  @Field(() => String, { nullable: true, description: `customField2. ${absent}` })
  customField2!: string | null;

  @Field(() => String, { nullable: true, description: `customField3. ${absent}` })
  customField3!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'amzFbaShipmentId. An order that names one is sent by Amazon. Null for all others.',
  })
  amzFbaShipmentId!: string | null;

  @Field(() => [ID], { description: 'relatedOrderIds: orderIds of orders that belong with it.' })
  relatedOrderIds!: string[];

  @Field(() => [SkubanaOrderItem], { description: 'orderItems, in the order of `lines`.' })
  orderItems!: SkubanaOrderItem[];

  @Field(() => SkubanaOrderShipment, { nullable: true, description: 'shipment. Null before there is one.' })
  shipment!: SkubanaOrderShipment | null;

  @Field(() => [SkubanaParcel], { description: '`shipments`, parcel by parcel; empty before there are any.' })
  parcels!: SkubanaParcel[];
}

@ObjectType({
  implements: Shipment,
  description:
    'A shipment from Skubana. There are none so far: what was sent is told by the order, see `SkubanaOrder`.',
})
export class SkubanaShipment extends Shipment {}

@ObjectType({ implements: Return, description: 'A return to Skubana. There are none so far: it does not list any.' })
export class SkubanaReturn extends Return {}

@ObjectType({ implements: ProductSales, description: 'Sales of one product through Skubana only.' })
export class SkubanaProductSales extends ProductSales {}

@InputType({ description: 'A token of a Skubana account.' })
export class SkubanaCredentialsInput {
  @Field(() => String, {
    description:
      'The access token that Skubana gave an app of the account, with the scope read_orders. Sealed at rest, never returned.',
  })
  accessToken!: string;
}
