import { among, type TimeSpan, within } from './filters.js';
import type { ListShape, Where } from './list.js';
import { bigintKey, code, id, instant, int, one, orNull, raw, type Shape, text } from './shape.js';

export const rejectShape: Shape = {
  noun: 'Reject',
  table: 'rejects',
  key: [bigintKey('id')],
  fields: {
    id: id('Reject', 'id'),
    shop: one('Shop', (reject, shop) => `shops ${shop} where ${shop}.id = ${reject}.shop_id`),
    stream: code('stream'),
    externalId: orNull(text('external_id')),
    reason: text('reason'),
    payload: raw('payload'),
    attempts: int('attempts'),
    firstSeenAt: instant('first_seen_at'),
    lastSeenAt: instant('last_seen_at'),
    retryRequestedAt: orNull(instant('retry_requested_at')),
  },
};

export const rejectList: ListShape = {
  name: 'rejects',
  shape: 'Reject',
  sort: { FIRST_SEEN_AT: { column: 'first_seen_at', type: 'timestamptz' } },
};

/** Null asks nothing. An empty list finds nothing. */
export interface RejectFilter {
  readonly shopIds?: readonly string[] | null;
  readonly streams?: readonly string[] | null;
  readonly externalId?: string | null;
  readonly firstSeenAt?: TimeSpan | null;
}

export function rejectWhere(filter: RejectFilter): Where[] {
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('stream', 'text', filter.streams),
    ...among('external_id', 'text', filter.externalId == null ? null : [filter.externalId]),
    ...within('first_seen_at', filter.firstSeenAt),
  ];
}
