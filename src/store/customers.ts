import type { Executor } from './database.js';

export async function customerExists(db: Executor, id: string): Promise<boolean> {
  const rows = await db.run({ name: 'customer-exists', text: 'select from customers where id = $1', values: [id] });
  return rows.length > 0;
}
