// The noun sales totals: what was sold over all products.
import { Field, Int, ObjectType } from 'type-graphql';
import { Money } from './money.js';
import { connectionOf } from './paging.js';
import { describesItself, saysWhere } from './report.js';

@ObjectType({ description: 'What was sold over all products that have a SKU, in one currency.' })
export class SalesTotals {
  @Field(() => Int, { description: 'Ordered minus cancelled.' })
  unitsSold!: number;

  @Field(() => Int, { description: 'Units that came back, counted at the time of their order.' })
  unitsReturned!: number;

  @Field(() => Money, {
    description:
      "What the units sold cost, exactly. Incl. VAT, after the marketplace's discounts; one currency per row, never a sum over two.",
  })
  grossRevenue!: Money;
}
saysWhere(SalesTotals.prototype);

export const SalesTotalsConnection = connectionOf('SalesTotals', () => SalesTotals);
describesItself(SalesTotalsConnection.prototype);
