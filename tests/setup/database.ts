import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/store/database.js';
import { isAlive } from '../../src/store/embedded/postmaster.js';
import { startEmbedded } from '../../src/store/embedded.js';
import { programsOf } from './program.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database of the test server, to make others from. */
    databaseUrl: string;
    /** A migrated, empty database to copy. */
    databaseTemplate: string;
  }
}

/**
 * One server for all tests, kept in `.data` between runs: the second run starts in a tenth of a second, and runs at the
 * same time share it. Tests get databases of their own (`fresh.ts`).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbedded({ dir: path.resolve('.data/tests'), durable: false });
  const template = await makeTemplate(server.url);
  project.provide('databaseUrl', server.url);
  project.provide('databaseTemplate', template);
  return async () => {
    fs.rmSync(programsOf(process.pid), { recursive: true, force: true });
    await server.stop();
  };
}

/** The template's name tells which migrations it has. Also sweeps what killed runs left. */
async function makeTemplate(url: string): Promise<string> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    // several runs may start at once
    await admin.query('select pg_advisory_lock(727004)');
    const template = `template_${migrationsDigest()}`;
    const { rows } = await admin.query<{ name: string }>('select datname as name from pg_database');
    const names = rows.map((row) => row.name);
    for (const name of names) {
      const run = /^test_(\d+)_/.exec(name);
      const isLeft = run ? !isAlive(Number(run[1])) : name.startsWith('template_') && name.endsWith('_new');
      if (isLeft) await admin.query(`drop database if exists ${name} with (force)`);
    }
    if (!names.includes(template)) {
      const draft = `${template}_new`;
      await admin.query(`create database ${draft}`);
      const at = new URL(url);
      at.pathname = `/${draft}`;
      await (await openDatabase({ url: at.href, poolSize: 2 })).close();
      await admin.query(`alter database ${draft} rename to ${template}`);
    }
    return template;
  } finally {
    await admin.end();
  }
}

function migrationsDigest(): string {
  const digest = createHash('sha256');
  for (const name of fs.readdirSync('migrations').sort()) digest.update(fs.readFileSync(path.join('migrations', name)));
  return digest.digest('hex').slice(0, 16);
}
