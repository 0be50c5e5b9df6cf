// What the mutation of exports does, apart from reading the result.
import { randomBytes } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { addExport } from '../store/exports.js';
import type { Context } from './context.js';
import { ApiError } from './errors.js';
import type { ExportStartInput } from './export-inputs.js';
import { planOf, whereFieldOf } from './export-reads.js';
import { done, type Outcome, refused } from './outcome.js';
import { type UserError, userError } from './user-error.js';

/** Of the link: as hard to guess as a key. */
const keyBytes = 32;

/** Makes a link. Nothing is read yet: the query runs when the link is fetched. */
export async function exportStart(context: Context, schema: GraphQLSchema, input: ExportStartInput): Promise<Outcome> {
  const wrong = wrongInput(input) ?? meaningless(schema, input);
  if (wrong) return refused(wrong);
  const key = await addExport(context.db, {
    kind: input.kind,
    format: input.format ?? 'CSV',
    request: JSON.stringify(input),
    linkKey: randomBytes(keyBytes).toString('base64url'),
  });
  return done(key);
}

function wrongInput({ kind, format, byteOrderMark, where, groupBy, timeZone }: ExportStartInput): UserError | null {
  const wrong = (message: string, ...field: string[]) => userError('INVALID', message, 'input', ...field);
  const field = whereFieldOf(kind);
  const given = Object.keys(where ?? {}).find((one) => one !== field);
  if (given) return wrong(`${kind} is filtered by where.${field}, not by where.${given}.`, 'where', given);
  if (byteOrderMark && format === 'JSON_LINES') {
    return wrong('JSON has no byte order mark: leave byteOrderMark out.', 'byteOrderMark');
  }
  if (kind === 'PRODUCT_SALES') return null;
  if (groupBy != null) return wrong('Only PRODUCT_SALES takes groupBy.', 'groupBy');
  return timeZone == null ? null : wrong('Only PRODUCT_SALES takes timeZone.', 'timeZone');
}

/** What the list would refuse is refused now, not when the link is fetched. */
function meaningless(schema: GraphQLSchema, input: ExportStartInput): UserError | null {
  try {
    planOf(schema, input);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return userError(
      'INVALID',
      error.message,
      'input',
      ...(error.code === 'UNKNOWN_TIME_ZONE' ? ['timeZone'] : ['where']),
    );
  }
}
