// Queries of shipments.
import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { shipmentList, shipmentWhere } from '../store/shapes/filters.js';
import type { Where } from '../store/shapes/list.js';
import type { Context } from './context.js';
import { FulfilledBy, Marketplace, SortDirection } from './enums.js';
import { listRead, PageArgs, rangeOf, shopKeys, TimeRange } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { ShipmentConnection } from './shipment.js';

export const ShipmentOrderField = { SHIPPED_AT: 'SHIPPED_AT' } as const;
export type ShipmentOrderField = keyof typeof ShipmentOrderField;
registerEnumType(ShipmentOrderField, {
  name: 'ShipmentOrderField',
  description: 'By what shipments are sorted; among equals by id.',
  valuesConfig: { SHIPPED_AT: { description: '`Shipment.shippedAt`.' } },
});

@InputType({ description: 'How shipments are sorted.' })
export class ShipmentOrder {
  @Field(() => ShipmentOrderField, { defaultValue: 'SHIPPED_AT', description: 'By what.' })
  field!: ShipmentOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({
  description: 'Which shipments: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class ShipmentWhere {
  @Field(() => [ID], { nullable: true, description: 'Of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [Marketplace], { nullable: true, description: 'Of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Handed to the carrier within.' })
  shippedAt?: TimeRange | null;

  @Field(() => FulfilledBy, { nullable: true, description: 'Sent by this party.' })
  fulfilledBy?: FulfilledBy | null;

  @Field(() => String, { nullable: true, description: 'With exactly this tracking number.' })
  trackingNumber?: string | null;
}

@ArgsType()
export class ShipmentsArgs extends PageArgs {
  @Field(() => ShipmentWhere, { nullable: true, description: 'Which shipments. Without it: all.' })
  where?: ShipmentWhere | null;

  @Field(() => ShipmentOrder, { nullable: true, description: 'How they are sorted. Without it: newest first.' })
  orderBy?: ShipmentOrder | null;
}

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function shipmentsWhere(where: ShipmentWhere): Where[] {
  return shipmentWhere({
    ...where,
    shopIds: shopKeys(where.shopIds),
    shippedAt: rangeOf(where.shippedAt, 'where.shippedAt'),
  });
}

const readShipments: RootRead = (args: ShipmentsArgs) => {
  const { field = 'SHIPPED_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(shipmentList, args, { field, descending: direction === 'DESC' }, shipmentsWhere(args.where ?? {}));
};

@Resolver()
export class ShipmentQueries {
  @Reads(readShipments)
  @Query(() => ShipmentConnection, { description: 'Shipments of all shops, newest first unless asked otherwise.' })
  shipments(
    @Args(() => ShipmentsArgs) _: ShipmentsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
