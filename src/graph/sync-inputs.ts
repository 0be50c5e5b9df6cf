import { Field, ID, InputType } from 'type-graphql';
import { SyncMode } from './run.js';
import { StreamName } from './shop.js';

@InputType({ description: 'A run to start now.' })
export class SyncStartInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => [StreamName], {
    nullable: true,
    description: 'What to read; all enabled streams when left out. Not empty.',
  })
  streams?: StreamName[] | null;

  @Field(() => SyncMode, { defaultValue: SyncMode.INCREMENTAL, nullable: true, description: 'Where to begin.' })
  mode?: SyncMode | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Any text of up to 200 characters, unique to this wish. The same key with the same input returns the first result; with another input it is refused. Kept for 7 days.',
  })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A run to stop.' })
export class SyncCancelInput {
  @Field(() => ID, { description: 'The run.' })
  syncRunId!: string;
}

@InputType({ description: 'Rejects to map again: either `ids`, or `shopId` with or without `stream`.' })
export class RejectRetryInput {
  @Field(() => [ID], { nullable: true, description: 'These rejects: 1 to 100.' })
  ids?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'All rejects of this shop.' })
  shopId?: string | null;

  @Field(() => StreamName, { nullable: true, description: 'Of the shop’s rejects, those of this stream only.' })
  stream?: StreamName | null;
}
