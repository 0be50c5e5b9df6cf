import type { RemoteCart } from '../commerce/inventory-service.js';
import type { Json } from '../commerce/json.js';
import { InventoryUnavailable } from '../errors.js';
import type { Service } from './client.js';

/*
 * Carts of the cart service: `GET` and `PUT /carts/{customerId}`, the id being the customer's `reference`.
 *
 *   { "customerId": "c-4711", "status": "OPEN", "lines": [{ "productId": "LAMP", "quantity": 2 }] }
 *
 * As with products, a PUT sends back what was read, with what is to be changed.
 */

export interface ReadCart extends RemoteCart {
  /** The version of the answer; null: the service tells none. */
  readonly etag: string | null;
  readonly payload: Readonly<Record<string, Json>>;
}

const pathOf = (customerId: string) => `/carts/${encodeURIComponent(customerId)}`;

/** Null: the customer has no cart. */
export async function getCart(service: Service, customerId: string, signal: AbortSignal): Promise<ReadCart | null> {
  // fetch takes these for steps through folders, encoded or not
  if (customerId === '.' || customerId === '..') return null;
  const reply = await service.get(pathOf(customerId), signal);
  return reply.kind === 'OK' ? readCart(customerId, reply.json, reply.etag) : null;
}

/** Says what became of the cart, bound to the version that was read where there is one. */
export async function putCartStatus(
  service: Service,
  cart: ReadCart,
  status: RemoteCart['status'],
  signal: AbortSignal,
): Promise<'DONE' | 'CHANGED' | 'UNKNOWN' | 'REFUSED'> {
  const reply = await service.put(pathOf(cart.customerId), { ...cart.payload, status }, cart.etag, signal);
  return reply.kind === 'OK' ? 'DONE' : reply.kind;
}

const linesMax = 10_000;
const quantityMax = 1_000_000;

/** Throws `InventoryUnavailable` that names the member which is wrong. */
function readCart(customerId: string, payload: Json, etag: string | null): ReadCart {
  const wrong = (what: string): never => {
    throw new InventoryUnavailable(`the cart service answered with a cart that cannot be used: ${what}`);
  };
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return wrong('it is no object');
  const cart = payload as Readonly<Record<string, Json>>;
  const { status, lines } = cart;
  if (cart.customerId !== undefined && cart.customerId !== customerId) return wrong('it is of another customer');
  if (status !== 'OPEN' && status !== 'ORDERED') return wrong('status');
  if (!Array.isArray(lines) || lines.length > linesMax) return wrong('lines');
  const read = (lines as readonly Json[]).map((line, at) => {
    const { productId: sku, quantity } = (line ?? {}) as { productId?: Json; quantity?: Json };
    if (typeof sku !== 'string' || !sku) return wrong(`lines[${at}].productId`);
    if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1 || quantity > quantityMax) {
      return wrong(`lines[${at}].quantity`);
    }
    return { sku, quantity };
  });
  if (new Set(read.map(({ sku }) => sku)).size < read.length) return wrong('a productId twice');
  return { customerId, status, lines: read, etag, payload: cart };
}
