import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', { description: 'Anything that has an id of its own and is found by `node(id)`.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, unique over all types, and stable for the life of the thing.' })
  id!: string;
}
