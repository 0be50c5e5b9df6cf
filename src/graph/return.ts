// The noun return: its interface, which every marketplace's own return type implements, and its lines.
import { Field, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { Node } from './node.js';
import { Order, OrderLine } from './order.js';
import { connectionOf } from './paging.js';
import { DateTime } from './scalars.js';

export const ReturnStatus = {
  ANNOUNCED: 'ANNOUNCED',
  ACCEPTED: 'ACCEPTED',
  PARTIALLY_ACCEPTED: 'PARTIALLY_ACCEPTED',
  REJECTED: 'REJECTED',
  MISDIRECTED: 'MISDIRECTED',
  CANCELLED: 'CANCELLED',
} as const;
export type ReturnStatus = keyof typeof ReturnStatus;
registerEnumType(ReturnStatus, {
  name: 'ReturnStatus',
  description: 'How far a return is.',
  valuesConfig: {
    ANNOUNCED: { description: 'The buyer said that goods come back.' },
    ACCEPTED: { description: 'The goods came back, and the buyer gets the money.' },
    PARTIALLY_ACCEPTED: { description: 'All of it is settled; some of the goods were accepted, the rest was not.' },
    REJECTED: { description: 'The return was refused: not our goods, damaged, too late …' },
    MISDIRECTED: { description: 'The goods went to the wrong place.' },
    CANCELLED: { description: 'It was called off: nothing comes back, or the buyer keeps the goods.' },
  },
});

@InterfaceType('Return', {
  implements: Node,
  autoRegisterImplementations: false,
  description: 'Goods on their way back from the buyer.',
})
export abstract class Return extends Node {
  @Field(() => Marketplace, { description: 'The marketplace through which they were sold.' })
  marketplace!: Marketplace;

  @Field(() => String, { description: "The marketplace's own key. OTTO: positionItemId. Unique within a shop." })
  externalId!: string;

  @Field(() => ReturnStatus, { description: 'How far the return is.' })
  status!: ReturnStatus;

  @Field(() => DateTime, { description: 'When its status last changed.' })
  changedAt!: Date;

  @Field(() => DateTime, { description: 'When this installation first saw it.' })
  importedAt!: Date;

  @Field(() => String, { nullable: true, description: "The carrier's code at the marketplace. Null when not given." })
  carrier!: string | null;

  @Field(() => [String], { description: 'Tracking numbers of the way back; empty when none is known.' })
  trackingNumbers!: string[];

  @Field(() => Order, {
    nullable: true,
    description: 'The order of its first line. Null as long as that order was not imported.',
  })
  order!: Order | null;

  @Field(() => [ReturnLine], { description: 'What comes back: at least one line.' })
  lines!: ReturnLine[];
}

@ObjectType({ implements: Node, description: 'Units of one order line within a return.' })
export class ReturnLine extends Node {
  @Field(() => Int, { description: 'Units that were announced to come back.' })
  quantity!: number;

  @Field(() => Int, {
    description:
      'Units that came back and were accepted: what `LineQuantity.returned` counts. 0 until then. More than `quantity` only where more came than was announced. OTTO: 1 when ACCEPTED.',
  })
  acceptedQuantity!: number;

  @Field(() => String, {
    nullable: true,
    description: "The buyer's reason in the marketplace's own words or code. Null when not given.",
  })
  reason!: string | null;

  @Field(() => String, { description: "The marketplace's key of the order. OTTO: salesOrderId." })
  orderExternalId!: string;

  @Field(() => String, {
    description:
      "The marketplace's id of the order line or unit, one of `OrderLine.externalIds` (OTTO: positionItemId), or of the returned item itself (bol: rmaId).",
  })
  externalId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'EAN of what comes back, where the marketplace tells it in the return. OTTO: null.',
  })
  ean!: string | null;

  @Field(() => Order, { nullable: true, description: 'The order. Null as long as it was not imported.' })
  order!: Order | null;

  @Field(() => OrderLine, {
    nullable: true,
    description:
      'The order line: the one that has `externalId`, else the first of the order that has `ean`. Null as long as its order was not imported.',
  })
  orderLine!: OrderLine | null;
}

export const ReturnConnection = connectionOf('Return', () => Return);
