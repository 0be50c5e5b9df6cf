import type { NewAlert } from '../commerce/alert.js';
import { type Claim, type Movement, newClaim, StockAccount } from '../commerce/inventory.js';
import { raiseAlerts, resolveAlert } from './alerts.js';
import type { Executor } from './database.js';

/*
 * What orders of every channel take of the stock. Claims change under the lock of their product only, products are locked in
 * the order of their ids, once per transaction: so nothing is taken twice, and nobody waits in a circle. Read first, then lock,
 * would not do: what belongs to a locked row is read by a statement that begins after the lock was got.
 */

/** A line of an order that is written: all lines of an order come together. */
export interface StockLine {
  readonly orderId: string;
  readonly lineNo: number;
  /** Null: no product of ours, or not sent by us. */
  readonly sku: string | null;
  readonly open: number;
  readonly shipped: number;
  readonly shippedAt: Date | null;
  /** May it take something where it took nothing so far? */
  readonly mayBegin: boolean;
  /** `shippedAt` was told or corrected just now, apart from the units. */
  readonly isCorrected?: boolean;
}

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

/** There is less than was asked for; nothing was written. */
export class InsufficientStock extends Error {
  override readonly name = 'InsufficientStock';
  constructor(readonly shortages: readonly Shortage[]) {
    super('insufficient stock');
  }
}

export interface LockedProduct {
  readonly id: string;
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly stockSince: Date | null;
}

const productColumns = `p.id, p.sku, p.on_hand as "onHand", p.reserved, p.available, p.stock_since as "stockSince"`;

/** Products by SKU, locked until the transaction ends. */
export function lockProducts(tx: Executor, skus: readonly string[]): Promise<LockedProduct[]> {
  return tx.run<LockedProduct>({
    name: 'stock-lock-skus',
    text: `select ${productColumns} from products p where p.sku = any($1) order by p.id for no key update`,
    values: [skus],
  });
}

/** Products by id, locked until the transaction ends. */
export function lockProductsById(tx: Executor, ids: readonly string[]): Promise<LockedProduct[]> {
  return tx.run<LockedProduct>({
    name: 'stock-lock-ids',
    text: `select ${productColumns} from products p where p.id = any($1) order by p.id for no key update`,
    values: [ids],
  });
}

interface Settling {
  /** Absent: those of the lines. An order of which no line is left is named here. */
  readonly orderIds?: readonly string[];
  /** For orders placed here, their lines as they were: what is wanted on top must be available, else InsufficientStock is thrown. */
  readonly before?: readonly StockLine[];
}

/**
 * Brings the claims of orders to what their lines say now. A marketplace's sale is taken as it is, and what there is not
 * becomes short.
 */
export async function settleStock(tx: Executor, lines: readonly StockLine[], settling: Settling = {}): Promise<void> {
  const { before, orderIds = [...new Set(lines.map(({ orderId }) => orderId))] } = settling;
  const bySku = grouped(lines, ({ sku }) => sku);
  const skus = [...bySku.keys()].filter((sku) => sku !== null);
  const found = await lockOf(tx, skus, orderIds);
  const products = found.filter(({ stockSince }) => stockSince !== null);
  const stored = products.length ? await claimsOf(tx, products, orderIds) : [];
  const byProduct = grouped(stored, ({ productId }) => productId);
  if (before) refuseShortages(found, bySku, before, byProduct);
  const own = new Set(orderIds);
  const books = products.map((product): Book => {
    const had = byProduct.get(product.id) ?? [];
    const book = { product, account: accountOf(product, had), had };
    settleBook(book, bySku.get(product.sku) ?? [], own);
    return book;
  });
  await writeBooks(tx, books);
}

function grouped<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

type StoredClaim = Claim & { readonly productId: string };

/** A product's account within a transaction. */
export interface Book {
  readonly product: LockedProduct;
  readonly account: StockAccount;
  readonly had: readonly Claim[];
}

export function accountOf(product: LockedProduct, claims: readonly Claim[]): StockAccount {
  return new StockAccount(
    product,
    claims.filter(({ short, owed }) => short > 0 || owed > 0),
  );
}

/** `own`: the lines of the product. */
function settleBook({ product, account, had }: Book, own: readonly StockLine[], orderIds: ReadonlySet<string>): void {
  const claims = new Map(had.map((claim) => [keyOf(claim), claim]));
  const named = new Set(own.map(keyOf));
  // what is released first can be had by the others
  for (const claim of had) {
    if (orderIds.has(claim.orderId) && !named.has(keyOf(claim))) account.settle(claim, { open: 0, shipped: 0 });
  }
  for (const line of own) {
    const stored = claims.get(keyOf(line));
    if (!stored && !(line.mayBegin && (line.open || line.shipped))) continue;
    // what was open at the first count lay on the shelf, though a marketplace that tells days only may say otherwise
    const isPast = (!stored || line.isCorrected) && wasBefore(line.shippedAt, product.stockSince);
    account.settle(stored ?? newClaim(line.orderId, line.lineNo), { ...line, isPast });
  }
}

const wasBefore = (at: Date | null, since: Date | null) => at !== null && since !== null && at < since;

const keyOf = ({ orderId, lineNo }: { orderId: string; lineNo: number }) => `${orderId} ${lineNo}`;

/**
 * What a line takes on top must be available, and what is shipped of it must have been promised to it. Where nobody keeps a
 * product's stock there are no claims, and nothing available: its lines may stay as they were.
 */
function refuseShortages(
  products: readonly LockedProduct[],
  lines: ReadonlyMap<string | null, readonly StockLine[]>,
  before: readonly StockLine[],
  claims: ReadonlyMap<string, readonly StoredClaim[]>,
): void {
  const linesBefore = grouped(before, ({ sku }) => sku);
  const shortages = products.flatMap((product): Shortage[] => {
    const { sku, available } = product;
    const wanted = lines.get(sku) ?? [];
    if (product.stockSince === null) {
      const requested = unitsIn(wanted) - unitsIn(linesBefore.get(sku) ?? []);
      return requested > 0 ? [{ sku, requested, available: 0 }] : [];
    }
    const own = new Map((claims.get(product.id) ?? []).map((claim) => [keyOf(claim), claim]));
    const requested = wanted.reduce((units, line) => units - unitsOf(own.get(keyOf(line))), unitsIn(wanted));
    if (requested > available) return [{ sku, requested, available }];
    return wanted.flatMap((line) => {
      const { consumed = 0, owed = 0, reserved = 0 } = own.get(keyOf(line)) ?? {};
      const leaving = line.shipped - consumed - owed;
      return leaving > reserved ? [{ sku, requested: leaving, available: reserved }] : [];
    });
  });
  if (shortages.length) throw new InsufficientStock(shortages);
}

const unitsIn = (lines: readonly StockLine[]) => lines.reduce((sum, { open, shipped }) => sum + open + shipped, 0);

const unitsOf = (claim: Claim | undefined) => (claim ? claim.reserved + claim.consumed + claim.short + claim.owed : 0);

/**
 * The ids are an array that is made first: a row that had to be waited for is checked again, and one that was found through a
 * join with a subselect is then left out without a word.
 */
function lockOf(tx: Executor, skus: readonly string[], orderIds: readonly string[]): Promise<LockedProduct[]> {
  return tx.run<LockedProduct>({
    name: 'stock-lock',
    text: `select ${productColumns} from products p
      where p.id = any(array(select id from products where sku = any($1)
        union all select product_id from stock_claims where order_id = any($2)))
      order by p.id for no key update`,
    values: [skus, orderIds],
  });
}

const claimColumns = `c.order_id as "orderId", c.line_no as "lineNo", c.product_id as "productId", c.reserved, c.consumed,
  c.short, c.owed, c.past`;

/** The claims of these orders on these products, and all that wait for them; the oldest order first. */
function claimsOf(
  tx: Executor,
  products: readonly LockedProduct[],
  orderIds: readonly string[],
): Promise<StoredClaim[]> {
  return tx.run<StoredClaim>({
    name: 'stock-claims',
    text: `select ${claimColumns} from stock_claims c where c.order_id = any($2) and c.product_id = any($1)
      union select ${claimColumns} from stock_claims c where c.product_id = any($1) and (c.short > 0 or c.owed > 0)
      order by 1, 2`,
    values: [products.map(({ id }) => id), orderIds],
  });
}

/** Claims on a product that reserve something, the newest order first. */
export function reservingClaims(tx: Executor, productId: string): Promise<Claim[]> {
  return tx.run<Claim>({
    name: 'stock-reserving',
    text: `select ${claimColumns} from stock_claims c where c.product_id = $1 and c.reserved > 0
      order by c.order_id desc, c.line_no desc`,
    values: [productId],
  });
}

/** Claims on products that wait for stock, the oldest order first. */
export function waitingClaims(tx: Executor, products: readonly LockedProduct[]): Promise<StoredClaim[]> {
  return claimsOf(tx, products, []);
}

/** A shop is about to be removed with its orders: what they reserve is free again. */
export async function releaseStockOf(tx: Executor, shopId: string): Promise<void> {
  const claims = await tx.run<StoredClaim>({
    name: 'stock-claims-shop',
    text: `select ${claimColumns} from stock_claims c join orders o on o.id = c.order_id
      where o.shop_id = $1 and (c.reserved > 0 or c.short > 0 or c.owed > 0)`,
    values: [shopId],
  });
  const orderIds = [...new Set(claims.map(({ orderId }) => orderId))];
  const products = claims.length ? await lockOf(tx, [], orderIds) : [];
  const stored = products.length ? await claimsOf(tx, products, orderIds) : [];
  const own = new Set(orderIds);
  const byProduct = grouped(stored, ({ productId }) => productId);
  const books = products.map((product): Book => {
    const had = byProduct.get(product.id) ?? [];
    const account = accountOf(
      product,
      had.filter(({ orderId }) => !own.has(orderId)),
    );
    for (const claim of had) if (own.has(claim.orderId)) account.forget(claim);
    return { product, account, had };
  });
  await writeBooks(tx, books);
}

/** Writes what happened in the accounts: stock, claims, ledger, incidents. `note` goes to what people did. */
export async function writeBooks(tx: Executor, books: readonly Book[], note: string | null = null): Promise<void> {
  const moved = books.filter(({ account }) => account.movements.length || account.claims.length);
  if (moved.length === 0) return;
  await putStock(tx, moved);
  await putMovements(tx, moved, note);
  await putClaims(tx, moved);
  const had = (book: Book) => book.had.some(({ short, owed }) => short > 0 || owed > 0);
  await putIncidents(
    tx,
    moved.filter((book) => had(book) || book.account.shortfall > 0),
  );
}

async function putStock(tx: Executor, books: readonly Book[]): Promise<void> {
  await tx.run({
    name: 'stock-put',
    text: `update products p set on_hand = n.on_hand, reserved = n.reserved,
        stock_since = coalesce(p.stock_since, date_trunc('milliseconds', now()))
      from unnest($1::bigint[], $2::int[], $3::int[]) as n (id, on_hand, reserved) where p.id = n.id`,
    values: [
      books.map(({ product }) => product.id),
      books.map(({ account }) => account.now.onHand),
      books.map(({ account }) => account.now.reserved),
    ],
  });
}

async function putMovements(tx: Executor, books: readonly Book[], note: string | null): Promise<void> {
  const rows = books.flatMap(({ product, account }) => {
    let { onHand, reserved } = product;
    return account.movements.map((movement: Movement) => {
      onHand += movement.onHandDelta;
      reserved += movement.reservedDelta;
      return { ...movement, productId: product.id, onHand, reserved };
    });
  });
  if (rows.length === 0) return;
  await tx.run({
    name: 'stock-movements-put',
    text: `insert into stock_movements
        (product_id, reason, on_hand_delta, reserved_delta, on_hand, reserved, order_id, line_no, note, cart_id)
      select * from unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[],
        $8::smallint[], $9::text[], $10::bigint[])`,
    values: [
      rows.map((row) => row.productId),
      rows.map((row) => row.reason),
      rows.map((row) => row.onHandDelta),
      rows.map((row) => row.reservedDelta),
      rows.map((row) => row.onHand),
      rows.map((row) => row.reserved),
      rows.map((row) => row.claim?.orderId ?? null),
      rows.map((row) => row.claim?.lineNo ?? null),
      rows.map((row) => (row.claim ? null : note)),
      rows.map((row) => row.cartId ?? null),
    ],
  });
}

async function putClaims(tx: Executor, books: readonly Book[]): Promise<void> {
  // a line that became another product's gives its claim on the old one up: of two with one key, what holds something counts
  const rows = new Map<string, StoredClaim>();
  for (const { product, account } of books) {
    for (const claim of account.claims) {
      const before = rows.get(keyOf(claim));
      if (before && isEmpty(claim)) continue;
      rows.set(keyOf(claim), { ...claim, productId: product.id });
    }
  }
  const claims = [...rows.values()];
  if (claims.length === 0) return;
  await tx.run({
    name: 'stock-claims-put',
    text: `insert into stock_claims as c (order_id, line_no, product_id, reserved, consumed, short, owed, past)
      select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[])
      on conflict (order_id, line_no) do update set product_id = excluded.product_id, reserved = excluded.reserved,
        consumed = excluded.consumed, short = excluded.short, owed = excluded.owed, past = excluded.past`,
    values: [
      claims.map((claim) => claim.orderId),
      claims.map((claim) => claim.lineNo),
      claims.map((claim) => claim.productId),
      claims.map((claim) => claim.reserved),
      claims.map((claim) => claim.consumed),
      claims.map((claim) => claim.short),
      claims.map((claim) => claim.owed),
      claims.map((claim) => claim.past),
    ],
  });
}

const isEmpty = ({ reserved, consumed, short, owed }: Claim) => !(reserved || consumed || short || owed);

/** Opens, changes or closes what is told of a product that was sold beyond its stock. */
async function putIncidents(tx: Executor, books: readonly Book[]): Promise<void> {
  if (books.length === 0) return;
  await tx.run({
    name: 'stock-incidents-put',
    text: `with now as (select * from unnest($1::bigint[], $2::int[]) as n (product_id, shortfall)),
      over as (
        update oversell_incidents i set shortfall = 0, resolved_at = date_trunc('milliseconds', clock_timestamp())
        from now where i.product_id = now.product_id and i.resolved_at is null and now.shortfall = 0)
      insert into oversell_incidents as i (product_id, shortfall, shortfall_max)
      select product_id, shortfall, shortfall from now where shortfall > 0
      on conflict (product_id) where resolved_at is null do update set shortfall = excluded.shortfall,
        shortfall_max = greatest(i.shortfall_max, excluded.shortfall_max)`,
    values: [books.map(({ product }) => product.id), books.map(({ account }) => account.shortfall)],
  });
  const [short, enough] = [
    books.filter(({ account }) => account.shortfall > 0),
    books.filter(({ account }) => !account.shortfall),
  ];
  await raiseAlerts(tx, short.map(oversellOf));
  for (const { product } of enough) await resolveAlert(tx, { kind: 'OVERSELL', subject: `sku:${product.sku}` });
}

const oversellOf = ({ product: { sku }, account: { shortfall } }: Book): NewAlert => ({
  kind: 'OVERSELL',
  subject: `sku:${sku}`,
  severity: 'CRITICAL',
  message: `${shortfall} more of ${sku} ${shortfall === 1 ? 'was' : 'were'} sold than there ${shortfall === 1 ? 'is' : 'are'}: book stock in, or cancel one of the orders that oversellIncidents names.`,
  facts: { sku, shortfall },
});
