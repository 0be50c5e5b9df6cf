// The noun reject: a record that could not be mapped, kept with what the marketplace sent.
import { Field, Int, ObjectType } from 'type-graphql';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime, JSONValue } from './scalars.js';
import { Shop, StreamName } from './shop.js';

@ObjectType({
  implements: Node,
  description:
    'A record that could not be mapped. Its payload is kept; `rejectRetry` maps it again. It is gone once it maps.',
})
export class Reject extends Node {
  @Field(() => Shop, { description: 'The shop that it was read of.' })
  shop!: Shop;

  @Field(() => StreamName, { description: 'The stream that it came in.' })
  stream!: StreamName;

  @Field(() => String, {
    nullable: true,
    description: 'The marketplace’s own key of the record. Null when it has none that can be read.',
  })
  externalId!: string | null;

  @Field(() => String, { description: 'What is wrong with it: the member at fault and why.' })
  reason!: string;

  @Field(() => JSONValue, { description: 'What the marketplace sent. May hold what buyers wrote about themselves.' })
  payload!: unknown;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => DateTime, { description: 'When it first came in.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, { description: 'When it last came in, or was last tried.' })
  lastSeenAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When `rejectRetry` asked for another try that has not happened yet. Null otherwise.',
  })
  retryRequestedAt!: Date | null;
}

export const RejectConnection = connectionOf('Reject', () => Reject);
