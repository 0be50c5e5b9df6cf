import type { RemoteProduct } from '../commerce/inventory-service.js';
import type { Json } from '../commerce/json.js';
import { exponentOf, parseMoney } from '../commerce/money.js';
import { InventoryUnavailable } from '../errors.js';
import type { Service } from './client.js';

/*
 * Products of the catalog service: `GET` and `PUT /products/{id}`, the id being the SKU.
 *
 *   { "id": "LAMP", "title": "A lamp", "price": { "amount": "12.30", "currency": "EUR" }, "quantity": 7,
 *     "vatRate": "19", "ean": "4006381333931" }
 *
 * `quantity` is what can be sold. A PUT sends back the whole product as it was read, members that we do not know included,
 * with another quantity: right for a service that replaces as well as for one that merges.
 */

/** A product as it was read, with what a write is bound to. */
export interface ReadProduct extends RemoteProduct {
  /** The version of the answer; null: the service tells none. */
  readonly etag: string | null;
  readonly payload: Readonly<Record<string, Json>>;
}

export type Written = 'DONE' | 'CHANGED' | 'UNKNOWN' | 'REFUSED';

const pathOf = (sku: string) => `/products/${encodeURIComponent(sku)}`;

/** Null: the service does not know the SKU. */
export async function getProduct(service: Service, sku: string, signal: AbortSignal): Promise<ReadProduct | null> {
  // fetch takes these for steps through folders, encoded or not
  if (sku === '.' || sku === '..') return null;
  const reply = await service.get(pathOf(sku), signal);
  return reply.kind === 'OK' ? readProduct(sku, reply.json, reply.etag) : null;
}

/** Sends the product with another quantity, bound to the version that was read where there is one. */
export async function putQuantity(
  service: Service,
  { sku, payload }: ReadProduct,
  quantity: number,
  etag: string | null,
  signal: AbortSignal,
): Promise<Written> {
  const reply = await service.put(pathOf(sku), { ...payload, quantity }, etag, signal);
  if (reply.kind !== 'OK') return reply.kind;
  const told = (reply.json as { quantity?: Json } | null)?.quantity;
  if (told === undefined || told === quantity) return 'DONE';
  throw new InventoryUnavailable('the catalog service answered a write with another quantity', true);
}

const quantityMax = 1_000_000_000;

/** Throws `InventoryUnavailable` that names the member which is wrong. */
function readProduct(sku: string, payload: Json, etag: string | null): ReadProduct {
  const wrong = (what: string): never => {
    throw new InventoryUnavailable(`the catalog service answered with a product that cannot be used: ${what}`);
  };
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return wrong('it is no object');
  const product = payload as Readonly<Record<string, Json>>;
  const { id, title, quantity, vatRate = null, ean = null } = product;
  if (id !== undefined && id !== sku) return wrong('its id is another one');
  if (typeof title !== 'string' || !title.trim() || title.length > 2_000) return wrong('title');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 0 || quantity > quantityMax) {
    return wrong('quantity');
  }
  const price = priceOf(product.price) ?? wrong('price');
  const vat = vatRate === null ? null : String(vatRate);
  if (vat !== null && !/^\d{1,2}(\.\d{1,4})?$/.test(vat)) return wrong('vatRate');
  if (ean !== null && typeof ean !== 'string') return wrong('ean');
  return {
    ...{ sku, title, quantity, priceMinor: price.minor, currency: price.currency, vatRate: vat, ean },
    ...{ etag, payload: product },
  };
}

function priceOf(price: Json | undefined): { minor: number; currency: string } | null {
  const { amount, currency } = (price ?? {}) as { amount?: Json; currency?: Json };
  if (typeof currency !== 'string' || (typeof amount !== 'string' && typeof amount !== 'number')) return null;
  try {
    exponentOf(currency);
    const money = parseMoney(amount, currency);
    return money.minor >= 0 ? money : null;
  } catch {
    return null;
  }
}
