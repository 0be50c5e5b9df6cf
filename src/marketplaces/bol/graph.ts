// What the API says of bol's records beyond the common nouns. The mapping writes the same names into `details`.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Money } from '../../graph/money.js';
import { Order } from '../../graph/order.js';
import { Return } from '../../graph/return.js';
import { ProductSales } from '../../graph/sales.js';
import { CalendarDay, CountryCode, DateTime } from '../../graph/scalars.js';
import { Shipment } from '../../graph/shipment.js';

const absent = 'Null when bol did not send it.';
const maybe = (description: string) => ({ nullable: true, description: `${description} ${absent}` });

@ObjectType({
  description:
    'A person or company as bol names it, member by member. Which members there are depends on where it stands.',
})
export class BolContact {
  @Field(() => String, maybe('MALE, FEMALE or UNKNOWN.'))
  salutation!: string | null;

  @Field(() => String, maybe('First name.'))
  firstName!: string | null;

  @Field(() => String, maybe('Surname, with prefixes: `van der Meulen`.'))
  surname!: string | null;

  @Field(() => String, maybe('Company name.'))
  company!: string | null;

  @Field(() => String, maybe('The pick-up point where the buyer fetches it.'))
  pickupPointName!: string | null;

  @Field(() => String, maybe('Street name without the number.'))
  streetName!: string | null;

  @Field(() => String, maybe('House number.'))
  houseNumber!: string | null;

  @Field(() => String, maybe('Extension of the house number: `A2`.'))
  houseNumberExtension!: string | null;

  @Field(() => String, maybe('What helps to deliver it: a floor, an apartment.'))
  extraAddressInformation!: string | null;

  @Field(() => String, maybe('Postal code: `1234AB` in the Netherlands, `1234` in Belgium. Leading zeros count.'))
  zipCode!: string | null;

  @Field(() => String, maybe('City.'))
  city!: string | null;

  @Field(() => CountryCode, maybe('ISO 3166-1 alpha-2.'))
  countryCode!: string | null;

  @Field(() => String, maybe("An alias of bol's that passes mail on to the buyer; another one for each order."))
  email!: string | null;

  @Field(() => String, maybe('Phone number, where a delivery needs an appointment.'))
  deliveryPhoneNumber!: string | null;

  @Field(() => String, maybe('Language in which to write to the buyer: nl, nl-BE, fr, fr-BE.'))
  language!: string | null;

  @Field(() => String, maybe('VAT number of a business buyer.'))
  vatNumber!: string | null;

  @Field(() => String, maybe('Company register number: KvK in the Netherlands, ondernemingsnummer in Belgium.'))
  kvkNumber!: string | null;

  @Field(() => String, maybe("The buyer's own reference, for the invoice."))
  orderReference!: string | null;
}

@ObjectType({ description: 'A discount on an item of a bol order. Already taken off `totalPrice`.' })
export class BolDiscount {
  @Field(() => String, maybe('Name of the promotion.'))
  title!: string | null;

  @Field(() => Money, { description: 'What it takes off all units of the item together, incl. VAT.' })
  amount!: Money;
}

@ObjectType({ description: 'An item of a bol order: one product in some quantity.' })
export class BolOrderItem {
  @Field(() => ID, { description: 'orderItemId: the one of `OrderLine.externalIds`.' })
  orderItemId!: string;

  @Field(() => String, { description: "fulfilment.method: FBR (the seller) or FBB (bol's own warehouse)." })
  fulfillmentMethod!: string;

  @Field(() => String, maybe("fulfilment.distributionParty: RETAILER, or BOL; FBR with BOL is VVB, bol's label."))
  distributionParty!: string | null;

  @Field(() => CalendarDay, {
    nullable: true,
    description:
      'fulfilment.latestDeliveryDate: when the buyer should have it at the latest. Null if `exactDeliveryDate`.',
  })
  latestDeliveryDate!: string | null;

  @Field(() => CalendarDay, {
    nullable: true,
    description: 'fulfilment.exactDeliveryDate: the day of delivery that the buyer chose. Null if none was chosen.',
  })
  exactDeliveryDate!: string | null;

  @Field(() => CalendarDay, maybe('fulfilment.expiryDate: on that day bol cancels what is still open.'))
  expiryDate!: string | null;

  @Field(() => String, maybe('fulfilment.timeFrameType: REGULAR, EVENING, APPOINTMENT, SAMEDAY, SUNDAY.'))
  timeFrameType!: string | null;

  @Field(() => ID, maybe('offer.offerId.'))
  offerId!: string | null;

  @Field(() => String, maybe("offer.reference: the seller's own key, and its SKU where there is one."))
  offerReference!: string | null;

  @Field(() => String, maybe('product.ean; leading zeros count.'))
  ean!: string | null;

  @Field(() => String, maybe('product.title.'))
  title!: string | null;

  @Field(() => Int, { description: 'Units ordered.' })
  quantity!: number;

  @Field(() => Int, { description: 'Units shipped so far.' })
  quantityShipped!: number;

  @Field(() => Int, { description: 'Units cancelled.' })
  quantityCancelled!: number;

  @Field(() => Boolean, maybe('The buyer asked to cancel it; nothing is cancelled by that yet.'))
  cancellationRequest!: boolean | null;

  @Field(() => Money, maybe('Price of one unit, incl. VAT, before discounts.'))
  unitPrice!: Money | null;

  @Field(() => Money, maybe('What the buyer paid for all units ordered, incl. VAT, after discounts.'))
  totalPrice!: Money | null;

  @Field(() => [BolDiscount], { description: 'Discounts; empty when there are none.' })
  discounts!: BolDiscount[];

  @Field(() => Money, maybe("bol's commission for all units ordered."))
  commission!: Money | null;

  @Field(() => [String], {
    description: 'additionalServices.serviceType, e.g. PLACEMENT_AND_INSTALLATION; empty when the buyer chose none.',
  })
  additionalServices!: string[];

  @Field(() => DateTime, maybe('latestChangedDateTime: when bol last changed the item.'))
  latestChangedAt!: Date | null;
}

@ObjectType({ implements: Order, description: 'An order at bol.com. Its prices are in EUR; bol names no VAT rates.' })
export class BolOrder extends Order {
  @Field(() => Boolean, maybe('It goes to a pick-up point.'))
  pickupPoint!: boolean | null;

  @Field(() => BolContact, maybe('shipmentDetails: where the goods go.'))
  shipmentDetails!: BolContact | null;

  @Field(() => BolContact, maybe('billingDetails: where the invoice goes.'))
  billingDetails!: BolContact | null;

  @Field(() => [BolOrderItem], { description: 'Its items, sorted by id.' })
  orderItems!: BolOrderItem[];
}

@ObjectType({ description: 'An item of a bol order, as far as it is in a shipment.' })
export class BolShipmentItem {
  @Field(() => ID, { description: 'orderItemId: one of `OrderLine.externalIds`.' })
  orderItemId!: string;

  @Field(() => String, { description: "fulfilment.method: FBR (the seller) or FBB (bol's own warehouse)." })
  fulfillmentMethod!: string;

  @Field(() => String, maybe("fulfilment.distributionParty: RETAILER, or BOL; FBR with BOL is VVB, bol's label."))
  distributionParty!: string | null;

  @Field(() => CalendarDay, maybe('fulfilment.latestDeliveryDate: when the buyer should have it at the latest.'))
  latestDeliveryDate!: string | null;

  @Field(() => ID, maybe('offer.offerId.'))
  offerId!: string | null;

  @Field(() => String, maybe("offer.reference: the seller's own key."))
  offerReference!: string | null;

  @Field(() => String, maybe('product.ean; leading zeros count.'))
  ean!: string | null;

  @Field(() => String, maybe('product.title.'))
  title!: string | null;

  @Field(() => Int, { description: 'Units ordered, in this and all other shipments.' })
  quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Units in this shipment. Null in shipments from before October 2025; `quantity` is taken for it then.',
  })
  quantityShipped!: number | null;

  @Field(() => Money, maybe('Price of one unit, incl. VAT.'))
  unitPrice!: Money | null;

  @Field(() => Money, maybe("bol's commission."))
  commission!: Money | null;
}

@ObjectType({ description: 'A step of a parcel on its way.' })
export class BolTransportEvent {
  @Field(() => String, {
    description:
      'PRE_ANNOUNCED, AT_TRANSPORTER, IN_TRANSIT, AT_PICK_UP_POINT, PICKED_UP_AT_PICK_UP_POINT, DELIVERED_AT_CUSTOMER, DELIVERED_AT_NEIGHBOURS, RETURNED_TO_SENDER, INBOUND_COLLECT; bol may add values.',
  })
  eventCode!: string;

  @Field(() => DateTime, { description: 'eventDateTime.' })
  occurredAt!: Date;
}

@ObjectType({ description: 'How a bol shipment travels.' })
export class BolTransport {
  @Field(() => ID, maybe('transportId.'))
  transportId!: string | null;

  @Field(() => String, maybe('transporterCode: TNT, DHL, DPD-NL … The same as `carrier`.'))
  transporterCode!: string | null;

  @Field(() => String, maybe('trackAndTrace: the same as `trackingNumber`. Post that fits a letter box has none.'))
  trackAndTrace!: string | null;

  @Field(() => ID, maybe('shippingLabelId: of a label bought from bol (VVB).'))
  shippingLabelId!: string | null;

  @Field(() => [BolTransportEvent], { description: 'Its way so far, oldest first; empty when bol sent nothing of it.' })
  events!: BolTransportEvent[];
}

@ObjectType({ implements: Shipment, description: 'A shipment to a buyer at bol.com: always of one order.' })
export class BolShipment extends Shipment {
  @Field(() => String, maybe("shipmentReference: the seller's own, given when it was reported."))
  shipmentReference!: string | null;

  @Field(() => Boolean, maybe('It goes to a pick-up point.'))
  pickupPoint!: boolean | null;

  @Field(() => DateTime, maybe('order.orderPlacedDateTime: when its order was placed.'))
  orderPlacedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the buyer, or a neighbour, first had it; null as long as bol knows of no such event.',
  })
  deliveredAt!: Date | null;

  @Field(() => BolContact, maybe('shipmentDetails: where it goes.'))
  shipmentDetails!: BolContact | null;

  @Field(() => BolContact, maybe('billingDetails: where the invoice goes.'))
  billingDetails!: BolContact | null;

  @Field(() => [BolShipmentItem], { description: 'What is in it, sorted by orderItemId.' })
  shipmentItems!: BolShipmentItem[];

  @Field(() => BolTransport, maybe('transport: how it travels.'))
  transport!: BolTransport | null;
}

@ObjectType({ description: 'What became of some units of a return item.' })
export class BolProcessingResult {
  @Field(() => Int, { description: 'Units.' })
  quantity!: number;

  @Field(() => String, { description: 'ACCEPTED, REJECTED or CANCELLED.' })
  processingResult!: string;

  @Field(() => String, maybe('What the seller asked for: RETURN_RECEIVED, RETURN_DOES_NOT_MEET_CONDITIONS …'))
  handlingResult!: string | null;

  @Field(() => DateTime, maybe('processingDateTime.'))
  processedAt!: Date | null;
}

@ObjectType({ description: 'An item of a bol return: units of one product of one order.' })
export class BolReturnItem {
  @Field(() => ID, { description: 'rmaId: the `externalId` of its return line.' })
  rmaId!: string;

  @Field(() => ID, { description: 'orderId: the `externalId` of its order.' })
  orderId!: string;

  @Field(() => String, maybe('The product; leading zeros count. With the order it tells which line comes back.'))
  ean!: string | null;

  @Field(() => String, maybe('Title of the product.'))
  title!: string | null;

  @Field(() => Int, { description: 'Units announced.' })
  expectedQuantity!: number;

  @Field(() => String, maybe("returnReason.mainReason, in bol's own Dutch words."))
  mainReason!: string | null;

  @Field(() => String, maybe('returnReason.detailedReason.'))
  detailedReason!: string | null;

  @Field(() => String, maybe('returnReason.customerComments: what the buyer wrote.'))
  customerComments!: string | null;

  @Field(() => String, maybe('trackAndTrace of the way back.'))
  trackAndTrace!: string | null;

  @Field(() => String, maybe('transporterName: who brings it back.'))
  transporterName!: string | null;

  @Field(() => Boolean, { description: 'Somebody decided on it.' })
  handled!: boolean;

  @Field(() => [BolProcessingResult], { description: 'What was decided, by units; empty until then.' })
  processingResults!: BolProcessingResult[];

  @Field(() => BolContact, maybe('customerDetails: who sends it back.'))
  customerDetails!: BolContact | null;
}

@ObjectType({ implements: Return, description: 'Goods on their way back from a buyer at bol.com.' })
export class BolReturn extends Return {
  @Field(() => DateTime, { description: 'registrationDateTime: when the buyer announced it.' })
  registeredAt!: Date;

  @Field(() => String, { description: "fulfilmentMethod: FBR (back to the seller) or FBB (back to bol's warehouse)." })
  fulfillmentMethod!: string;

  @Field(() => [BolReturnItem], { description: 'Its items, sorted by rmaId.' })
  returnItems!: BolReturnItem[];
}

@ObjectType({ implements: ProductSales, description: 'Sales of one product at bol.com only.' })
export class BolProductSales extends ProductSales {}

const credential = 'From the bol seller account: Services, API settings, client credentials for the Retailer API.';

@InputType({ description: "The seller's own client at bol.com (client credentials)." })
export class BolCredentialsInput {
  @Field(() => String, { description: `Client id. ${credential}` })
  clientId!: string;

  @Field(() => String, { description: `Client secret. ${credential} Sealed at rest, never returned.` })
  clientSecret!: string;
}
