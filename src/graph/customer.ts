// The noun customer: who buys directly.
import { Field, Int, ObjectType } from 'type-graphql';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime } from './scalars.js';

@ObjectType({
  implements: Node,
  description: 'Who buys directly. Buyers of marketplaces are no customers of this kind.',
})
export class Customer extends Node {
  @Field(() => String, { description: 'The key that the shop front knows the customer by. Unique, never changed.' })
  reference!: string;

  @Field(() => String, { nullable: true, description: 'Name. Null when it was not told.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Mail address. Null when it was not told.' })
  email!: string | null;

  @Field(() => Int, { description: 'Rises by one with every change.' })
  version!: number;

  @Field(() => DateTime, { description: 'When the customer was first told.' })
  createdAt!: Date;
}

export const CustomerConnection = connectionOf('Customer', () => Customer);
