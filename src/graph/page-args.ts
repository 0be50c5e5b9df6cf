// Page sizes, cursors, ranges and ids in arguments: checked here, once, with a code and a message for each.
import { ArgsType, Field, InputType, Int } from 'type-graphql';
import { type IdNoun, keyOf } from '../commerce/id.js';
import { readCursor } from '../store/shapes/cursor.js';
import { type ListRead, type ListShape, listName, type Page, type Where } from '../store/shapes/list.js';
import { ApiError } from './errors.js';
import { DateTime } from './scalars.js';

export const pageSizeMax = 100;
export const pageSizeDefault = 20;

@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, { nullable: true, description: 'Rows from the start, or after `after`: 1 to 100. Without it: 20.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the row before the page, e.g. the last `endCursor`.' })
  after?: string | null;
}

@ArgsType()
export class PageArgs extends ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'Rows from the end, or before `before`: 1 to 100. Not together with `first`.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the row after the page. Only together with `last`.' })
  before?: string | null;
}

@InputType({ description: 'A span of time, half open: from inclusive, to exclusive.' })
export class TimeRange {
  @Field(() => DateTime, { nullable: true, description: 'The first instant within. Null: since ever.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The first instant after it. Null: without end.' })
  to?: Date | null;
}

/** `first` as it will be served. Throws INVALID_PAGE_SIZE. */
export function pageSize(size: number | null | undefined, argument: 'first' | 'last' = 'first'): number {
  if (size === null || size === undefined) return pageSizeDefault;
  if (size < 1 || size > pageSizeMax) {
    throw new ApiError(
      'INVALID_PAGE_SIZE',
      `\`${argument}\` is ${size}: ask for 1 to ${pageSizeMax} rows, and for more with the next page's cursor.`,
      { argument, min: 1, max: pageSizeMax },
    );
  }
  return size;
}

interface AskedOrder {
  readonly field: string;
  readonly descending: boolean;
}

/** A list's page from its arguments. Throws INVALID_PAGE_SIZE, INVALID_CURSOR or BAD_USER_INPUT. */
export function listRead(list: ListShape, args: PageArgs, order: AskedOrder, where: readonly Where[]): ListRead {
  return { kind: 'list', list, where, ...order, page: pageOf(list, args, order) };
}

function pageOf(list: ListShape, args: PageArgs, { field, descending }: AskedOrder): Page {
  const backward = given(args.last) || given(args.before);
  if (backward && (given(args.first) || given(args.after))) {
    throw new ApiError('INVALID_PAGE_SIZE', 'Ask either for `first` and `after` or for `last` and `before`, not both.');
  }
  if (backward && !given(args.last)) {
    throw new ApiError('INVALID_PAGE_SIZE', '`before` needs `last`: how many rows before the cursor?');
  }
  const size = backward ? pageSize(args.last, 'last') : pageSize(args.first);
  const cursor = backward ? args.before : args.after;
  if (!given(cursor)) return { size, backward, cursor: null };
  const type = list.sort[field]?.type ?? 'text';
  const key = readCursor(cursor, listName(list, field, descending), type);
  if (!key) throw invalidCursor(backward ? 'before' : 'after');
  return { size, backward, cursor: key };
}

export function invalidCursor(argument: string): ApiError {
  return new ApiError(
    'INVALID_CURSOR',
    `\`${argument}\` is not a cursor of this list in this order: start again without it, or keep the list's arguments.`,
    { argument },
  );
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

export interface Range {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A range of time, or null where none is asked for. Throws INVALID_RANGE when it ends before it begins. */
export function rangeOf(range: TimeRange | null | undefined, where: string): Range | null {
  const [from, to] = [range?.from ?? null, range?.to ?? null];
  if (!from && !to) return null;
  if (from && to && from > to) {
    throw new ApiError('INVALID_RANGE', `\`${where}\` ends before it begins: \`to\` must not be before \`from\`.`, {
      argument: where,
    });
  }
  return { from, to };
}

/** The database key of a shop. Throws INVALID_ID for an id that is not a shop's. */
export function shopKeyOf(id: string, argument: string): string {
  const key = keyOf('Shop', id);
  if (key === null) throw new ApiError('INVALID_ID', `\`${argument}\` is not the id of a shop.`, { argument });
  return key;
}

/** Database keys of shops. Throws INVALID_ID for an id that is not a shop's. */
export function shopKeys(ids: readonly string[] | null | undefined): string[] | null {
  return keysOf('Shop', ids, 'shopIds');
}

/** Database keys of ids of a noun. Throws INVALID_ID for an id of anything else. */
export function keysOf(noun: IdNoun, ids: readonly string[] | null | undefined, argument: string): string[] | null {
  return (
    ids?.map((id) => {
      const key = keyOf(noun, id);
      const what = `${/^[AEIOU]/.test(noun) ? 'an' : 'a'} ${noun.toLowerCase()}`;
      if (key === null) {
        throw new ApiError('INVALID_ID', `\`${argument}\` holds an id that is not the id of ${what}.`, { argument });
      }
      return key;
    }) ?? null
  );
}
