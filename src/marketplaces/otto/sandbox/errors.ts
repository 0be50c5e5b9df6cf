import type { Answer } from '../../../sandbox/delivery.js';
import type { SandboxRequest } from '../../../sandbox/server.js';

/** The error body of orders and returns; the shape is OTTO's, titles of orders are a guess. */
export function refusal(request: SandboxRequest, status: number, title: string, detail: string): Answer {
  return { status, body: { errors: [{ title, detail, path: request.path, logref: '0000000000000000' }] } };
}

/** The error body of shipments: its path leaves the version out. */
export function shipmentRefusal(
  request: SandboxRequest,
  status: number,
  title: string,
  more: { detail?: string; jsonPath?: string; withQuery?: boolean } = {},
): Answer {
  const { withQuery = false, ...rest } = more;
  const path = (withQuery ? request.url : request.path).replace(/^\/v1/, '');
  return { status, body: { errors: [{ title, path, ...rest }] } };
}

/** JSON of a request's body; undefined for what is none. */
export function jsonOf(request: SandboxRequest): unknown {
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const instant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Ms of a date or date-time in any zone (none: UTC); null for anything else, a `+` that was sent as a blank included. */
export function timeOf(text: string): number | null {
  if (!instant.test(text)) return null;
  const zoned = text.length > 10 && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text;
  const at = Date.parse(zoned.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}
