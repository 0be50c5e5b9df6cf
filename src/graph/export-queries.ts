import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { Export } from './export.js';
import { Reads, type RootRead, readRoot } from './reader.js';

const readExport: RootRead = ({ id }: { id: string }, { catalog }) => {
  const key = keyOf('Export', id);
  return (key && rowByKey(catalog, 'Export', [key])) || { kind: 'nothing' };
};

@Resolver()
export class ExportQueries {
  @Reads(readExport)
  @Query(() => Export, {
    nullable: true,
    description: 'An export by its id, with how far it came. Null when there is none: they are kept for 7 days.',
  })
  export(
    @Arg('id', () => ID, { description: 'The export’s id.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
