import type { Executor } from './database.js';
import { fileNameOf } from './shapes/export.js';

/*
 * Exports as rows: a link that leads to a query. Nothing is written to a disk, as several processes may serve one
 * database and share no other place: whichever is asked runs the query and sends its rows.
 */

/** How long a row is kept after its link has expired. */
const keptDays = 7;

export interface NewExport {
  readonly kind: string;
  readonly format: 'CSV' | 'JSON_LINES';
  /** The input as JSON. */
  readonly request: string;
  readonly linkKey: string;
}

/** The key of the new row. Forgets old ones on the way. */
export async function addExport(db: Executor, { kind, format, request, linkKey }: NewExport): Promise<string> {
  const [row] = await db.run<{ id: string }>({
    name: 'export-add',
    text: `with forgotten as (delete from exports where expires_at < now() - $5 * interval '1 day')
      insert into exports (kind, format, request, link_key) values ($1, $2, $3, $4) returning id`,
    values: [kind, format, request, linkKey, keptDays],
  });
  if (!row) throw new Error('the export was not stored');
  return row.id;
}

export interface FoundExport {
  readonly fileName: string;
  readonly request: string;
  readonly linkKey: string;
  readonly expired: boolean;
}

export async function findExport(db: Executor, id: string): Promise<FoundExport | null> {
  const [row] = await db.run<FoundExport>({
    name: 'export-find',
    text: `select request, link_key as "linkKey", expires_at <= now() as expired, ${fileNameOf('e')} as "fileName"
      from exports e where id = $1`,
    values: [id],
  });
  return row ?? null;
}

/** A fetch that is under way. One that begins later takes the row over. */
export interface ExportFetch {
  readonly id: string;
  readonly fetch: number;
}

export async function beginFetch(db: Executor, id: string): Promise<ExportFetch> {
  const [row] = await db.run<{ fetch: number }>({
    name: 'export-begin',
    text: `update exports set fetches = fetches + 1, status = 'RUNNING', started_at = date_trunc('milliseconds', now()),
        told_at = now(), finished_at = null, rows_total = null, rows_written = 0, error = null
      where id = $1 returning fetches as fetch`,
    values: [id],
  });
  if (!row) throw new Error('the export is gone');
  return { id, fetch: row.fetch };
}

export interface FetchFigures {
  readonly rowsTotal: number | null;
  readonly rowsWritten: number;
}

export async function tellFetch(db: Executor, { id, fetch }: ExportFetch, figures: FetchFigures): Promise<void> {
  await db.run({
    name: 'export-tell',
    text: `update exports set told_at = now(), rows_total = $3, rows_written = $4
      where id = $1 and fetches = $2 and status = 'RUNNING'`,
    values: [id, fetch, figures.rowsTotal, figures.rowsWritten],
  });
}

export async function endFetch(
  db: Executor,
  { id, fetch }: ExportFetch,
  { rowsTotal, rowsWritten, status, error }: FetchFigures & { status: string; error: string | null },
): Promise<void> {
  await db.run({
    name: 'export-end',
    text: `update exports set status = $3, finished_at = date_trunc('milliseconds', clock_timestamp()), rows_total = $4,
        rows_written = $5, error = $6
      where id = $1 and fetches = $2`,
    values: [id, fetch, status, rowsTotal, rowsWritten, error],
  });
}
