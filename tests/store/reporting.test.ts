// The views for BI tools: what they say, that their keys are unique, and who may read them.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exponentOf, moneyText } from '../../src/commerce/money.js';
import { openDatabase } from '../../src/store/database.js';
import { type Embedded, startEmbedded } from '../../src/store/embedded.js';
import { writePage } from '../../src/store/pages.js';
import { createWorld, type World } from '../graph/world.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { address, addShop, line, mapped, order, pageOf } from './shop.js';

const views = ['order_address', 'order_item', 'product_sales_daily', 'fulfillment'] as const;
const keys: Record<(typeof views)[number], string> = {
  order_address: 'ordernumber',
  order_item: 'ordernumber, sku',
  product_sales_daily: 'shop_id, day, sku, country, currency',
  fulfillment: 'ordernumber',
};

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db, 90);
});
afterAll(() => fresh.close());

type Row = Record<string, unknown>;
const rows = <T = Row>(text: string, values: unknown[] = []) => fresh.db.run<T>({ text, values });

async function expectUniqueKeys(): Promise<void> {
  for (const view of views) {
    const doubled = await rows(
      `select ${keys[view]} from reporting.${view} group by ${keys[view]} having count(*) > 1`,
    );
    expect(doubled, view).toEqual([]);
    expect((await rows<{ n: number }>(`select count(*)::int as n from reporting.${view}`))[0]?.n, view).toBeGreaterThan(
      0,
    );
  }
}

describe('the views', () => {
  it('have the columns that are promised, first', async () => {
    const columns = async (view: string) =>
      (
        await rows<{ name: string }>(
          `select column_name as name from information_schema.columns
            where table_schema = 'reporting' and table_name = $1 order by ordinal_position`,
          [view],
        )
      ).map(({ name }) => name);
    expect((await columns('order_address')).slice(0, 7)).toEqual(
      ['ordernumber', 'country', 'line1', 'line2', 'name', 'postalcode', 'stateprovince'], // biome-ignore format: one line
    );
    expect((await columns('order_item')).slice(0, 3)).toEqual(['ordernumber', 'sku', 'quantity']);
  });

  it('and all of their columns are described', async () => {
    const silent = await rows(
      `select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where n.nspname = 'reporting' and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)`,
    );
    expect(silent).toEqual([]);
    expect(await rows(`select obj_description('reporting'::regnamespace, 'pg_namespace') as text`)).toEqual([
      { text: expect.stringContaining('BI tools') },
    ]);
  });

  it('are listed in the README, column by column', async () => {
    const readme = fs.readFileSync('README.md', 'utf8');
    const named = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
    const [, place = '', ofOrder = ''] = /\*place\* is (.*), \*order\* is (.*)\./.exec(readme) ?? [];
    for (const view of views) {
      const listed = new RegExp(`^\\| \`${view}\` \\|.*\\| (.*) \\|$`, 'm').exec(readme)?.[1] ?? '';
      const all = named(listed.replace('+ place', place).replace('+ order', ofOrder));
      const found = await rows<{ name: string }>(
        `select column_name as name from information_schema.columns where table_schema = 'reporting' and table_name = $1
          order by ordinal_position`,
        [view],
      );
      expect([...new Set(all)], view).toEqual(found.map(({ name }) => name));
    }
  });

  it('keep their keys unique, however often a sync runs', async () => {
    await expectUniqueKeys();
    const numbers = () => rows('select order_id, ordernumber from reporting.order_address order by order_id');
    const before = await numbers();
    for (const shop of world.shops) {
      const own = world.orders.filter((one) => one.shop === shop).map(({ shop: _, id: __, ...noun }) => mapped(noun));
      await writePage(fresh.db, pageOf(shop, own));
    }
    await expectUniqueKeys();
    expect(await numbers()).toEqual(before);
  });

  it('hold every order once, under its own number or a qualified one', async () => {
    const found = await rows<{ ordernumber: string; plain_ordernumber: string; order_id: string }>(
      'select ordernumber, plain_ordernumber, order_id from reporting.fulfillment',
    );
    expect(found.map(({ order_id }) => order_id).sort()).toEqual(world.orders.map(({ id }) => id).sort());
    const first = new Map<string, number>();
    for (const { plain_ordernumber, order_id } of found) {
      const at = Number(order_id.slice(4));
      first.set(plain_ordernumber, Math.min(at, first.get(plain_ordernumber) ?? at));
    }
    expect(first.size).toBeLessThan(found.length);
    for (const { ordernumber, plain_ordernumber, order_id } of found) {
      const own = first.get(plain_ordernumber) === Number(order_id.slice(4));
      expect(ordernumber).toBe(own ? plain_ordernumber : `${plain_ordernumber} [${order_id}]`);
    }
  });

  it('sum up the lines of one SKU, and lose no line', async () => {
    const found = await rows<Row>(
      `select order_id, sku, quantity::int, quantity_cancelled::int, quantity_shipped::int, quantity_returned::int,
        gross_revenue::text, currency from reporting.order_item`,
    );
    const sums = new Map<string, Row & { quantity: number; minor: number }>();
    for (const { id, lines, currency } of world.orders) {
      for (const { sku, quantity, totalMinor } of lines) {
        const key = `${id} ${sku ?? ''}`;
        const sum = sums.get(key);
        sums.set(key, {
          ...{ order_id: id, sku: sku ?? '', currency, minor: totalMinor + (sum?.minor ?? 0) },
          quantity: quantity.ordered + (sum?.quantity ?? 0),
          quantity_cancelled: quantity.cancelled + Number(sum?.quantity_cancelled ?? 0),
          quantity_shipped: quantity.shipped + Number(sum?.quantity_shipped ?? 0),
          quantity_returned: quantity.returned + Number(sum?.quantity_returned ?? 0),
        });
      }
    }
    const expected = [...sums.values()].map(({ minor, ...sum }) => ({
      ...sum,
      gross_revenue: moneyText({ minor, currency: String(sum.currency) }).amount,
    }));
    const sorted = (all: Row[]) => all.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
    expect(sorted(found)).toEqual(sorted(expected));
    expect(found.some(({ sku }) => sku === '')).toBe(true);
  });

  it('say what the addresses, the sales and the fulfillment say', async () => {
    const at = await addShop(fresh.db);
    const full = {
      ...address('AT'),
      lines: ['Weg 1', 'Hof 2', 'c/o Ö "x"'],
      stateOrProvince: 'Tirol',
      company: 'A & B',
    };
    const soldAt = new Date('2025-05-01T23:30:00Z');
    const quantity = { ordered: 3, shipped: 2, cancelled: 1, returned: 1, pending: 0 };
    const shippedAt = new Date('2025-05-03T11:30:00Z');
    const emoji = line({ sku: 'Ü "🧦"', title: '🧦', quantity, unitPriceMinor: 250, totalMinor: 499, shippedAt });
    const whole = order({
      ...{ externalId: 'v-1', orderNumber: 'n-3', orderedAt: soldAt, shippingAddress: full, lines: [emoji] },
      shipBy: new Date('2025-05-02T00:00:00Z'),
    });
    // a number that looks like a qualified one
    const bare = order({
      externalId: 'v-2',
      orderNumber: 'n-3 [ord_1]',
      shippingAddress: null,
      lines: [line({ sku: null })],
    });
    await writePage(fresh.db, pageOf(at, [mapped(whole), mapped(bare)]));
    const mine = (view: string, columns: string) =>
      rows(`select ${columns} from reporting.${view} where shop_id = $1 order by 1 desc`, [`shop_${at.shop.id}`]);
    const [{ id }, { id: other }] = (await rows('select id from orders where shop_id = $1 order by external_id', [
      at.shop.id,
    ])) as [{ id: string }, { id: string }];

    expect(
      await mine('order_address', 'ordernumber, country, line1, line2, name, postalcode, stateprovince, city, company'),
    ).toEqual([
      {
        ...{ ordernumber: `n-3 [ord_${id}]`, country: 'AT', line1: 'Weg 1', line2: 'Hof 2, c/o Ö "x"' },
        ...{ name: full.name, postalcode: '20095', stateprovince: 'Tirol', city: 'Hamburg', company: 'A & B' },
      },
      {
        ...{ ordernumber: `n-3 [ord_1] [ord_${other}]`, country: '', line1: '', line2: '', name: '', postalcode: '' },
        ...{ stateprovince: '', city: '', company: '' },
      },
    ]);
    expect(
      await mine(
        'product_sales_daily',
        'day, sku, title, country, units_sold, units_returned, order_count, gross_revenue::text',
      ),
    ).toEqual([
      {
        // half past one in Berlin
        ...{ day: '2025-05-02', sku: 'Ü "🧦"', title: '🧦', country: 'AT', units_sold: 2, units_returned: 1 },
        ...{ order_count: 1, gross_revenue: '4.99' },
      },
    ]);
    expect(
      await mine('fulfillment', 'status, hours_to_ship::float8, is_late, units_open, first_shipped_at, business_day'),
    ).toEqual([
      {
        ...{ status: 'READY', hours_to_ship: null, is_late: null, units_open: 1, first_shipped_at: null },
        business_day: '2025-05-01',
      },
      {
        ...{ status: 'FULFILLED', hours_to_ship: 36, is_late: true, units_open: 0, first_shipped_at: shippedAt },
        business_day: '2025-05-02',
      },
    ]);
    await expectUniqueKeys();
  });

  it('write amounts with the decimals of their currency', async () => {
    for (const currency of ['EUR', 'USD', 'JPY', 'KWD', 'HUF', 'CHF']) {
      await rows(`update sales_daily set currency = $1 where ctid = (select min(ctid) from sales_daily)`, [currency]);
      const [row] = await rows<{ gross: string; minor: string }>(
        `select gross_revenue::text as gross, (select gross_minor from sales_daily where currency = $1 order by ctid limit 1) as minor
          from reporting.product_sales_daily where currency = $1
          and gross_revenue * $2 = (select gross_minor from sales_daily where currency = $1 order by ctid limit 1) limit 1`,
        [currency, 10 ** exponentOf(currency)],
      );
      expect(row?.gross, currency).toBe(moneyText({ minor: Number(row?.minor), currency }).amount);
    }
  });
});

/** What a statement comes to under a URL: its rows, or why it is refused. */
async function tryAs(url: string, text: string): Promise<Row[] | string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

const urlAs = (url: string, user: string, database?: string) => {
  const at = new URL(url);
  [at.username, at.password] = [user, 'secret'];
  if (database) at.pathname = `/${database}`;
  return at.href;
};

describe('a login of a BI tool', () => {
  it('reads the views and nothing else', async () => {
    const login = `bi_${randomBytes(4).toString('hex')}`;
    await rows(`create role ${login} login password 'secret' in role lading_reporting`);
    try {
      const url = urlAs(fresh.url, login);
      for (const view of views) {
        const found = await tryAs(url, `select * from reporting.${view}`);
        expect(found, view).toBeInstanceOf(Array);
        expect(found.length).toBeGreaterThan(0);
      }
      const tables = await rows<{
        name: string;
      }>(`select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
        from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema', 'reporting')`);
      expect(tables.length).toBeGreaterThan(15);
      for (const { name } of tables)
        expect(await tryAs(url, `select from ${name}`), name).toMatch(/^permission denied/);
      for (const text of [
        'delete from reporting.order_address',
        `update reporting.product_sales_daily set units_sold = 0`,
        'insert into reporting.fulfillment (status) values (1)',
        'create table reporting.x (a int)',
        'create table public.x (a int)',
        'create schema x',
        `select pg_read_file('PG_VERSION')`,
      ]) {
        expect(await tryAs(url, text), text).toMatch(/^(permission denied|cannot (insert|update|delete))/);
      }
    } finally {
      await rows(`drop role ${login}`);
    }
  });
});

describe('the role', () => {
  let server: Embedded;
  let folder: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-reporting-'));
    server = await startEmbedded({ dir: folder, durable: false });
  });
  afterAll(async () => {
    await server?.stop();
    for (const made of [server && path.dirname(server.dataDir), folder]) {
      if (made) fs.rmSync(made, { recursive: true, force: true });
    }
  });
  const roles = async () =>
    (await tryAs(server.url, `select rolcanlogin from pg_roles where rolname = 'lading_reporting'`)) as Row[];

  it('may be missing: the tables are made all the same, and the README’s statements make up for it', async () => {
    await tryAs(server.url, `create role plain login password 'secret' nosuperuser nocreaterole`);
    await tryAs(server.url, 'create database owned owner plain');
    const url = urlAs(server.url, 'plain', 'owned');
    await (await openDatabase({ url, poolSize: 2 })).close();
    expect(await roles()).toEqual([]);
    expect(await tryAs(url, 'select * from reporting.order_item')).toEqual([]);

    const readme = fs.readFileSync('README.md', 'utf8');
    const block = /```sql\n(create role lading_reporting [^`]*)```/.exec(readme)?.[1] ?? '';
    const [byAdmin = '', ...byOwner] = block.trim().split('\n');
    expect(await tryAs(server.url, byAdmin)).toEqual([]);
    expect(byOwner).toHaveLength(3);
    for (const statement of byOwner) expect(await tryAs(url, statement), statement).toEqual([]);
    await tryAs(server.url, `create role bi login password 'secret' in role lading_reporting`);
    const bi = urlAs(server.url, 'bi', 'owned');
    expect(await tryAs(bi, 'select * from reporting.order_item')).toEqual([]);
    expect(await tryAs(bi, 'select * from orders')).toMatch(/permission denied/);
    await tryAs(server.url, 'drop role bi');
    await tryAs(server.url, 'drop database owned');
    await tryAs(server.url, 'drop role lading_reporting');
    expect(await roles()).toEqual([]);
  });

  it('is made once, by however many databases at the same moment', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `many_${at}`);
    for (const name of names) expect(await tryAs(server.url, `create database ${name}`)).toEqual([]);
    const urls = names.map((name) => {
      const at = new URL(server.url);
      at.pathname = `/${name}`;
      return at.href;
    });
    const opened = await Promise.all(urls.map((url) => openDatabase({ url, poolSize: 2 })));
    for (const db of opened) await db.close();
    expect(await roles()).toEqual([{ rolcanlogin: false }]);
    await tryAs(server.url, `create role bi login password 'secret' in role lading_reporting`);
    for (const url of urls) expect(await tryAs(urlAs(url, 'bi'), 'select * from reporting.order_item')).toEqual([]);
  });
});
