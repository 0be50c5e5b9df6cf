// The noun product: what the seller sells from own stock, the ledger of that stock, and where more was sold than there is.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Money } from './money.js';
import { Node } from './node.js';
import { Order } from './order.js';
import { connectionOf } from './paging.js';
import { DateTime, Decimal } from './scalars.js';

@ObjectType({
  implements: Node,
  description:
    'Something that the seller sells from own stock, known by its SKU in every channel. Stock is in units, at one place.',
})
export class Product extends Node {
  @Field(() => String, { description: "The seller's own key: unique, never changed. Case and white space count." })
  sku!: string;

  @Field(() => String, { description: 'What it is called.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'EAN/GTIN. Null when it has none.' })
  ean!: string | null;

  @Field(() => Money, { description: 'What a unit costs in a direct order placed now, incl. VAT.' })
  price!: Money;

  @Field(() => Decimal, { nullable: true, description: 'VAT in percent: `"19"`. Null when it is not known.' })
  vatRate!: string | null;

  @Field(() => Boolean, {
    description: 'Can it be ordered directly? What marketplaces sell of it takes stock either way.',
  })
  isActive!: boolean;

  @Field(() => Int, { description: 'Units on the shelf, promised ones included. Never negative.' })
  onHand!: number;

  @Field(() => Int, {
    description:
      'The part of `onHand` that is promised to open orders and to carts that hold it. Never more than that.',
  })
  reserved!: number;

  @Field(() => Int, {
    description: 'Units that direct orders leave alone: a margin for what marketplaces sell meanwhile.',
  })
  safetyBuffer!: number;

  @Field(() => Int, {
    description: 'What can be ordered now: `onHand - reserved - safetyBuffer`, 0 where that is less.',
  })
  available!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when its stock is kept here: the first `stockSet` or `stockAdjust`. What marketplaces shipped before takes nothing from it, what was open then is reserved. Null: not yet, and sales take nothing.',
  })
  stockSince!: Date | null;

  @Field(() => Int, { description: 'Rises by one with every change by `productUpsert`; stock does not change it.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was first told.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When `productUpsert` last changed it.' })
  changedAt!: Date;
}

export const ProductConnection = connectionOf('Product', () => Product);

export const StockReason = {
  ADJUSTED: 'ADJUSTED',
  SET: 'SET',
  ORDER_RESERVED: 'ORDER_RESERVED',
  ORDER_RELEASED: 'ORDER_RELEASED',
  ORDER_SHIPPED: 'ORDER_SHIPPED',
  ORDER_CORRECTED: 'ORDER_CORRECTED',
  CART_HELD: 'CART_HELD',
  CART_RELEASED: 'CART_RELEASED',
} as const;
export type StockReason = keyof typeof StockReason;
registerEnumType(StockReason, {
  name: 'StockReason',
  description: 'Why stock moved.',
  valuesConfig: {
    ADJUSTED: { description: '`stockAdjust`: goods came in, or were lost.' },
    SET: { description: '`stockSet`: the shelf was counted.' },
    ORDER_RESERVED: { description: 'An order took it, or got at last what it was short of.' },
    ORDER_RELEASED: { description: 'An order gave it back: cancelled, made smaller, or its shop was removed.' },
    ORDER_SHIPPED: { description: 'It left the shelf for an order.' },
    ORDER_CORRECTED: {
      description: 'A marketplace corrected what was shipped, or a count left less than was promised.',
    },
    CART_HELD: { description: 'A cart holds it for a while.' },
    CART_RELEASED: { description: 'A cart holds it no longer.' },
  },
});

@ObjectType({
  implements: Node,
  description:
    'An entry of the ledger of stock. Append-only; the deltas of a product sum to its `onHand` and `reserved`.',
})
export class StockMovement extends Node {
  @Field(() => Product, { description: 'What moved.' })
  product!: Product;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  @Field(() => StockReason, { description: 'Why.' })
  reason!: StockReason;

  @Field(() => Int, { description: 'Units that came onto the shelf (negative: left it).' })
  onHandDelta!: number;

  @Field(() => Int, { description: 'Units that were promised (negative: no longer are).' })
  reservedDelta!: number;

  @Field(() => Int, { description: '`Product.onHand` after it.' })
  onHand!: number;

  @Field(() => Int, { description: '`Product.reserved` after it.' })
  reserved!: number;

  @Field(() => Order, {
    nullable: true,
    description: 'The order that caused it, of any channel. Null: people did, or the shop of the order was removed.',
  })
  order!: Order | null;

  @Field(() => String, { nullable: true, description: 'What the person who caused it wrote. Null: nothing.' })
  note!: string | null;
}

export const StockMovementConnection = connectionOf('StockMovement', () => StockMovement);

@ObjectType({
  implements: Node,
  description:
    'More of a product was sold than there is: a marketplace’s sale cannot be refused. Stock that comes in goes to the oldest order first; the incident ends when nothing is short any more.',
})
export class OversellIncident extends Node {
  @Field(() => Product, { description: 'What was sold.' })
  product!: Product;

  @Field(() => Int, { description: 'Units that are missing now; 0 once it is resolved.' })
  shortfall!: number;

  @Field(() => Int, { description: 'The most units that were missing.' })
  shortfallMax!: number;

  @Field(() => DateTime, { description: 'When it was noticed.' })
  noticedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When nothing was missing any more. Null: something is.' })
  resolvedAt!: Date | null;

  @Field(() => [Order], {
    description:
      'Orders that hold units of the product or wait for them, the latest first, 50 at most: one of them must be cancelled, unless stock comes in.',
  })
  candidateOrders!: Order[];
}

export const OversellIncidentConnection = connectionOf('OversellIncident', () => OversellIncident);
