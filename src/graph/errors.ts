import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isAway } from '../store/pool.js';

/** Every `extensions.code` that a top-level error can carry. Codes are stable; messages are for people. */
export const apiCodes = {
  BAD_REQUEST:
    'The request cannot be read. GraphQL: no query, a mutation over GET, a missing CSRF header …; REST: a parameter, a member or a header that there is not, or twice.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The document has no operation of the given name, or several and no name was given.',
  BAD_USER_INPUT: 'A variable or an argument has a value that its type or its meaning does not allow.',
  INVALID_CURSOR: 'A cursor was made up, or belongs to another list or order.',
  INVALID_PAGE_SIZE: '`first` or `last` is outside 1 to 100, or both were given.',
  INVALID_RANGE: 'A range ends before it begins.',
  INVALID_ID: 'An id is not one of this API, or of another type.',
  UNKNOWN_TIME_ZONE: 'A time zone is not in the IANA list.',
  QUERY_TOO_DEEP: 'The document is nested too deeply.',
  QUERY_TOO_COMPLEX: 'The document could answer with too much: take smaller pages or fewer nested lists.',
  QUERY_TOO_LONG: 'The document has too many tokens.',
  TOO_MANY_ALIASES: 'The document has too many aliases.',
  TOO_MANY_DIRECTIVES: 'The document has too many directives.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Persisted queries are off.',
  BODY_TOO_LARGE: 'The request body is larger than the limit.',
  INVALID_JSON: 'The request body is not JSON.',
  UNSUPPORTED_MEDIA_TYPE: 'The content type is not one of those that this endpoint reads.',
  METHOD_NOT_ALLOWED: 'The endpoint does not answer this HTTP method.',
  NOT_FOUND: 'There is no such endpoint, or no such export.',
  LINK_EXPIRED: 'The link of an export is too old: start the export again.',
  HOST_NOT_ALLOWED: 'The Host header names a host that this server is not bound to (protection from DNS rebinding).',
  UNAUTHENTICATED: 'The API key is missing or wrong.',
  SERVICE_UNAVAILABLE: 'The server cannot answer right now: try again.',
  INTERNAL_SERVER_ERROR: 'Something failed that should not: the log has the cause under the request id.',
} as const;

export type ApiCode = keyof typeof apiCodes;

/**
 * An expected failure of a whole request or root field, told to the client as it is. The message must hold no secret
 * and no value that could be one. Anything thrown that is no ApiError is masked.
 */
export class ApiError extends GraphQLError {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ApiCode,
    message: string,
    /** Facts for programs, e.g. `{ limit: 100 }`. */
    facts: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    super(message, { extensions: { ...facts, code } });
  }
}

export function unknownTimeZone(): ApiError {
  return new ApiError('UNKNOWN_TIME_ZONE', '`timeZone` is not in the IANA list: e.g. `Europe/Berlin` or `UTC`.', {
    argument: 'timeZone',
  });
}

/** An ApiError that refuses the whole request before anything is executed: HTTP status 400. */
export class RequestError extends ApiError {
  constructor(code: ApiCode, message: string, facts: Readonly<Record<string, string | number | boolean>> = {}) {
    super(code, message, facts);
    // Apollo reads the answer's status here; `formatError` takes it out again
    this.extensions.http = { status: 400, headers: new Map() };
  }
}

/** The cause within graphql-js' and Apollo's wrappers. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && !(cause instanceof ApiError) && cause.originalError) {
    cause = cause.originalError;
  }
  return cause;
}

/** How graphql-js and our scalars go on after the value that is quoted. */
const reason =
  /; (?=Expected (non-nullable )?type |Field "\w+" |Exactly one key |\w+ cannot represent |Value "[^"]*" does not |Not an? )/;

/**
 * graphql-js quotes what it refuses, credentials included: the quoted value is cut out of its messages, the place
 * and the reason stay.
 */
export function withoutValues(message: string): string {
  const variable = /^(Variable "\$\w+" got )(?:an )?invalid value (.*)$/s.exec(message);
  return (variable ? `${variable[1]}an invalid value${afterValue(variable[2] as string)}` : message)
    .replace(/(cannot represent [^:"]*value): .*$/s, '$1.')
    .replace(/(Expected value of type "[^"]+"), found .*$/s, '$1.')
    .replace(/found (String|BlockString) .*$/s, 'found $1.');
}

/** What stands behind the quoted value: the place within the variable, and the reason. */
function afterValue(text: string): string {
  const end = text.search(reason);
  if (end < 0) return '.';
  const place = / at "[\w$.[\]]+"$/.exec(text.slice(0, end))?.[0] ?? '';
  return `${place}: ${text.slice(end + '; '.length)}`;
}

const masked = 'Internal server error';
const away =
  'The database does not answer: try again in a moment. What was to be changed may have been changed; an `idempotencyKey` makes it safe to ask again.';

/** Is this a failure that the client caused or may know of? Everything else is a defect or an outage of ours. */
export function isExpected(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof ApiError) return true;
  if (!(cause instanceof GraphQLError)) return false;
  // Apollo and graphql-js point at the document (nodes or positions) or give a code of the list above; a GraphQLError
  // without either comes from serializing our own result.
  const code = codeOf(error) ?? codeOf(cause);
  return code === undefined ? !!cause.positions?.length : code !== 'INTERNAL_SERVER_ERROR';
}

function codeOf(error: unknown): ApiCode | undefined {
  const code = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === 'string' && code in apiCodes ? (code as ApiCode) : undefined;
}

/**
 * What the client gets of an error: message, place and code, and the facts of an ApiError. Never a stack, an SQL text, a
 * secret, or the input that class-validator echoes. `requestId` leads to the log line of what is masked.
 */
export function formatError(error: unknown, requestId?: string): GraphQLFormattedError {
  const place =
    error instanceof GraphQLError
      ? { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) }
      : {};
  const cause = causeOf(error);
  if (cause instanceof ApiError) {
    const { http: _, ...extensions } = cause.extensions;
    return { message: cause.message, ...place, extensions };
  }
  if (!isExpected(error)) {
    const [code, text]: [ApiCode, string] = isAway(cause)
      ? ['SERVICE_UNAVAILABLE', away]
      : ['INTERNAL_SERVER_ERROR', requestId ? `${masked} (request ${requestId})` : masked];
    return { message: text, ...place, extensions: { code, ...(requestId && { requestId }) } };
  }
  const { message } = error as GraphQLError;
  if (message === 'Validation aborted.') {
    const again = 'The document names the same fields too often, so that comparing them all would take too long.';
    return { message: again, extensions: { code: 'QUERY_TOO_COMPLEX' } };
  }
  const tooLong = /^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(message);
  const code = tooLong ? 'QUERY_TOO_LONG' : (codeOf(error) ?? codeOf(cause) ?? 'BAD_USER_INPUT');
  return { message: withoutValues(message), ...place, extensions: { code } };
}

/** The body of an HTTP answer that failed before GraphQL began. */
export function errorBody(code: ApiCode, message: string, requestId?: string): { errors: GraphQLFormattedError[] } {
  return { errors: [{ message, extensions: { code, ...(requestId && { requestId }) } }] };
}
