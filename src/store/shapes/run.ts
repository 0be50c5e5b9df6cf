import { among, type TimeSpan, within } from './filters.js';
import type { ListShape, Where } from './list.js';
import { bigintKey, code, id, instant, int, many, one, orNull, type Shape, text, textKey } from './shape.js';

export const syncRunShape: Shape = {
  noun: 'SyncRun',
  table: 'sync_runs',
  key: [bigintKey('id')],
  fields: {
    id: id('SyncRun', 'id'),
    shop: one('Shop', (run, shop) => `shops ${shop} where ${shop}.id = ${run}.shop_id`),
    mode: code('mode'),
    trigger: code('trigger'),
    status: code('status'),
    queuedAt: instant('queued_at'),
    startedAt: orNull(instant('started_at')),
    finishedAt: orNull(instant('finished_at')),
    cancelRequestedAt: orNull(instant('cancel_requested_at')),
    streams: many(
      'StreamRun',
      (run, part) => `stream_runs ${part} where ${part}.run_id = ${run}.id`,
      (part) => `${part}.stream = 'RETURNS', ${part}.stream`,
    ),
    errorCode: orNull(text('error_code')),
    error: orNull(text('error')),
  },
};

export const streamRunShape: Shape = {
  noun: 'StreamRun',
  table: 'stream_runs',
  key: [bigintKey('run_id'), textKey('stream')],
  fields: {
    stream: code('stream'),
    status: code('status'),
    startedAt: orNull(instant('started_at')),
    finishedAt: orNull(instant('finished_at')),
    strategy: orNull(code('strategy')),
    requests: int('requests'),
    retries: int('retries'),
    throttledMs: int('throttled_ms'),
    pages: int('pages'),
    fetched: int('fetched'),
    created: int('created'),
    updated: int('updated'),
    unchanged: int('unchanged'),
    rejected: int('rejected'),
    error: orNull(text('error')),
  },
};

export const syncRunList: ListShape = {
  name: 'syncRuns',
  shape: 'SyncRun',
  sort: { QUEUED_AT: { column: 'queued_at', type: 'timestamptz' } },
};

/** Null asks nothing. An empty list finds nothing. */
export interface SyncRunFilter {
  readonly shopIds?: readonly string[] | null;
  readonly statuses?: readonly string[] | null;
  readonly modes?: readonly string[] | null;
  readonly triggers?: readonly string[] | null;
  readonly queuedAt?: TimeSpan | null;
}

export function syncRunWhere(filter: SyncRunFilter): Where[] {
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('status', 'text', filter.statuses),
    ...among('mode', 'text', filter.modes),
    ...among('trigger', 'text', filter.triggers),
    ...within('queued_at', filter.queuedAt),
  ];
}
