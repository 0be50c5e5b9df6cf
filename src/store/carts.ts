import { type HeldUnits, settleHolds } from './cart-holds.js';
import type { Executor } from './database.js';

/*
 * Carts under change. Whoever changes a cart locks its row first, reads its lines after that, and only then locks products,
 * by their ids: nobody who holds a product waits for a cart.
 */

/** A cart, locked until the transaction ends. */
export interface LockedCart {
  readonly id: string;
  readonly customerId: string;
  readonly status: 'OPEN' | 'ORDERED';
  /** 0: it was opened right now. */
  readonly version: number;
  /** Until when it holds stock; null: it does not. */
  readonly heldUntil: Date | null;
  /** It holds stock, but beyond its time. */
  readonly isExpired: boolean;
  /** The order that it became. */
  readonly orderId: string | null;
}

const cartColumns = `id, customer_id as "customerId", status, version, held_until as "heldUntil",
  coalesce(held_until <= now(), false) as "isExpired", order_id as "orderId"`;

/** The customer's open cart, which is made where there is none; null: there is no such customer. */
export async function openCart(tx: Executor, customerId: string): Promise<LockedCart | null> {
  const [cart] = await tx.run<LockedCart>({
    name: 'cart-open',
    text: `insert into carts as c (customer_id, version) select id, 0 from customers where id = $1
      on conflict (customer_id) where status = 'OPEN' do update set version = c.version returning ${cartColumns}`,
    values: [customerId],
  });
  return cart ?? null;
}

/** A cart by its id, or the open one of a customer. */
export async function lockCart(
  tx: Executor,
  by: { readonly cartId: string } | { readonly customerId: string },
): Promise<LockedCart | null> {
  const byId = 'cartId' in by;
  const [cart] = await tx.run<LockedCart>({
    name: byId ? 'cart-lock' : 'cart-lock-open',
    text: `select ${cartColumns} from carts
      where ${byId ? 'id = $1' : `customer_id = $1 and status = 'OPEN'`} for no key update`,
    values: [byId ? by.cartId : by.customerId],
  });
  return cart ?? null;
}

export interface CartLine {
  readonly productId: string;
  readonly sku: string;
  readonly quantity: number;
  /** The part of it that the cart holds of the stock. */
  readonly held: number;
  readonly isActive: boolean;
  readonly currency: string;
}

/** The lines of a locked cart, in the order in which they were added. */
export function cartLines(tx: Executor, cartId: string): Promise<CartLine[]> {
  return tx.run<CartLine>({
    name: 'cart-lines',
    text: `select l.product_id as "productId", p.sku, l.quantity, l.held, p.is_active as "isActive", p.currency
      from cart_lines l join products p on p.id = l.product_id where l.cart_id = $1 order by l.added_at, l.product_id`,
    values: [cartId],
  });
}

/** Writes a line of a locked cart; a line of no units is removed. A cart that holds stock holds the new quantity of it. */
export async function putCartLine(tx: Executor, cart: LockedCart, line: CartLine, quantity: number): Promise<void> {
  await tx.run({
    name: quantity ? 'cart-line-put' : 'cart-line-drop',
    text: quantity
      ? `insert into cart_lines as l (cart_id, product_id, quantity) values ($1, $2, $3)
          on conflict (cart_id, product_id) do update set quantity = $3, held = least(l.held, $3)`
      : 'delete from cart_lines where cart_id = $1 and product_id = $2',
    values: quantity ? [cart.id, line.productId, quantity] : [cart.id, line.productId],
  });
  if (cart.heldUntil) await settleHolds(tx, [unitsOf(cart.id, line, quantity)]);
  await changeCart(tx, cart.id);
}

/** Counts a change of a locked cart. */
export async function changeCart(tx: Executor, cartId: string): Promise<void> {
  await tx.run({
    name: 'cart-change',
    text: `update carts set version = version + 1, changed_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    values: [cartId],
  });
}

const unitsOf = (cartId: string, { productId, held }: CartLine, units: number): HeldUnits => ({
  ...{ cartId, productId, held, units },
});

/**
 * Holds the stock of all lines of a locked cart from now on, or for longer. Throws `InsufficientStock`, and holds nothing,
 * where there is not enough.
 */
export async function holdCart(
  tx: Executor,
  cart: LockedCart,
  lines: readonly CartLine[],
  minutes: number,
): Promise<void> {
  await settleHolds(
    tx,
    lines.map((line) => unitsOf(cart.id, line, line.quantity)),
  );
  await tx.run({
    name: 'cart-hold',
    text: `update carts set held_until = date_trunc('milliseconds', now()) + $2 * interval '1 minute', version = version + 1,
        changed_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    values: [cart.id, minutes],
  });
}

/** A locked cart became an order, which took what it held. */
export async function closeCart(tx: Executor, cartId: string, orderId: string): Promise<void> {
  await tx.run({
    name: 'cart-close',
    text: `with taken as (update cart_lines set held = 0 where cart_id = $1 and held > 0)
      update carts set status = 'ORDERED', order_id = $2, held_until = null, version = version + 1,
        changed_at = date_trunc('milliseconds', clock_timestamp())
      where id = $1`,
    values: [cartId, orderId],
  });
}

/** The order that a cart became, and what was short of it. */
export async function orderOfCart(
  db: Executor,
  cartId: string,
): Promise<{ orderId: string; shortages: { sku: string; requested: number; available: number }[] } | null> {
  const [row] = await db.run<{
    orderId: string;
    shortages: { sku: string; requested: number; available: number }[];
  }>({
    name: 'cart-order',
    text: `select o.id as "orderId", coalesce(o.details->'shortages', '[]') as shortages
      from carts c join orders o on o.id = c.order_id where c.id = $1`,
    values: [cartId],
  });
  return row ?? null;
}
