// The noun order: its interface, which every marketplace's own order type implements, and its lines.
import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FulfilledBy, FulfillmentStatus, Marketplace } from './enums.js';
import { Address, Money } from './money.js';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime, Decimal } from './scalars.js';

@InterfaceType('Order', {
  implements: Node,
  autoRegisterImplementations: false,
  description:
    'An order, whatever the marketplace. Each marketplace has a type of its own that adds what only it knows.',
})
export abstract class Order extends Node {
  @Field(() => Marketplace, { description: 'Where the order was placed.' })
  marketplace!: Marketplace;

  @Field(() => String, {
    description:
      "The marketplace's own key: OTTO salesOrderId, bol orderId, Skubana orderId. Unique within a shop; see `orderByReference`.",
  })
  externalId!: string;

  @Field(() => String, { description: 'The number that buyers and support quote. OTTO: orderNumber; bol: orderId.' })
  orderNumber!: string;

  @Field(() => DateTime, { description: 'When the buyer placed it. OTTO: orderDate; bol: orderPlacedDateTime.' })
  orderedAt!: Date;

  @Field(() => DateTime, {
    description:
      'When the marketplace last changed it. OTTO: lastModifiedDate, else lifecycleChangeDate; bol: the newest latestChangedDateTime of its items.',
  })
  changedAt!: Date;

  @Field(() => DateTime, { description: 'When this installation first saw it.' })
  importedAt!: Date;

  @Field(() => FulfillmentStatus, { description: 'How far it is, derived from the quantities of its lines.' })
  fulfillmentStatus!: FulfillmentStatus;

  @Field(() => DateTime, { nullable: true, description: 'When the last open unit was shipped; null until then.' })
  fulfilledAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The latest moment to hand it to the carrier, as the marketplace demands. Null where the marketplace sets none.',
  })
  shipBy!: Date | null;

  @Field(() => Address, {
    nullable: true,
    description:
      'Where the goods go. Null while the marketplace keeps it back (OTTO: as long as the order is ANNOUNCED).',
  })
  shippingAddress!: Address | null;

  @Field(() => Address, {
    nullable: true,
    description: 'Where the invoice goes. Null when the marketplace sends none.',
  })
  billingAddress!: Address | null;

  @Field(() => [OrderLine], { description: 'What was ordered: at least one line.' })
  lines!: OrderLine[];

  @Field(() => Int, { description: 'Units ordered over all lines, cancelled ones included.' })
  unitCount!: number;

  @Field(() => Money, {
    description:
      'What the units sold (ordered minus cancelled) cost, over all lines, exactly. Incl. VAT, after discounts, without delivery fees.',
  })
  totalGross!: Money;

  @Field(() => Int, { description: 'Rises by one with every stored change.' })
  version!: number;
}

@ObjectType({ description: 'Units of an order line. `ordered = shipped + cancelled + open`.' })
export class LineQuantity {
  @Field(() => Int, { description: 'Units ordered.' })
  ordered!: number;

  @Field(() => Int, { description: 'Units handed to a carrier, later returned ones included.' })
  shipped!: number;

  @Field(() => Int, { description: 'Units cancelled by buyer, seller or marketplace.' })
  cancelled!: number;

  @Field(() => Int, { description: 'Units that came back: a part of `shipped`.' })
  returned!: number;

  @Field(() => Int, { description: 'Units neither shipped nor cancelled, pending ones included.' })
  open!: number;

  @Field(() => Int, { description: 'The part of `open` that must not be worked on yet (OTTO: ANNOUNCED).' })
  pending!: number;
}

@ObjectType({ implements: Node, description: 'One product of an order at one price.' })
export class OrderLine extends Node {
  @Field(() => Order, { description: 'The order that it belongs to.' })
  order!: Order;

  @Field(() => [String], {
    description: "The marketplace's ids of the line, or of each of its units (OTTO: positionItemId, one per unit).",
  })
  externalIds!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      "The seller's own key: OTTO product.sku; bol offer reference, else EAN; Skubana masterSku, else listingSku. Null when the marketplace gives none: such a line counts in no product sales.",
  })
  sku!: string | null;

  @Field(() => String, { nullable: true, description: 'EAN/GTIN. Null when the marketplace gives none.' })
  ean!: string | null;

  @Field(() => String, { description: "The product's title at the time of the order." })
  title!: string;

  @Field(() => FulfilledBy, { description: 'Who sends this line.' })
  fulfilledBy!: FulfilledBy;

  @Field(() => LineQuantity, { description: 'How many units are in which state.' })
  quantity!: LineQuantity;

  @Field(() => Money, {
    description:
      'One unit, incl. VAT, after the discounts of the marketplace; rounded where a discount on the line does not divide by its units.',
  })
  unitPriceGross!: Money;

  @Field(() => Money, {
    description: 'What all units sold (ordered minus cancelled) cost, exactly: incl. VAT, after discounts.',
  })
  totalGross!: Money;

  @Field(() => Decimal, {
    nullable: true,
    description: 'VAT in percent: `"19"`. Null when the marketplace does not say.',
  })
  vatRate!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the last unit of the line that was shipped was shipped; null while none was.',
  })
  shippedAt!: Date | null;
}

export const OrderConnection = connectionOf('Order', () => Order);
