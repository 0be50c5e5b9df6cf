import type { Executor } from './database.js';

/** The key that the shop front knows a customer by; null: there is no such customer. */
export async function referenceOf(db: Executor, id: string): Promise<string | null> {
  const [row] = await db.run<{ reference: string }>({
    name: 'customer-reference',
    text: 'select reference from customers where id = $1',
    values: [id],
  });
  return row?.reference ?? null;
}

export async function customerExists(db: Executor, id: string): Promise<boolean> {
  const rows = await db.run({ name: 'customer-exists', text: 'select from customers where id = $1', values: [id] });
  return rows.length > 0;
}

/** A customer who was found or just made, locked until the transaction ends. */
export interface LockedCustomer {
  readonly id: string;
  /** 0: the row was made right now, and says nothing yet. */
  readonly version: number;
}

/** Finds or makes the customer of a reference. */
export async function lockCustomer(tx: Executor, reference: string): Promise<LockedCustomer> {
  const [row] = await tx.run<LockedCustomer>({
    name: 'customer-lock',
    // setting a column to itself takes the lock; were it the key, carts and orders would have to wait
    text: `insert into customers as c (reference, version) values ($1, 0)
      on conflict (reference) do update set version = c.version returning id, version`,
    values: [reference],
  });
  return row as LockedCustomer;
}

/** What to say of a customer: undefined leaves it as it is, null takes it away. */
export interface CustomerWrite {
  readonly name?: string | null;
  readonly email?: string | null;
}

/** Writes a locked customer. What is so already is not touched. */
export async function putCustomer(tx: Executor, id: string, { name, email }: CustomerWrite): Promise<void> {
  await tx.run({
    name: 'customer-put',
    text: `update customers c set name = case when $2 then $3 else c.name end,
        email = case when $4 then $5 else c.email end, version = version + 1
      where id = $1 and (version = 0 or $2 and c.name is distinct from $3 or $4 and c.email is distinct from $5)`,
    values: [id, name !== undefined, name ?? null, email !== undefined, email ?? null],
  });
}
