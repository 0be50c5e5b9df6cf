import { bigintKey, code, id, instant, int, orNull, type Shape, text } from './shape.js';

/** A fetch of which its process said nothing for so long has died with it. */
const silentForMs = 30_000;

/** `lading-order-lines-2026-03-01-12.csv`: the day in UTC, and the export's number. */
export const fileNameOf = (row: string) => `'lading-' || replace(lower(${row}.kind), '_', '-')
  || to_char(${row}.created_at at time zone 'UTC', '-YYYY-MM-DD-') || ${row}.id
  || case ${row}.format when 'CSV' then '.csv' else '.jsonl' end`;

export const exportShape: Shape = {
  noun: 'Export',
  table: 'exports',
  key: [bigintKey('id')],
  fields: {
    id: id('Export', 'id'),
    kind: code('kind'),
    format: code('format'),
    fileName: code((row) => `(${fileNameOf(row)})`),
    // a process that died says nothing more, and nobody tidies up after it
    state: code(
      (
        row,
      ) => `(case when ${row}.status = 'RUNNING' and ${row}.told_at < now() - ${silentForMs} * interval '1 ms' then 'ABORTED'
        when ${row}.status = 'READY' and ${row}.expires_at <= now() then 'EXPIRED' else ${row}.status end)`,
    ),
    rowsTotal: orNull(int('rows_total')),
    rowsWritten: int('rows_written'),
    progress: int(
      (row) => `(case when ${row}.status = 'COMPLETED' then 1 when ${row}.rows_total > 0
        then trunc(${row}.rows_written::numeric / ${row}.rows_total, 4) else 0 end)`,
    ),
    url: orNull(
      text(
        (row) =>
          `(case when ${row}.expires_at > now() then '/exports/exp_' || ${row}.id || '?key=' || ${row}.link_key end)`,
      ),
    ),
    createdAt: instant('created_at'),
    startedAt: orNull(instant('started_at')),
    finishedAt: orNull(instant('finished_at')),
    expiresAt: instant('expires_at'),
    error: orNull(text('error')),
  },
};
