// Failures as the REST façade tells them: one shape of body, whoever found it.
import type { FastifyRequest } from 'fastify';
import { errorPagePath, type UserErrorCode } from '../graph/user-error.js';

export interface Problem {
  /** One sentence for people, in English. */
  readonly error: string;
  /** Stable, for programs. */
  readonly code: string;
  /** Where the code is explained. */
  readonly documentation: string;
  /** The member or parameter at fault: `lines.0.quantity`. Absent: none in particular. */
  readonly field?: string;
  /** With INSUFFICIENT_STOCK. */
  readonly sku?: string;
  readonly requested?: number;
  readonly available?: number;
}

export interface ProblemBody extends Problem {
  /** All of them, the first included, where there are several. */
  readonly errors?: readonly Problem[];
}

/** Wishes that could not be right at any time. */
const badInput: ReadonlySet<string> = new Set<keyof typeof UserErrorCode>([
  'BLANK',
  'TOO_LONG',
  'INVALID',
  'UNKNOWN_SKU',
  'DUPLICATE_SKU',
  'CURRENCY_MISMATCH',
  'MARKETPLACE_MISMATCH',
]);

/** The status of a `userErrors` code: 404, 400, or 409 where only the state of things is in the way. */
export function statusOfRefusal(code: string): 400 | 404 | 409 {
  if (code.endsWith('_NOT_FOUND')) return 404;
  return badInput.has(code) ? 400 : 409;
}

export function problem(request: FastifyRequest, code: string, error: string): Problem {
  const origin = request.host ? `${request.protocol}://${request.host}` : '';
  return { error, code, documentation: `${origin}${errorPagePath}#${code}` };
}

export function problemBody(problems: readonly Problem[]): ProblemBody {
  return { ...(problems[0] as Problem), ...(problems.length > 1 && { errors: problems }) };
}
