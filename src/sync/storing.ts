import type { Database } from '../store/database.js';
import { type PageWrite, type RemapWrite, writeRemapped } from '../store/pages.js';

/** A value that the tables do not take: out of range (class 22), or against a rule of theirs (23). */
const isUnstorable = (error: unknown): error is Error =>
  error instanceof Error && /^2[23]/.test(String((error as { code?: unknown }).code));

/**
 * Writes a page. Should the tables refuse it, its records are tried one by one, and those that cannot be stored are set
 * aside with the reason, as ones that cannot be mapped are: a single odd record must not hold up its stream for ever.
 */
export async function storing<Write extends PageWrite | RemapWrite, Result>(
  db: Database,
  page: Write,
  write: (page: Write) => Promise<Result>,
): Promise<Result> {
  try {
    return await write(page);
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    const good: Write['records'][number][] = [];
    const rejects = [...page.rejects];
    for (const record of page.records) {
      const problem = await problemOf(db, page, record);
      if (problem === null) good.push(record);
      else {
        const { externalId } = record.noun;
        const reason = `cannot be stored: ${problem}`;
        rejects.push({ externalId, recordKey: externalId, reason, payload: record.payload });
      }
    }
    if (good.length === page.records.length) throw error;
    return write({ ...page, records: good, rejects });
  }
}

/** Stores one record by itself; why it cannot be, or null. */
async function problemOf(db: Database, page: PageWrite | RemapWrite, record: PageWrite['records'][number]) {
  const { shop, stream, mappingVersion } = page;
  try {
    await writeRemapped(db, { shop, stream, mappingVersion, records: [record], rejects: [], settled: [] });
    return null;
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    return error.message;
  }
}
