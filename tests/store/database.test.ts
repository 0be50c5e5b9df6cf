import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { freshDatabase } from '../setup/fresh.js';

test('values, counting, transactions and listening', async () => {
  const { db, url, close } = await freshDatabase();
  try {
    const before = db.statements.count;
    const [row] = await db.run<Record<string, unknown>>({
      name: 'types',
      text: `select 9007199254740993::bigint as big, '2025-03-30'::date as day, '2025-03-30T01:00:00Z'::timestamptz as at, current_setting('timezone') as zone`,
    });
    expect(row).toEqual({
      big: '9007199254740993',
      day: '2025-03-30',
      at: new Date('2025-03-30T01:00:00Z'),
      zone: 'UTC',
    });
    expect(db.statements.count - before).toBe(1);

    await expect(
      db.transaction(async (tx) => {
        await tx.run({ text: 'create table undone (a int)' });
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    expect(await db.run({ text: `select to_regclass('undone') as found` })).toEqual([{ found: null }]);

    const heard: string[] = [];
    const stop = await db.listen('lading_due', (payload) => heard.push(payload));
    await db.run({ text: `select pg_notify('lading_due', '12')` });
    await expect.poll(() => heard).toEqual(['12']);
    await stop();
    await (await openDatabase({ url })).close();
  } finally {
    await close();
  }
});
