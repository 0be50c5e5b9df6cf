import type { Executor } from './database.js';

/** What a sync is for, noun by noun, as sorted lines of JSON. */
export interface Dump {
  readonly orders: string[];
  readonly shipments: string[];
  readonly returns: string[];
  readonly sales: string[];
  readonly rejects: string[];
}

/** Whatever a second import of the same source may number or date differently. */
const ours = `- '{id,shop_id,order_id,shipment_id,return_id,raw_id,version,imported_at,summary_hash,settled_at}'::text[]`;

const lines = (table: string, key: string) =>
  `(select jsonb_agg(to_jsonb(l) ${ours} order by l.line_no) from ${table} l where l.${key} = t.id)`;

const statements: Record<keyof Dump, string> = {
  orders: `select (to_jsonb(t) ${ours} || jsonb_build_object('lines', ${lines('order_lines', 'order_id')}))::text as line
    from orders t where shop_id = $1 order by external_id`,
  shipments: `select (to_jsonb(t) ${ours} || jsonb_build_object('lines', ${lines('shipment_lines', 'shipment_id')}))::text as line
    from shipments t where shop_id = $1 order by external_id`,
  returns: `select (to_jsonb(t) ${ours} || jsonb_build_object('lines', ${lines('return_lines', 'return_id')}))::text as line
    from returns t where shop_id = $1 order by external_id`,
  sales: `select (to_jsonb(t) ${ours})::text as line from sales_daily t where shop_id = $1
    order by day, sku, country, currency`,
  rejects: `select jsonb_build_object('stream', stream, 'record', record_key, 'reason', reason)::text as line
    from rejects where shop_id = $1 order by stream, record_key`,
};

/**
 * Everything that was imported of a shop, without what an import makes up itself. Two dumps are equal exactly when two
 * syncs came to the same result, in whatever way they got there.
 */
export async function dump(db: Executor, shopId: string): Promise<Dump> {
  const entries: [string, string[]][] = [];
  for (const [noun, text] of Object.entries(statements)) {
    const rows = await db.run<{ line: string }>({ text, values: [shopId] });
    entries.push([noun, rows.map((row) => row.line)]);
  }
  return Object.fromEntries(entries) as unknown as Dump;
}

const keys: Readonly<Record<string, string>> = {
  orders: 'external_id',
  order_lines: `order_id || '/' || line_no`,
  shipments: 'external_id',
  shipment_lines: `shipment_id || '/' || line_no`,
  returns: 'external_id',
  return_lines: `return_id || '/' || line_no`,
  sales_daily: `concat_ws(' ', sku, day, country, currency)`,
};

/** A stored row, what it says, and the transaction that wrote it. */
export interface RowStamp {
  readonly table: string;
  readonly key: string;
  /** Of all that it says, but for what is noted of the list that named it. */
  readonly digest: string;
  readonly xmin: string;
  readonly ctid: string;
}

/** Every stored row: equal before and after means that nothing was written. */
export async function rowStamps(db: Executor): Promise<RowStamp[]> {
  const rows: RowStamp[] = [];
  for (const [table, key] of Object.entries(keys)) {
    const text = `select '${table}' as table, ${key} as key, xmin::text, ctid::text,
        md5((to_jsonb(t) - '{summary_hash,settled_at}'::text[])::text) as digest from ${table} t order by ctid`;
    rows.push(...(await db.run<RowStamp>({ text })));
  }
  return rows;
}
