import { createHash } from 'node:crypto';
import type { Answer } from './delivery.js';
import { Faults } from './faults.js';
import type { Throttle } from './limits.js';
import { type Route, type RunningServer, type SandboxRequest, startServer } from './server.js';

/*
 * A stand-in for the services that keep a catalog and carts: `GET` and `PUT /products/{id}` and `/carts/{customerId}`. With
 * ETags a write that names an older version is refused with 412; without them the last one wins, as in many a real service.
 */

export interface StoredProduct {
  readonly id: string;
  readonly title: string;
  readonly price: { readonly amount: string; readonly currency: string };
  readonly quantity: number;
  readonly vatRate?: string;
  readonly ean?: string;
  readonly [more: string]: unknown;
}

export interface InventoryOptions {
  readonly port?: number;
  readonly host?: string;
  /** Does it tell versions, and heed `If-Match`? */
  readonly etags?: boolean;
  readonly seed?: number;
}

export interface RunningInventory extends RunningServer {
  readonly faults: Faults;
  /** Quantities are read and set by tests as another client of the service would. */
  put(product: StoredProduct): void;
  product(id: string): StoredProduct | null;
  /** Every quantity that a request wrote, in order. */
  readonly writes: { readonly id: string; readonly quantity: number }[];
  cart(customerId: string): unknown;
  putCart(customerId: string, cart: Readonly<Record<string, unknown>>): void;
  setEtags(on: boolean): void;
}

interface Held {
  readonly document: Readonly<Record<string, unknown>>;
  readonly version: number;
}

const unlimited: Throttle = {
  take: () => ({ ok: true, waitMs: 0, rule: null }),
  peaks: { account: 0, open: 0 },
};

export async function startInventorySandbox(options: InventoryOptions = {}): Promise<RunningInventory> {
  const faults = new Faults(options.seed ?? 7);
  const products = new Map<string, Held>();
  const carts = new Map<string, Held>();
  const writes: { id: string; quantity: number }[] = [];
  let etags = options.etags ?? true;

  const keep = (held: Map<string, Held>, id: string, document: Held['document']): Held => {
    const next = { document, version: (held.get(id)?.version ?? 0) + 1 };
    held.set(id, next);
    return next;
  };
  const answer = (id: string, { document, version }: Held, status = 200): Answer => ({
    status,
    ...(etags && {
      headers: { etag: `"${createHash('sha1').update(`${id} ${version}`).digest('hex').slice(0, 12)}"` },
    }),
    body: document,
  });
  const read = (held: Map<string, Held>, id: string): Answer => {
    const found = held.get(id);
    return found ? answer(id, found) : problem(404, 'not found');
  };
  /** `mayBeNew`: a PUT makes what is not there. */
  const write = (
    held: Map<string, Held>,
    id: string,
    { body, headers }: SandboxRequest,
    check: (document: Held['document']) => boolean,
    mayBeNew: boolean,
  ): Answer => {
    const found = held.get(id);
    if (!found && !mayBeNew) return problem(404, 'not found');
    const match = headers['if-match'];
    if (etags && found && match !== undefined && match !== answer(id, found).headers?.etag) {
      return problem(412, 'changed meanwhile');
    }
    const document = parsed(body);
    if (!document || !check(document)) return problem(422, 'not to be used');
    return answer(id, keep(held, id, document), found ? 200 : 201);
  };

  const isProduct = ({ quantity }: Held['document']) =>
    typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 0;
  const isCart = ({ status, lines }: Held['document']) =>
    (status === 'OPEN' || status === 'ORDERED') && Array.isArray(lines);
  const route = (name: string, handle: Route['handle']): Route => {
    const [method = '', path = ''] = name.split(' ');
    return { name, method, open: true, pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`), handle };
  };
  const routes = [
    route('GET /products/{id}', (_, [id = '']) => read(products, id)),
    route('PUT /products/{id}', (request, [id = '']) => {
      const told = write(products, id, request, isProduct, false);
      if (told.status < 300) writes.push({ id, quantity: (told.body as StoredProduct).quantity });
      return told;
    }),
    route('GET /carts/{id}', (_, [id = '']) => read(carts, id)),
    route('PUT /carts/{id}', (request, [id = '']) => write(carts, id, request, isCart, true)),
  ];
  const server = await startServer(
    {
      ...{ routes, faults, throttle: unlimited, contentType: 'application/json' },
      admit: () => ({ account: '' }),
      unauthorized: () => problem(401, 'who are you?'),
      notFound: () => problem(404, 'no such path'),
      tooMany: () => problem(429, 'too many requests'),
    },
    options,
  );
  return Object.assign(server, {
    ...{ faults, writes },
    put: (product: StoredProduct) => void keep(products, product.id, product),
    product: (id: string) => (products.get(id)?.document as StoredProduct | undefined) ?? null,
    cart: (customerId: string) => carts.get(customerId)?.document ?? null,
    putCart: (customerId: string, cart: Held['document']) => void keep(carts, customerId, cart),
    setEtags: (on: boolean) => {
      etags = on;
    },
  });
}

const problem = (status: number, title: string): Answer => ({ status, body: { title } });

function parsed(body: string): Held['document'] | null {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Held['document']) : null;
  } catch {
    return null;
  }
}
