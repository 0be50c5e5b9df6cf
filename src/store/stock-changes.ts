import { newClaim } from '../commerce/inventory.js';
import type { Executor } from './database.js';
import {
  accountOf,
  type Book,
  type LockedProduct,
  lockProducts,
  reservingClaims,
  waitingClaims,
  writeBooks,
} from './stock.js';

/** Held shared by whoever writes orders, alone by whoever begins to keep a product's stock. */
export const stockBeginsLock = 727_005;

/** What a person does to the stock of a product. */
export type StockChange =
  | { readonly sku: string; readonly delta: number }
  | {
      readonly sku: string;
      readonly quantity: number;
      /** What the change is based on; null: whatever is there. */
      readonly from: number | null;
    };

export type StockRefusal =
  | { readonly kind: 'UNKNOWN_SKU'; readonly at: number }
  | { readonly kind: 'STALE'; readonly at: number; readonly onHand: number }
  | { readonly kind: 'BELOW_ZERO'; readonly at: number; readonly onHand: number }
  | { readonly kind: 'TOO_MUCH'; readonly at: number }
  | { readonly kind: 'HELD_BY_CARTS'; readonly at: number; readonly held: number };

/** The most that a product can have on hand. */
export const onHandMax = 1_000_000_000;

/**
 * Sets or adjusts stock, all or nothing: with a refusal, nothing may be committed. What was promised beyond the new figure
 * becomes short, the newest orders first.
 */
export async function changeStock(
  tx: Executor,
  changes: readonly StockChange[],
  note: string | null,
): Promise<StockRefusal[]> {
  const skus = changes.map(({ sku }) => sku);
  await holdBeginnings(tx, skus);
  const products = new Map((await lockProducts(tx, skus)).map((product) => [product.sku, product]));
  const unknown = changes.flatMap(({ sku }, at) => (products.has(sku) ? [] : [{ kind: 'UNKNOWN_SKU', at } as const]));
  if (unknown.length) return unknown;
  const waiting = await waitingClaims(tx, [...products.values()]);
  const books: Book[] = [];
  const refusals: StockRefusal[] = [];
  for (const [at, change] of changes.entries()) {
    const product = products.get(change.sku) as LockedProduct;
    const had = waiting.filter(({ productId }) => productId === product.id);
    const book = { product, account: accountOf(product, had), had };
    const refusal = await changeBook(tx, book, change);
    if (refusal) refusals.push({ ...refusal, at });
    else books.push(book);
  }
  if (refusals.length === 0) {
    await writeBooks(tx, books, note);
    await beginStock(tx, books);
  }
  return refusals;
}

type Refusal = StockRefusal extends infer Kind ? (Kind extends unknown ? Omit<Kind, 'at'> : never) : never;

async function changeBook(tx: Executor, { product, account }: Book, change: StockChange): Promise<Refusal | null> {
  const { id, onHand } = product;
  const after = 'delta' in change ? onHand + change.delta : change.quantity;
  if ('from' in change && change.from !== null && change.from !== onHand) return { kind: 'STALE', onHand };
  if (after > onHandMax) return { kind: 'TOO_MUCH' };
  if (after < 0) return { kind: 'BELOW_ZERO', onHand };
  if ('delta' in change) account.adjust(change.delta);
  else account.count(change.quantity);
  const { now } = account;
  if (now.reserved > now.onHand && !account.unpromise(await reservingClaims(tx, id))) {
    return { kind: 'HELD_BY_CARTS', held: account.now.reserved };
  }
  if (product.stockSince === null) await adoptOpenLines(tx, { product, account });
  return null;
}

/**
 * Keeping a product's stock begins: an order that is being written right now would be seen neither by us nor find the stock.
 * Taken before any product is locked, as those who write orders do.
 */
async function holdBeginnings(tx: Executor, skus: readonly string[]): Promise<void> {
  const [row] = await tx.run<{ begins: boolean }>({
    name: 'stock-begins',
    text: 'select exists (select from products where sku = any($1) and stock_since is null) as begins',
    values: [skus],
  });
  if (row?.begins) await tx.run({ text: 'select pg_advisory_xact_lock($1)', values: [stockBeginsLock] });
}

/** What the seller has yet to ship of orders that were known before lies on the shelf, and is promised. */
async function adoptOpenLines(tx: Executor, { product, account }: Pick<Book, 'product' | 'account'>): Promise<void> {
  const lines = await tx.run<{ orderId: string; lineNo: number; open: number; shipped: number }>({
    name: 'stock-adopt',
    text: `select l.order_id as "orderId", l.line_no as "lineNo", l.ordered - l.shipped - l.cancelled as open, l.shipped
      from order_lines l where l.sku = $1 and l.fulfilled_by = 'SELLER' and l.ordered > l.shipped + l.cancelled
        and not exists (select from orders o where o.id = l.order_id and o.remote_stock)
      order by l.order_id, l.line_no`,
    values: [product.sku],
  });
  for (const line of lines) account.settle(newClaim(line.orderId, line.lineNo), { ...line, isPast: true });
}

/** Also where the first figure is 0, so that nothing moved. */
async function beginStock(tx: Executor, books: readonly Book[]): Promise<void> {
  const ids = books.filter(({ product }) => product.stockSince === null).map(({ product }) => product.id);
  if (ids.length === 0) return;
  await tx.run({
    name: 'stock-begin',
    text: `update products set stock_since = date_trunc('milliseconds', now()) where id = any($1) and stock_since is null`,
    values: [ids],
  });
}
