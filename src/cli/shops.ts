// Every shop, and the one and its stream that are meant.
import { type Client, ShopsDocument, type ShopsQuery, type StreamName } from '../sdk/index.js';
import { UsageError } from './command.js';

export type Shop = ShopsQuery['shops']['nodes'][number];

export async function everyShop(lading: Client): Promise<Shop[]> {
  const found: Shop[] = [];
  for (let after: string | null = null; ; ) {
    const { shops }: ShopsQuery = await lading.request(ShopsDocument, { first: 100, after });
    found.push(...shops.nodes);
    if (!shops.pageInfo.hasNextPage) return found;
    after = shops.pageInfo.endCursor;
  }
}

/** By its id or its name. Throws a UsageError when there is none, or several of the name. */
export function shopNamed(shops: readonly Shop[], given: string): Shop {
  const byId = shops.find(({ id }) => id === given);
  if (byId) return byId;
  const named = shops.filter(({ name }) => name === given);
  if (named.length > 1) {
    throw new UsageError(`Several shops are named "${given}": ${named.map(({ id }) => id).join(', ')}. Give an id.`);
  }
  if (!named[0]) throw new UsageError(`There is no shop "${given}": lading shop list names them.`);
  return named[0];
}

const streamNames: readonly string[] = ['ORDERS', 'SHIPMENTS', 'RETURNS'] satisfies StreamName[];

export function streamNamed(given: string): StreamName {
  const name = given.toUpperCase();
  if (!streamNames.includes(name)) throw new UsageError(`There is no stream "${given}": orders, shipments or returns.`);
  return name as StreamName;
}
