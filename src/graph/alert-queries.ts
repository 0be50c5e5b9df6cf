import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { alertDeliveryList, alertDeliveryWhere, alertList, alertWhere } from '../store/shapes/alert.js';
import type { Where } from '../store/shapes/list.js';
import {
  AlertConnection,
  AlertDeliveryConnection,
  AlertDeliveryState,
  AlertKind,
  AlertSeverity,
  AlertState,
} from './alert.js';
import type { Context } from './context.js';
import { SortDirection } from './enums.js';
import { listRead, PageArgs, shopKeys } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';

export const AlertOrderField = { RAISED_AT: 'RAISED_AT' } as const;
export type AlertOrderField = keyof typeof AlertOrderField;
registerEnumType(AlertOrderField, {
  name: 'AlertOrderField',
  description: 'By what alerts are sorted; among equals by id.',
  valuesConfig: { RAISED_AT: { description: 'When they were raised.' } },
});

@InputType({ description: 'How alerts are sorted; among equals by id.' })
export class AlertOrder {
  @Field(() => AlertOrderField, { defaultValue: 'RAISED_AT', description: 'By what.' })
  field!: AlertOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({
  description: 'Which alerts: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class AlertWhere {
  @Field(() => [AlertState], { nullable: true, description: 'In one of these states.' })
  states?: AlertState[] | null;

  @Field(() => [AlertKind], { nullable: true, description: 'Of one of these kinds.' })
  kinds?: AlertKind[] | null;

  @Field(() => [AlertSeverity], { nullable: true, description: 'As grave as one of these.' })
  severities?: AlertSeverity[] | null;

  @Field(() => [ID], { nullable: true, description: 'About one of these shops.' })
  shopIds?: string[] | null;
}

@ArgsType()
export class AlertsArgs extends PageArgs {
  @Field(() => AlertWhere, { nullable: true, description: 'Which alerts. Without it: all, the resolved ones too.' })
  where?: AlertWhere | null;

  @Field(() => AlertOrder, { nullable: true, description: 'How they are sorted. Without it: latest first.' })
  orderBy?: AlertOrder | null;
}

@InputType({
  description: 'Which deliveries: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class AlertDeliveryWhere {
  @Field(() => [AlertDeliveryState], { nullable: true, description: 'In one of these states.' })
  states?: AlertDeliveryState[] | null;
}

@ArgsType()
export class AlertDeliveriesArgs extends PageArgs {
  @Field(() => AlertDeliveryWhere, { nullable: true, description: 'Which deliveries. Without it: all.' })
  where?: AlertDeliveryWhere | null;
}

/** The conditions of a `where`. Throws INVALID_ID. */
export function alertsWhere(where: AlertWhere): Where[] {
  return alertWhere({ ...where, shopIds: shopKeys(where.shopIds) });
}

const readAlerts: RootRead = (args: AlertsArgs) => {
  const { field = 'RAISED_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(alertList, args, { field, descending: direction === 'DESC' }, alertsWhere(args.where ?? {}));
};

const readAlertDeliveries: RootRead = (args: AlertDeliveriesArgs) => {
  const order = { field: 'CREATED_AT', descending: true };
  return listRead(alertDeliveryList, args, order, alertDeliveryWhere(args.where ?? {}));
};

@Resolver()
export class AlertQueries {
  @Reads(readAlerts)
  @Query(() => AlertConnection, { description: 'What somebody must look at, and what was over by itself.' })
  alerts(@Args(() => AlertsArgs) _: AlertsArgs, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readRoot(info, context);
  }

  @Reads(readAlertDeliveries)
  @Query(() => AlertDeliveryConnection, { description: 'What the webhook was told, or could not be; latest first.' })
  alertDeliveries(
    @Args(() => AlertDeliveriesArgs) _: AlertDeliveriesArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
