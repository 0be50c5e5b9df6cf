import { Field, InputType, Int } from 'type-graphql';

@InputType({ description: 'A customer as it shall be. What is left out stays as it is; null takes it away.' })
export class CustomerUpsertInput {
  @Field(() => String, { description: 'The shop front’s own key, up to 100 characters: the customer is known by it.' })
  reference!: string;

  @Field(() => String, { nullable: true, description: 'Name, up to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Mail address, up to 254 characters.' })
  email?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The `version` of the customer that the change is based on, 0: there was none; STALE_VERSION when that has moved on. Null: not checked.',
  })
  expectedVersion?: number | null;
}
