import type { Answer } from '../../../sandbox/delivery.js';
import type { SandboxRequest } from '../../../sandbox/server.js';

/** Name and reason of what is wrong with a request; bol leaves the name out of some. */
export interface Violation {
  readonly name?: string;
  readonly reason: string;
}

/** bol's error body. `type` and `violations` are left out where its live answers leave them out, whatever its schema requires. */
export function problem(
  request: SandboxRequest,
  status: number,
  title: string,
  detail: string,
  violations: readonly Violation[] = [],
): Answer {
  return {
    status,
    body: {
      type: 'https://api.bol.com/problems',
      title,
      status,
      detail,
      host: 'Instance-112',
      instance: `https://api.bol.com${request.url}`,
      ...(violations.length > 0 && { violations }),
    },
  };
}

export const invalidRequest = (request: SandboxRequest, violations: readonly Violation[]): Answer =>
  problem(
    request,
    400,
    'Error validating request. Consult the bol.com API documentation for more information.',
    'Bad request',
    violations,
  );

export const invalidBody = (request: SandboxRequest, violations: readonly Violation[]): Answer =>
  problem(
    request,
    400,
    'Error validating request body. Consult the bol.com API documentation for more information.',
    'Bad request',
    violations,
  );

export const notFound = (request: SandboxRequest, detail: string): Answer => problem(request, 404, 'Not Found', detail);

/** JSON of a request's body as an object; null for what is none. */
export function bodyOf(request: SandboxRequest): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(request.body);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
