// The query that finds anything by its id.
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { parseId } from '../commerce/id.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { Node } from './node.js';
import { Reads, type RootRead, readRoot } from './reader.js';

const readNode: RootRead = ({ id }: { id: string }, { catalog }) => {
  const parsed = parseId(id);
  return (parsed && rowByKey(catalog, parsed.noun, parsed.key)) || { kind: 'nothing' };
};

@Resolver()
export class NodeQueries {
  @Reads(readNode)
  @Query(() => Node, { nullable: true, description: 'Anything by its id. Null when there is nothing of this id.' })
  node(
    @Arg('id', () => ID, { description: 'The id of an order, a line, a shipment, a shop …' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
