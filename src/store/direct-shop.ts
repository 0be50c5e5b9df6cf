import { directCode } from '../commerce/direct-order.js';
import type { Executor } from './database.js';

const found = new WeakMap<Executor, Promise<string>>();

/** The id of the one shop of the seller's own channel, made when it is first asked for. It signs in nowhere and has no streams. */
export function directShop(db: Executor): Promise<string> {
  const known = found.get(db) ?? findOrMake(db);
  found.set(db, known);
  known.catch(() => found.delete(db));
  return known;
}

async function findOrMake(db: Executor): Promise<string> {
  const [row] = await db.run<{ id: string }>({
    text: `with made as (
        insert into shops (marketplace, name, account_digest, credentials, credentials_key_id, coverage_due_at)
        select $1, 'Direct sales', '', '', '', null where not exists (select from shops where marketplace = $1)
        on conflict (marketplace, sandbox, account_digest) do update set marketplace = excluded.marketplace
        returning id)
      select id from made union all select id from shops where marketplace = $1 limit 1`,
    values: [directCode],
  });
  if (!row) throw new Error('the shop of the own channel could not be made');
  return row.id;
}
