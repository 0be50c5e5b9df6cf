// Relay connections: the classes every list is made of.
import { type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Is there a row after this page?' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Is there a row before this page?' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first row; null when the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row: give it as `after` to get the next page. Null when the page is empty.',
  })
  endCursor!: string | null;
}

export interface Connection {
  readonly nodes: readonly object[];
}

/**
 * The classes `<name>Connection` and `<name>Edge` of a list. `node` is a thunk, so that a connection may be declared
 * before its noun.
 */
export function connectionOf(name: string, node: () => ClassType | object): ClassType<Connection> {
  @ObjectType(`${name}Edge`, { description: `One row of a ${name}Connection with its place in the list.` })
  class Edge {
    @Field(() => String, { description: 'The place of this row: give it as `after` or `before`.' })
    cursor!: string;

    @Field(node as () => ClassType, { description: 'The row itself.' })
    node!: object;
  }

  @ObjectType(`${name}Connection`, { description: 'One page of a list.' })
  class Page implements Connection {
    @Field(() => [Edge], { description: 'The rows of the page with their cursors.' })
    edges!: Edge[];

    @Field(() => [node() as ClassType], { description: 'The rows of the page, for those who need no cursors.' })
    nodes!: object[];

    @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Rows of the whole list under the same filter. Counted only when asked for.' })
    totalCount!: number;
  }
  return Page;
}
