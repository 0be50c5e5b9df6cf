import pg from 'pg';

/** Held shared by every process that uses the server. */
const present = 727_001;
/** Held while leaving, so that two who leave at once do not each take the other for one who stays. */
const leaving = 727_002;

/**
 * One open connection for as long as a process uses the server. It is how the last one knows that it is the last, and
 * how everyone hears at once that the server died: PostgreSQL gives up the locks of a killed process by itself.
 */
export interface Presence {
  /** Settles when the connection ends, whoever ended it. */
  readonly ended: Promise<void>;
  /** Are we the last? If so, the presence is kept until the server is stopped, and newcomers wait. */
  leave(): Promise<{ last: boolean }>;
}

export async function joinServer(url: string): Promise<Presence> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'lading presence',
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.once('error', () => resolve());
  });
  client.on('error', () => {});
  try {
    await client.connect();
    // waits while the last one out stops the server; its end ends the wait with an error
    await client.query('select pg_advisory_lock_shared($1)', [present]);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const leave = async () => {
    try {
      await client.query('select pg_advisory_lock($1)', [leaving]);
      const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [present]);
      if (rows[0]?.last) return { last: true };
      await client.query('select pg_advisory_unlock_shared($1), pg_advisory_unlock($2)', [present, leaving]);
    } catch {
      // the server is gone already: nobody's to stop
    }
    await client.end().catch(() => {});
    return { last: false };
  };
  return { ended, leave };
}

/** Creates the database unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    await client.query(`create database ${client.escapeIdentifier(name)}`).catch((error: { code?: string }) => {
      // another process was first
      if (error.code !== '42P04' && error.code !== '23505') throw error;
    });
  } finally {
    await client.end().catch(() => {});
  }
}
