import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { residentMb } from '../bench/resident.js';
import { lading } from '../cli/lading.js';
import { startServer } from '../end-to-end/process.js';
import { freshDatabase } from '../setup/fresh.js';

const lines = 200_000;

/** By SQL: only their number and their size matter. */
async function fill(db: Database): Promise<void> {
  await db.run({
    text: `with shop as (insert into shops (marketplace, name, account_digest, credentials, credentials_key_id)
        values ('OTTO', 'large', '', '', '') returning id),
      many as (insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, business_day,
          currency, total_minor, units_ordered, units_shipped, units_cancelled, units_returned, units_pending, units_to_ship,
          units_by_seller, details, content_hash, raw_id)
        select shop.id, 'OTTO', 'large-' || n, 'large-' || n, '2025-01-01T00:00:00Z'::timestamptz + n * interval '1 s',
          '2025-01-01', '2025-01-01', 'EUR', 1000, 1, 0, 0, 0, 0, 1, 1, '{}', '', 0
        from shop, generate_series(1, $1::int / 5) n returning id, shop_id)
      insert into order_lines (order_id, line_no, shop_id, external_ids, title, fulfilled_by, ordered, shipped, cancelled,
        returned, pending, unit_price_minor, total_minor)
      select id, no, shop_id, array['x'], repeat('large title ', 20), 'SELLER', 1, 0, 0, 0, 0, 1000, 1000
      from many, generate_series(1, 5) no`,
    values: [lines],
  });
  await db.run({ text: 'analyze orders, order_lines' });
}

it('200,000 lines stream through a server whose memory stays where it is', async () => {
  const fresh = await freshDatabase();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-export-'));
  const server = await startServer({
    ...{ DATABASE_URL: fresh.url, LADING_SECRET_KEY: randomBytes(32).toString('hex'), LADING_LOG_LEVEL: 'warn' },
    ...{ LADING_DEMO: 'off', LADING_SYNC: 'off' },
  });
  try {
    await fill(fresh.db);
    const file = path.join(folder, 'lines.csv');
    const take = (name: string) =>
      lading(['export', 'order-lines', '--out', name], { env: { LADING_URL: server.url } });
    // what a first export allocates for good is not what grows with its size
    await take(path.join(folder, 'first.csv'));
    const before = Number(residentMb(server.child.pid as number));
    const resident: number[] = [];
    const clock = setInterval(() => resident.push(Number(residentMb(server.child.pid as number))), 50);
    const { code, err } = await take(file);
    clearInterval(clock);
    expect([code, err]).toEqual([0, expect.stringContaining('200,000 rows')]);
    const bytes = fs.statSync(file).size;
    expect(bytes).toBeGreaterThan(70_000_000);
    expect(resident.length).toBeGreaterThan(5);
    // the file has more than this many megabytes
    expect(Math.max(...resident) - before).toBeLessThan(60);
    let count = 0;
    for await (const chunk of fs.createReadStream(file)) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
    }
    expect(count).toBe(lines + 1);
  } finally {
    await server.end('SIGTERM');
    await fresh.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
