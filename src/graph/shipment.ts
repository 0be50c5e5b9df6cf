// The noun shipment: its interface, which every marketplace's own shipment type implements, and its lines.
import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FulfilledBy, Marketplace } from './enums.js';
import { Node } from './node.js';
import { Order, OrderLine } from './order.js';
import { connectionOf } from './paging.js';
import { DateTime } from './scalars.js';

@InterfaceType('Shipment', {
  implements: Node,
  autoRegisterImplementations: false,
  description: 'A parcel or consignment on its way to the buyer. One shipment may hold lines of several orders.',
})
export abstract class Shipment extends Node {
  @Field(() => Marketplace, { description: 'The marketplace whose orders it carries.' })
  marketplace!: Marketplace;

  @Field(() => String, { description: "The marketplace's own key: OTTO and bol shipmentId. Unique within a shop." })
  externalId!: string;

  @Field(() => [Order], {
    description:
      'The orders that it carries something of, oldest first. Orders that were never imported are not in it.',
  })
  orders!: Order[];

  @Field(() => [ShipmentLine], { description: 'What is in it: at least one line.' })
  lines!: ShipmentLine[];

  @Field(() => DateTime, { description: 'When it was handed to the carrier. OTTO: shipDate; bol: shipmentDateTime.' })
  shippedAt!: Date;

  @Field(() => DateTime, { description: 'When this installation first saw it.' })
  importedAt!: Date;

  @Field(() => FulfilledBy, { description: 'Who sent it.' })
  fulfilledBy!: FulfilledBy;

  @Field(() => String, { nullable: true, description: "The carrier's code at the marketplace. Null when not given." })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: "The carrier's tracking number. Null when not given." })
  trackingNumber!: string | null;
}

@ObjectType({ implements: Node, description: 'Units of one order line within a shipment.' })
export class ShipmentLine extends Node {
  @Field(() => Int, { description: 'Units of the line in this shipment.' })
  quantity!: number;

  @Field(() => String, { description: "The marketplace's key of the order. OTTO: salesOrderId; bol: orderId." })
  orderExternalId!: string;

  @Field(() => String, {
    description:
      "The marketplace's id of the order line or unit: one of `OrderLine.externalIds`. OTTO: positionItemId; bol: orderItemId.",
  })
  externalId!: string;

  @Field(() => Order, { nullable: true, description: 'The order. Null as long as it was not imported.' })
  order!: Order | null;

  @Field(() => OrderLine, {
    nullable: true,
    description: 'The order line. Null as long as its order was not imported.',
  })
  orderLine!: OrderLine | null;
}

export const ShipmentConnection = connectionOf('Shipment', () => Shipment);
