import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'An alert that somebody looks after.' })
export class AlertAcknowledgeInput {
  @Field(() => ID, { description: 'The alert.' })
  alertId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The `version` that you have seen: if it has changed since, nothing is done.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'A delivery to send again.' })
export class AlertDeliveryRetryInput {
  @Field(() => ID, { description: 'The delivery.' })
  deliveryId!: string;
}
