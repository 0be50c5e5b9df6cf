import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, Query, Resolver } from 'type-graphql';
import { coverageDaysMax } from '../commerce/coverage.js';
import { daysBetween, isDay } from '../commerce/day.js';
import { coverageRead } from '../store/shapes/coverage.js';
import type { Context } from './context.js';
import { SyncCoverage } from './coverage.js';
import { ApiError } from './errors.js';
import { shopKeyOf } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
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

const readCoverage: RootRead = ({ shopId, streams, from, to }: SyncCoverageArgs) => {
  for (const [argument, day] of [['from', from] as const, ['to', to] as const]) {
    if (!isDay(day))
      throw new ApiError('BAD_USER_INPUT', `\`${argument}\` is not a day of the calendar.`, { argument });
  }
  const days = daysBetween(from, to) + 1;
  if (days < 1) {
    throw new ApiError('INVALID_RANGE', 'The days end before they begin: `to` must not be before `from`.', {
      argument: 'to',
    });
  }
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
