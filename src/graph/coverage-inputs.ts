import { Field, ID, InputType } from 'type-graphql';
import { CalendarDay } from './scalars.js';
import { StreamName } from './shop.js';

@InputType({ description: 'A check to start now.' })
export class SyncCoverageStartInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => [StreamName], {
    nullable: true,
    description: 'What to check; all enabled streams when left out. Not empty.',
  })
  streams?: StreamName[] | null;

  @Field(() => CalendarDay, { description: 'The first day, in the marketplace’s time zone.' })
  from!: string;

  @Field(() => CalendarDay, { description: 'The last day, included: at most 100 days in all.' })
  to!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Any text of up to 200 characters, unique to this wish. The same key with the same input returns the first result; with another input it is refused. Kept for 7 days.',
  })
  idempotencyKey?: string | null;
}
