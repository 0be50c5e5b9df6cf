import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver } from 'type-graphql';
import { coverageDaysMax } from '../commerce/coverage.js';
import { daysBetween, isDay } from '../commerce/day.js';
import { coverageDayWhere, coverageRead } from '../store/shapes/coverage.js';
import type { Where } from '../store/shapes/list.js';
import type { Context } from './context.js';
import { CoverageState, SyncCoverage } from './coverage.js';
import { ApiError } from './errors.js';
import { shopKeyOf, shopKeys } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { DayRange } from './report.js';
import { CalendarDay } from './scalars.js';
import { StreamName } from './shop.js';

@ArgsType()
export class SyncCoverageArgs {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => [StreamName], { nullable: true, description: 'Of which streams. Without it: all.' })
  streams?: StreamName[] | null;

  @Field(() => CalendarDay, { description: 'The first day, in the marketplace’s time zone.' })
  from!: string;

  @Field(() => CalendarDay, { description: 'The last day, included: at most 100 days in all.' })
  to!: string;
}

@InputType({
  description:
    'Which days that were counted: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class CoverageDayWhere {
  @Field(() => [ID], { nullable: true, description: 'Of one of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [StreamName], { nullable: true, description: 'Of one of these streams.' })
  streams?: StreamName[] | null;

  @Field(() => [CoverageState], { nullable: true, description: 'With one of these results.' })
  states?: CoverageState[] | null;

  @Field(() => DayRange, { nullable: true, description: 'Within these days, of the time zone of each marketplace.' })
  days?: DayRange | null;
}

/** The conditions of a `where`. Throws INVALID_ID, INVALID_RANGE, or BAD_USER_INPUT for what is no day. */
export function coverageDaysWhere({ days, shopIds, ...where }: CoverageDayWhere): Where[] {
  const { from, to } = days ?? {};
  if (from != null) requireDay('where.days.from', from);
  if (to != null) requireDay('where.days.to', to);
  if (from != null && to != null && to < from) throw backwards('where.days.to');
  return coverageDayWhere({ ...where, shopIds: shopKeys(shopIds), from, to });
}

function requireDay(argument: string, day: string): void {
  if (!isDay(day)) throw new ApiError('BAD_USER_INPUT', `\`${argument}\` is not a day of the calendar.`, { argument });
}

const backwards = (argument: string) =>
  new ApiError('INVALID_RANGE', 'The days end before they begin: `to` must not be before `from`.', { argument });

const readCoverage: RootRead = ({ shopId, streams, from, to }: SyncCoverageArgs) => {
  requireDay('from', from);
  requireDay('to', to);
  const days = daysBetween(from, to) + 1;
  if (days < 1) throw backwards('to');
  if (days > coverageDaysMax) {
    const message = `These are ${days} days: ask for at most ${coverageDaysMax}.`;
    throw new ApiError('BAD_USER_INPUT', message, { argument: 'to', max: coverageDaysMax });
  }
  return coverageRead({ shopId: shopKeyOf(shopId, 'shopId'), streams: streams ?? null, from, to });
};

@Resolver()
export class CoverageQueries {
  @Reads(readCoverage)
  @Query(() => SyncCoverage, {
    nullable: true,
    description:
      'Is everything here? What the last checks found when they counted a second time, independently of how streams are read. Asks no marketplace: `syncCoverageStart` does. Null when no shop has this id.',
  })
  syncCoverage(
    @Args(() => SyncCoverageArgs) _: SyncCoverageArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
