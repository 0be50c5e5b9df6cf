// Answers that came only once: in files, in rows, and marked with the page that stores them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetAsked, keepAnswer, nextWaiting, noteAsked, noteLost } from '../../src/store/inbox.js';
import { writePage } from '../../src/store/pages.js';
import { removeShop } from '../../src/store/shops.js';
import { dropSpool, spooled, spooledAnswer, spoolFile } from '../../src/store/spool.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, mapped, order, pageOf, type TestShop } from './shop.js';

let fresh: Fresh;
let shop: TestShop;
const stream = 'ORDERS';
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-spool-'));
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(async () => {
  await fresh.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

const bytes = (text: string) => Buffer.from(text, 'latin1');
const of = () => ({ shopId: shop.shop.id, stream }) as const;
const answer = (text: string, isWhole = true) => ({ body: bytes(text), receivedAt: new Date(), isWhole });

async function asked(): Promise<string> {
  const id = await noteAsked(fresh.db, { shopId: shop.shop.id, epoch: shop.shop.epoch }, stream);
  if (id === null) throw new Error('the shop is not held');
  return id;
}

async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for (let one = await nextWaiting(fresh.db, of(), null); one; one = await nextWaiting(fresh.db, of(), one)) {
    found.push(one.body.toString('latin1'));
  }
  return found;
}

test('answers wait in the order in which they were asked for, byte by byte as they came', async () => {
  shop = await addShop(fresh.db);
  const [first, second] = [await asked(), await asked()];
  // no text that any encoding knows
  await keepAnswer(fresh.db, of(), second, answer('[2]\0\xff\xfe'));
  await keepAnswer(fresh.db, of(), first, answer('[1]'));
  expect(await waiting()).toEqual(['[1]', '[2]\0\xff\xfe']);
});

test('who has lost the shop may not ask, and still may keep what came', async () => {
  shop = await addShop(fresh.db);
  const id = await asked();
  await fresh.db.run({ text: 'update shops set epoch = epoch + 1 where id = $1', values: [shop.shop.id] });
  expect(await noteAsked(fresh.db, { shopId: shop.shop.id, epoch: shop.shop.epoch }, stream)).toBeNull();
  expect(await keepAnswer(fresh.db, of(), id, answer('[1]'))).toBe(true);
  expect(await waiting()).toEqual(['[1]']);
});

test('an answer is kept once; of two accounts of it the longer one counts, and is looked into again', async () => {
  shop = await addShop(fresh.db);
  const id = await asked();
  await keepAnswer(fresh.db, of(), id, answer('[{"half":', false));
  await writePage(fresh.db, pageOf(shop, [], { received: id }));
  expect(await waiting()).toEqual([]);
  await keepAnswer(fresh.db, of(), id, answer('[{"half":1}]'));
  expect(await waiting()).toEqual(['[{"half":1}]']);
  await writePage(fresh.db, pageOf(shop, [], { received: id }));
  for (const again of [answer('[{"half":1}]'), answer('[{"ha', false)]) {
    expect(await keepAnswer(fresh.db, of(), id, again)).toBe(true);
  }
  expect(await waiting()).toEqual([]);
});

test('an answer that this database never asked for is not taken: of another shop, of another database', async () => {
  shop = await addShop(fresh.db);
  const id = await asked();
  const other = await addShop(fresh.db);
  expect(await keepAnswer(fresh.db, { shopId: other.shop.id, stream }, id, answer('[1]'))).toBe(false);
  expect(await keepAnswer(fresh.db, of(), '00000000-0000-4000-8000-000000000000', answer('[1]'))).toBe(false);
  expect(await waiting()).toEqual([]);
});

test('the mark of an answer and the records of its page are one transaction', async () => {
  shop = await addShop(fresh.db);
  const id = await asked();
  await keepAnswer(fresh.db, of(), id, answer('[1]'));
  const stale = { ...shop, shop: { ...shop.shop, epoch: '7' } };
  await expect(writePage(fresh.db, pageOf(stale, [mapped(order())], { received: id }))).rejects.toThrow('taken over');
  expect(await waiting()).toEqual(['[1]']);
  await writePage(fresh.db, pageOf(shop, [mapped(order())], { received: id }));
  expect(await waiting()).toEqual([]);
});

test('it is on the disk when the call returns: the commit waits, whatever the server is set to', async () => {
  shop = await addShop(fresh.db);
  const id = await asked();
  // a trigger sees what the transaction runs under
  await fresh.db.run({
    text: `create function seen() returns trigger language plpgsql as
      'begin perform set_config(''lading.seen'', current_setting(''synchronous_commit''), false); return new; end'`,
  });
  await fresh.db.run({ text: 'create table seen (setting text)' });
  await fresh.db.run({
    text: `create or replace function seen() returns trigger language plpgsql as
      'begin insert into seen values (current_setting(''synchronous_commit'')); return new; end'`,
  });
  await fresh.db.run({
    text: 'create trigger seen after update of body on inbox for each row execute function seen()',
  });
  await keepAnswer(fresh.db, of(), id, answer('[1]'));
  expect(await fresh.db.run({ text: 'select setting from seen' })).toEqual([{ setting: 'on' }]);
  await fresh.db.run({ text: 'drop trigger seen on inbox' });
});

test('what was asked for and never came whole is named once, and not before its time', async () => {
  shop = await addShop(fresh.db);
  const [never, half, whole, refused] = [await asked(), await asked(), await asked(), await asked()];
  await keepAnswer(fresh.db, of(), half, answer('[{', false));
  await keepAnswer(fresh.db, of(), whole, answer('[1]'));
  await forgetAsked(fresh.db, refused);
  expect(await noteLost(fresh.db, of())).toBeNull();
  await fresh.db.run({ text: `update inbox set asked_at = asked_at - interval '2 minutes'` });
  const lost = await noteLost(fresh.db, of());
  const rows = await fresh.db.run<{ id: string; at: Date }>({
    text: 'select id, asked_at as at from inbox where lost_at is not null and shop_id = $1 order by asked_at',
    values: [shop.shop.id],
  });
  expect(rows.map(({ id }) => id)).toEqual([never, half]);
  expect(lost?.from).toEqual(rows[0]?.at);
  expect(lost?.to.getTime()).toBeGreaterThan(rows[1]?.at.getTime() ?? Number.NaN);
  expect(await noteLost(fresh.db, of())).toBeNull();
});

test('goes with its shop', async () => {
  shop = await addShop(fresh.db);
  await asked();
  await fresh.db.transaction((tx) => removeShop(tx, shop.shop.id));
  expect(await fresh.db.run({ text: 'select from inbox where shop_id = $1', values: [shop.shop.id] })).toEqual([]);
});

test('files: those that are whole at once, the others when they no longer arrive', () => {
  const [whole, part] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  fs.writeFileSync(`${spoolFile(dir, part)}.part`, '[{"a');
  fs.writeFileSync(spoolFile(dir, whole), '[2]');
  fs.writeFileSync(path.join(dir, 'notes.txt'), 'of somebody else');
  const found = (arrivesForMs: number) => [...spooled(dir, arrivesForMs)].map(({ id, isWhole }) => [id, isWhole]);
  expect(found(60_000)).toEqual([[whole, true]]);
  const longAgo = new Date(Date.now() - 61_000);
  fs.utimesSync(`${spoolFile(dir, part)}.part`, longAgo, longAgo);
  expect(found(60_000)).toEqual([
    [whole, true],
    [part, false],
  ]);
  expect(spooledAnswer(dir, part)).toMatchObject({ body: bytes('[{"a'), isWhole: false });
  dropSpool(dir, part);
  dropSpool(dir, part);
  dropSpool(dir, whole);
  expect([spooledAnswer(dir, part), spooledAnswer(dir, whole)]).toEqual([null, null]);
  expect([...spooled(path.join(dir, 'nowhere'), 0)]).toEqual([]);
});
