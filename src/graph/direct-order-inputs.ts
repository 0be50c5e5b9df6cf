import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { lineQuantityMax, orderLinesMax, orderUnitsMax } from '../commerce/direct-order.js';
import { CountryCode, DateTime } from './scalars.js';
import { idempotencyKey } from './shop-inputs.js';

export const OutOfStockPolicy = { REJECT: 'REJECT', ACCEPT_AVAILABLE: 'ACCEPT_AVAILABLE' } as const;
export type OutOfStockPolicy = keyof typeof OutOfStockPolicy;
registerEnumType(OutOfStockPolicy, {
  name: 'OutOfStockPolicy',
  description: 'What becomes of an order when there is less in stock than it wants.',
  valuesConfig: {
    REJECT: { description: 'It is refused, and nothing is taken.' },
    ACCEPT_AVAILABLE: {
      description:
        'What is in stock is taken, and the answer names what is not. With nothing at all in stock it is refused.',
    },
  },
});

const expectedVersion = {
  nullable: true,
  description:
    'The `version` of the order that the change is based on; STALE_VERSION when it has moved on. Null: not checked.',
} as const;
const customerId = {
  nullable: true,
  description: 'On behalf of this customer: the order of another one is refused. Null: not checked.',
} as const;

@InputType({ description: 'Units of a product.' })
export class OrderLineInput {
  @Field(() => String, { description: 'The SKU of an active product. Each SKU once.' })
  sku!: string;

  @Field(() => Int, { description: `Units: 1 to ${lineQuantityMax}.` })
  quantity!: number;
}

@InputType({ description: 'A postal address. Null is what is not known.' })
export class AddressInput {
  @Field(() => String, { nullable: true, description: 'First and last name, up to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Company name, up to 200 characters.' })
  company?: string | null;

  @Field(() => [String], { description: 'Street, house number and additions: 1 to 5 lines of up to 200 characters.' })
  lines!: string[];

  @Field(() => String, { nullable: true, description: 'Postal code, up to 20 characters.' })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: 'City, up to 200 characters.' })
  city?: string | null;

  @Field(() => String, { nullable: true, description: 'State, province or region, up to 200 characters.' })
  stateOrProvince?: string | null;

  @Field(() => CountryCode, { description: 'Country. Sales are counted by that of the shipping address.' })
  country!: string;
}

@InputType({ description: 'An order to be placed now.' })
export class OrderPlaceInput {
  @Field(() => [OrderLineInput], {
    description: `What is ordered: 1 to ${orderLinesMax} lines, all of one currency, up to ${orderUnitsMax} units and 1000000000000 EUR (10¹⁴ minor units) in all.`,
  })
  lines!: OrderLineInput[];

  @Field(() => ID, { nullable: true, description: 'Who orders. Null: a guest.' })
  customerId?: string | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the goods go. Null: it is picked up.' })
  shippingAddress?: AddressInput | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the invoice goes. Null: to the shipping address.' })
  billingAddress?: AddressInput | null;

  @Field(() => OutOfStockPolicy, { defaultValue: 'REJECT', description: 'What to do when there is not enough.' })
  outOfStock!: OutOfStockPolicy;

  @Field(() => String, { nullable: true, description: 'A note of up to 1,000 characters, line breaks included.' })
  note?: string | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Another quantity of a line.' })
export class OrderLineChangeInput {
  @Field(() => ID, { description: 'The line.' })
  lineId!: string;

  @Field(() => Int, {
    description:
      'Units ordered from now on: at least what was shipped or cancelled, and 1. More are taken from stock at the line’s price.',
  })
  quantity!: number;
}

@InputType({ description: 'A change of a direct order: all of it or nothing.' })
export class OrderUpdateInput {
  @Field(() => ID, { description: 'The order.' })
  orderId!: string;

  @Field(() => [OrderLineInput], {
    nullable: true,
    description: 'New lines, of SKUs that the order does not have yet.',
  })
  addLines?: OrderLineInput[] | null;

  @Field(() => [OrderLineChangeInput], { nullable: true, description: 'Lines of which more or fewer are wanted.' })
  changeLines?: OrderLineChangeInput[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Lines that vanish, as if they had never been. One of which something was shipped cannot; one line stays.',
  })
  removeLines?: string[] | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the goods go. Null: as before.' })
  shippingAddress?: AddressInput | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the invoice goes. Null: as before.' })
  billingAddress?: AddressInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'A note of up to 1,000 characters, line breaks included. Null: as before; an empty one removes it.',
  })
  note?: string | null;

  @Field(() => ID, customerId)
  customerId?: string | null;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Units of a line of an order.' })
export class OrderLineUnitsInput {
  @Field(() => ID, { description: 'The line.' })
  lineId!: string;

  @Field(() => Int, { nullable: true, description: 'How many of its open units. Null: all of them.' })
  quantity?: number | null;
}

@InputType({ description: 'What of a direct order is cancelled. Its stock goes back.' })
export class OrderCancelInput {
  @Field(() => ID, { description: 'The order.' })
  orderId!: string;

  @Field(() => [OrderLineUnitsInput], { nullable: true, description: 'Which units. Null: all that are open.' })
  lines?: OrderLineUnitsInput[] | null;

  @Field(() => String, { nullable: true, description: 'Why, in up to 200 characters, for the timeline.' })
  reason?: string | null;

  @Field(() => ID, customerId)
  customerId?: string | null;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

@InputType({ description: 'A parcel of a direct order.' })
export class OrderShipInput {
  @Field(() => ID, { description: 'The order.' })
  orderId!: string;

  @Field(() => [OrderLineUnitsInput], { nullable: true, description: 'What is in it. Null: all that is open.' })
  lines?: OrderLineUnitsInput[] | null;

  @Field(() => String, { nullable: true, description: 'Who carries it, in up to 100 characters.' })
  carrier?: string | null;

  @Field(() => String, { nullable: true, description: 'Tracking number, up to 100 characters.' })
  trackingNumber?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it left: not before the order, and not in the future. Null: now.',
  })
  shippedAt?: Date | null;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}
