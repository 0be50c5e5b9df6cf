// The program of a process that sends alerts: until it is told to stop, or killed.

import 'reflect-metadata';
import { startAlerts, type Timing } from '../../src/alerts/delivery.js';
import type { Webhook } from '../../src/alerts/webhook.js';
import { createLog } from '../../src/log.js';
import { openDatabase } from '../../src/store/database.js';

interface Task {
  readonly databaseUrl: string;
  readonly webhook: Webhook;
  readonly timing: Partial<Timing>;
}

const { databaseUrl, webhook, timing } = JSON.parse(process.argv[2] ?? '') as Task;
const db = await openDatabase({ url: databaseUrl, poolSize: 4 });
const log = createLog({ level: 'debug', format: 'json', stream: process.stderr });
const alerts = await startAlerts({ db, webhook, log, timing });
process.on('SIGTERM', async () => {
  await alerts.stop();
  await db.close();
  process.exit(0);
});
process.stdout.write('ready\n');
