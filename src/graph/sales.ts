// The noun product sales: how often a product sold and what it grossed.
import { Field, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { Money } from './money.js';
import { connectionOf } from './paging.js';
import { describesItself, saysWhere } from './report.js';

export const SalesDimension = {
  SKU: 'SKU',
  MARKETPLACE: 'MARKETPLACE',
  SHOP: 'SHOP',
  COUNTRY: 'COUNTRY',
  DAY: 'DAY',
  MONTH: 'MONTH',
} as const;
export type SalesDimension = keyof typeof SalesDimension;
registerEnumType(SalesDimension, {
  name: 'SalesDimension',
  description: 'By what sales are broken down. Every row is of one SKU and one currency, whatever is asked.',
  valuesConfig: {
    SKU: { description: 'Per product. Always in effect.' },
    MARKETPLACE: { description: 'Per marketplace.' },
    SHOP: { description: 'Per shop: one account at one marketplace.' },
    COUNTRY: { description: 'Per country of the shipping address.' },
    DAY: { description: "Per day: of `timeZone`, or of the marketplace's business day where none is given." },
    MONTH: { description: 'Per calendar month, by the same days.' },
  },
});

@InterfaceType('ProductSales', {
  autoRegisterImplementations: false,
  description:
    "How often one product sold, in one currency. A row whose sales come from one marketplace is of that marketplace's type, otherwise a CombinedProductSales.",
})
export abstract class ProductSales {
  @Field(() => String, { description: "The seller's own key of the product." })
  sku!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the product in the order imported last. Null when it has none.',
  })
  title!: string | null;

  @Field(() => Int, { description: 'Ordered minus cancelled.' })
  unitsSold!: number;

  @Field(() => Int, { description: 'Units that came back, counted at the time of their order.' })
  unitsReturned!: number;

  @Field(() => Int, { description: 'Orders with at least one sold unit of the product.' })
  orderCount!: number;

  @Field(() => Money, {
    description:
      "What the units sold cost, exactly. Incl. VAT, after the marketplace's discounts; one currency per row, never a sum over two.",
  })
  grossRevenue!: Money;
}
saysWhere(ProductSales.prototype);

@ObjectType({ implements: ProductSales, description: 'Sales of one product over more than one marketplace.' })
export class CombinedProductSales extends ProductSales {
  @Field(() => [Marketplace], { description: 'The marketplaces that the row sums up, in alphabetical order.' })
  marketplaces!: Marketplace[];
}

export const ProductSalesConnection = connectionOf('ProductSales', () => ProductSales);
describesItself(ProductSalesConnection.prototype);
