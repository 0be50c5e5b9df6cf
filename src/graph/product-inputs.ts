import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import { CurrencyCode, Decimal } from './scalars.js';
import { idempotencyKey } from './shop-inputs.js';

/** Most rows of one call. */
export const rowsMax = 1_000;
export const safetyBufferMax = 1_000_000;

export const RowErrorPolicy = { REJECT_ALL: 'REJECT_ALL', SKIP_INVALID: 'SKIP_INVALID' } as const;
export type RowErrorPolicy = keyof typeof RowErrorPolicy;
registerEnumType(RowErrorPolicy, {
  name: 'RowErrorPolicy',
  description: 'What becomes of many rows when some of them are wrong.',
  valuesConfig: {
    REJECT_ALL: { description: 'Nothing is written.' },
    SKIP_INVALID: { description: 'The good ones are written; `userErrors` says what is wrong with the others.' },
  },
});

@InputType({ description: 'An amount of money.' })
export class MoneyInput {
  @Field(() => Decimal, {
    description: 'In whole currency units, with no more decimals than the currency has: `"12.30"`.',
  })
  amount!: string;

  @Field(() => CurrencyCode, { description: 'Its currency.' })
  currency!: string;
}

@InputType({ description: 'A product as it shall be. What is left out stays as it is; null takes it away.' })
export class ProductInput {
  @Field(() => String, { description: 'Its SKU, up to 100 characters: the product is known by it.' })
  sku!: string;

  @Field(() => String, { description: 'What it is called, in up to 300 characters.' })
  title!: string;

  @Field(() => MoneyInput, {
    description:
      'What a unit costs from now on, incl. VAT: up to 10000000000 EUR (10¹² minor units of any currency). Orders keep the price they were placed at.',
  })
  price!: MoneyInput;

  @Field(() => String, { nullable: true, description: 'EAN/GTIN: 8, 12, 13 or 14 digits.' })
  ean?: string | null;

  @Field(() => Decimal, { nullable: true, description: 'VAT in percent, 0 to below 100: `"19"`.' })
  vatRate?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Units that direct orders leave alone: 0 to 1000000. Null: as it is, or 0 for a new one.',
  })
  safetyBuffer?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Can it be ordered? Null: as it is, or true for a new one.' })
  isActive?: boolean | null;
}

@InputType({ description: 'Products to be made or changed.' })
export class ProductUpsertInput {
  @Field(() => [ProductInput], { description: `1 to ${rowsMax} products, each SKU once.` })
  products!: ProductInput[];

  @Field(() => RowErrorPolicy, { defaultValue: 'REJECT_ALL', description: 'What to do when some of them are wrong.' })
  onError!: RowErrorPolicy;
}

@InputType({ description: 'Stock that came in or was lost.' })
export class StockAdjustment {
  @Field(() => String, { description: 'The SKU of a product.' })
  sku!: string;

  @Field(() => Int, { description: 'Units that came in (negative: were lost): not 0, up to 1000000 either way.' })
  delta!: number;
}

const note = { nullable: true, description: 'Why, in up to 300 characters, for the ledger.' } as const;

@InputType({ description: 'Stock to be adjusted: all of it or nothing.' })
export class StockAdjustInput {
  @Field(() => [StockAdjustment], { description: `1 to ${rowsMax} adjustments, each SKU once.` })
  changes!: StockAdjustment[];

  @Field(() => String, note)
  note?: string | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Stock as it was counted.' })
export class StockCount {
  @Field(() => String, { description: 'The SKU of a product.' })
  sku!: string;

  @Field(() => Int, {
    description:
      'Units on hand, promised ones included: 0 to 1000000000. Where more are promised, the newest orders become short.',
  })
  quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'What `onHand` was when you decided: STALE_QUANTITY when it has moved on since, so that nobody’s change is lost. Null: whatever it is.',
  })
  changeFromQuantity?: number | null;
}

@InputType({ description: 'Stock to be set: all of it or nothing.' })
export class StockSetInput {
  @Field(() => [StockCount], { description: `1 to ${rowsMax} counts, each SKU once.` })
  changes!: StockCount[];

  @Field(() => String, note)
  note?: string | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}
