// What the API says of OTTO's records beyond the common nouns. The mapping writes the same names into `details`.
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Money } from '../../graph/money.js';
import { Order } from '../../graph/order.js';
import { Return } from '../../graph/return.js';
import { ProductSales } from '../../graph/sales.js';
import { CountryCode, DateTime, Decimal } from '../../graph/scalars.js';
import { Shipment } from '../../graph/shipment.js';

const absent = 'Null when OTTO did not send it.';

@ObjectType({ description: 'What the product of a position item is like: colour, size …' })
export class OttoDimension {
  @Field(() => String, { nullable: true, description: `OTTO's name of the dimension: COLOR, SIZE. ${absent}` })
  type!: string | null;

  @Field(() => String, { nullable: true, description: `Its name for people. ${absent}` })
  name!: string | null;

  @Field(() => String, { nullable: true, description: `Its value. ${absent}` })
  value!: string | null;
}

@ObjectType({ description: 'One unit of an order at OTTO, which knows no quantities.' })
export class OttoPositionItem {
  @Field(() => ID, { description: 'positionItemId: one of `OrderLine.externalIds`.' })
  positionItemId!: string;

  @Field(() => String, {
    description:
      "OTTO's own state: ANNOUNCED, PROCESSABLE, SENT, RETURNED, CANCELLED_BY_PARTNER, CANCELLED_BY_MARKETPLACE.",
  })
  fulfillmentStatus!: string;

  @Field(() => String, { description: 'product.sku, the key of the seller.' })
  sku!: string;

  @Field(() => String, { nullable: true, description: `product.articleNumber, as otto.de shows it. ${absent}` })
  articleNumber!: string | null;

  @Field(() => String, { nullable: true, description: `product.shopUrl: its page at otto.de. ${absent}` })
  shopUrl!: string | null;

  @Field(() => [OttoDimension], { description: 'product.dimensions; empty when OTTO sent none.' })
  dimensions!: OttoDimension[];

  @Field(() => Money, { description: 'itemValueGrossPrice: incl. VAT, before discount.' })
  grossPrice!: Money;

  @Field(() => Money, { nullable: true, description: `itemValueDiscount. ${absent}` })
  discount!: Money | null;

  @Field(() => Money, {
    nullable: true,
    description: `itemValueReducedGrossPrice: incl. VAT, after discount. ${absent}`,
  })
  reducedGrossPrice!: Money | null;

  @Field(() => DateTime, { nullable: true, description: 'processableDate: since when it may be shipped; null before.' })
  processableAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'expectedDeliveryDate: when the buyer should have it. Null once it is returned or cancelled.',
  })
  expectedDeliveryAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'sentDate; null before.' })
  sentAt!: Date | null;

  @Field(() => String, { nullable: true, description: `trackingInfo.carrier. ${absent}` })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: `trackingInfo.carrierServiceCode. ${absent}` })
  carrierServiceCode!: string | null;

  @Field(() => String, { nullable: true, description: `trackingInfo.trackingNumber. ${absent}` })
  trackingNumber!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'returnedDate: when its return was accepted; null before.' })
  returnedAt!: Date | null;

  @Field(() => Boolean, { nullable: true, description: `Whether OTTO itself accepted the return. ${absent}` })
  returnAcceptedByMarketplace!: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'cancellationDate; null unless cancelled.' })
  cancelledAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'cancellationReason, e.g. CANCELLED_ON_CUSTOMER_WISH; null unless cancelled.',
  })
  cancellationReason!: string | null;

  @Field(() => String, { nullable: true, description: 'dealId: the deal it was sold in; null outside of deals.' })
  dealId!: string | null;

  @Field(() => String, { nullable: true, description: 'dealName; null outside of deals.' })
  dealName!: string | null;

  @Field(() => Boolean, { nullable: true, description: `weeePickup: an old appliance is to be taken along. ${absent}` })
  weeePickup!: boolean | null;
}

@ObjectType({ description: 'A delivery fee of an OTTO order, at checkout. Not part of `totalGross`.' })
export class OttoDeliveryFee {
  @Field(() => String, { nullable: true, description: `Its kind: DELIVERY_FEE_STANDARD … ${absent}` })
  name!: string | null;

  @Field(() => Money, { description: 'deliveryFeeAmount, incl. VAT.' })
  amount!: Money;

  @Field(() => Decimal, { nullable: true, description: `The highest VAT rate of its items, in percent. ${absent}` })
  vatRate!: string | null;

  @Field(() => [ID], { description: 'The units to which it applies.' })
  positionItemIds!: string[];
}

@ObjectType({ description: 'A discount of an OTTO order, at checkout. Already taken off the price of the units.' })
export class OttoDiscount {
  @Field(() => String, { nullable: true, description: `Its kind. ${absent}` })
  name!: string | null;

  @Field(() => ID, { nullable: true, description: `discountId. ${absent}` })
  discountId!: string | null;

  @Field(() => String, { nullable: true, description: `discountName. ${absent}` })
  discountName!: string | null;

  @Field(() => Money, { description: 'discountAmount, over all its units, incl. VAT.' })
  amount!: Money;

  @Field(() => Decimal, { nullable: true, description: `The highest VAT rate of its items, in percent. ${absent}` })
  vatRate!: string | null;

  @Field(() => [ID], { description: 'The units to which it applies.' })
  positionItemIds!: string[];
}

@ObjectType({ description: 'How a forwarder reaches the recipient. For that use only.' })
export class OttoDeliveryContact {
  @Field(() => String, { nullable: true, description: `deliveryAddress.email. ${absent}` })
  email!: string | null;

  @Field(() => String, { nullable: true, description: `deliveryAddress.phoneNumber. ${absent}` })
  phoneNumber!: string | null;
}

@ObjectType({ implements: Order, description: 'An order at OTTO Market.' })
export class OttoOrder extends Order {
  @Field(() => DateTime, {
    nullable: true,
    description: `lastModifiedDate: moved by returns, too. ${absent}`,
  })
  lastModifiedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: `payment.paymentMethod: INVOICE_SINGLE, PREPAYMENT, PAYPAL … OTTO may add values. ${absent}`,
  })
  paymentMethod!: string | null;

  @Field(() => Boolean, { nullable: true, description: `suspectedFraudCase. ${absent}` })
  suspectedFraud!: boolean | null;

  @Field(() => OttoDeliveryContact, {
    nullable: true,
    description: "Sent for forwarders' deliveries only; null otherwise.",
  })
  deliveryContact!: OttoDeliveryContact | null;

  @Field(() => [OttoDeliveryFee], { description: 'initialDeliveryFees; empty when there are none.' })
  deliveryFees!: OttoDeliveryFee[];

  @Field(() => [OttoDiscount], { description: 'initialDiscounts; empty when there are none.' })
  discounts!: OttoDiscount[];

  @Field(() => [OttoPositionItem], { description: 'Every unit with its own state and dates, sorted by id.' })
  positionItems!: OttoPositionItem[];
}

@ObjectType({ description: 'A step of a shipment on its way.' })
export class OttoShipmentState {
  @Field(() => String, {
    description:
      'SENT, ON_THE_WAY, DELIVERED, DELIVERED_FOR_PICKUP, DELIVERY_ATTEMPT_FAILED, ISSUE_OCCURRED; OTTO may add values.',
  })
  state!: string;

  @Field(() => DateTime, { description: 'occurredOn.' })
  occurredAt!: Date;
}

@ObjectType({ description: 'A unit in an OTTO shipment, with its return label.' })
export class OttoShipmentItem {
  @Field(() => ID, { description: 'positionItemId: one of `OrderLine.externalIds`.' })
  positionItemId!: string;

  @Field(() => ID, { description: 'salesOrderId: the `externalId` of its order.' })
  salesOrderId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'returnTrackingKey.carrier: DHL, GLS or HERMES. Null for forwarders.',
  })
  returnCarrier!: string | null;

  @Field(() => String, { nullable: true, description: 'returnTrackingKey.trackingNumber. Null for forwarders.' })
  returnTrackingNumber!: string | null;

  @Field(() => ID, { nullable: true, description: `Return address and carrier, where a seller has several. ${absent}` })
  returnAddressCarrierId!: string | null;
}

@ObjectType({ description: 'Where a shipment set out.' })
export class OttoShipFrom {
  @Field(() => String, { nullable: true, description: `City. ${absent}` })
  city!: string | null;

  @Field(() => String, { nullable: true, description: `Postal code. ${absent}` })
  postalCode!: string | null;

  @Field(() => CountryCode, { nullable: true, description: `ISO 3166-1 alpha-2. ${absent}` })
  country!: string | null;
}

@ObjectType({ implements: Shipment, description: 'A shipment to buyers at OTTO Market.' })
export class OttoShipment extends Shipment {
  @Field(() => DateTime, { nullable: true, description: `creationDate: when it was reported to OTTO. ${absent}` })
  createdAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The newest of `states`; null when there is none.' })
  state!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was first DELIVERED; null until then.' })
  deliveredAt!: Date | null;

  @Field(() => [OttoShipmentState], { description: 'Its way so far, oldest first.' })
  states!: OttoShipmentState[];

  @Field(() => OttoShipFrom, { nullable: true, description: `shipFromAddress. ${absent}` })
  shipFrom!: OttoShipFrom | null;

  @Field(() => [OttoShipmentItem], { description: 'Its units, sorted by id.' })
  items!: OttoShipmentItem[];
}

@ObjectType({ implements: Return, description: 'A unit on its way back from a buyer at OTTO Market.' })
export class OttoReturn extends Return {
  @Field(() => String, { nullable: true, description: `details.orderNumber. ${absent}` })
  orderNumber!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Condition of the goods, A (best) to E; null until they were judged.',
  })
  condition!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The seller's reason to accept or reject it: RETURN_RECEIVED, WRONG_ITEM … Null until then.",
  })
  reason!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ottoWarehouseID: finds a MISDIRECTED unit in the warehouse where it arrived; null otherwise.',
  })
  ottoWarehouseId!: string | null;
}

@ObjectType({ implements: ProductSales, description: 'Sales of one product at OTTO Market only.' })
export class OttoProductSales extends ProductSales {}

const credential = 'From OTTO Partner Connect, where the app needs the scopes orders, shipments and returns.';

@InputType({ description: "The seller's own app at OTTO Market (client credentials)." })
export class OttoCredentialsInput {
  @Field(() => String, { description: `Client id. ${credential}` })
  clientId!: string;

  @Field(() => String, { description: `Client secret. ${credential} Sealed at rest, never returned.` })
  clientSecret!: string;
}
