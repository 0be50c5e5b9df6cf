// What `orderUpdate` does, apart from reading the result.
import { globalId } from '../commerce/id.js';
import type { Address } from '../commerce/order.js';
import type { Executor } from '../store/database.js';
import { changeOrder, type HeldLine, type HeldOrder, type OrderChange } from '../store/order-change.js';
import { productsToSell } from '../store/products.js';
import { addressOf } from './address-input.js';
import type { Context } from './context.js';
import {
  alreadyShipped,
  changing,
  lineOf,
  orderToChange,
  replaced,
  stopped,
  withQuantity,
} from './direct-order-changes.js';
import type { OrderLineChangeInput, OrderLineInput, OrderUpdateInput } from './direct-order-inputs.js';
import { lineErrors, noteMax, quantityErrors } from './direct-order-place.js';
import { done, type Outcome, refused, textOf } from './outcome.js';
import { userError } from './user-error.js';

export async function orderUpdate(context: Context, input: OrderUpdateInput): Promise<Outcome> {
  const addresses = {
    shippingAddress: addressOf(input.shippingAddress, 'shippingAddress'),
    billingAddress: addressOf(input.billingAddress, 'billingAddress'),
  };
  const note = input.note == null ? null : textOf(input.note, noteMax, 'input', 'note');
  const errors = [
    ...Object.values(addresses).flatMap((one) => (Array.isArray(one) ? one : [])),
    ...(note !== null && typeof note === 'object' ? [note] : []),
    ...(input.addLines ? lineErrors(input.addLines, 'addLines') : []),
    ...(input.changeLines ?? []).flatMap(({ quantity }, at) =>
      quantityErrors(quantity, 'input', 'changeLines', String(at), 'quantity'),
    ),
  ];
  if (errors.length) return refused(...errors);
  return changing(context, async (tx) => {
    const order = await orderToChange(tx, input);
    const lines = await linesAfter(tx, order, input);
    const update: OrderChange = {
      lines,
      shippingAddress: (addresses.shippingAddress as Address | null) ?? undefined,
      billingAddress: (addresses.billingAddress as Address | null) ?? undefined,
      note: (note as string | null) ?? undefined,
      event: { kind: 'CHANGED', message: changeText(input) },
    };
    await changeOrder(tx, order, update);
    return done(order.id);
  });
}

async function linesAfter(tx: Executor, order: HeldOrder, input: OrderUpdateInput): Promise<HeldLine[]> {
  const removed = new Set((input.removeLines ?? []).map((lineId, at) => removable(order, lineId, at).lineNo));
  const changed = (input.changeLines ?? []).map((one, at) => changedLine(order, one, at));
  const twiceNamed = changed.find(
    ({ lineNo }, at) => removed.has(lineNo) || changed.findIndex((other) => other.lineNo === lineNo) !== at,
  );
  if (twiceNamed) {
    const lineId = globalId('OrderLine', order.id, twiceNamed.lineNo);
    throw stopped(order, userError('INVALID', `The line ${lineId} is named twice.`, 'input', 'changeLines'));
  }
  const kept = replaced(order, changed).filter(({ lineNo }) => !removed.has(lineNo));
  const added = await addedLines(tx, order, input.addLines ?? [], kept);
  const lines = [...kept, ...added];
  if (lines.length === 0) {
    const message = 'An order keeps at least one line: cancel it instead.';
    throw stopped(order, userError('INVALID', message, 'input', 'removeLines'));
  }
  return lines;
}

function removable(order: HeldOrder, lineId: string, at: number): HeldLine {
  const held = lineOf(order, lineId, 'input', 'removeLines', String(at));
  if (held.line.quantity.shipped > 0) throw stopped(order, alreadyShipped('input', 'removeLines', String(at)));
  return held;
}

function changedLine(order: HeldOrder, { lineId, quantity }: OrderLineChangeInput, at: number): HeldLine {
  const path = ['input', 'changeLines', String(at)];
  const held = lineOf(order, lineId, ...path, 'lineId');
  const { shipped, cancelled } = held.line.quantity;
  if (quantity < shipped + cancelled) {
    if (shipped > 0) throw stopped(order, alreadyShipped(...path, 'quantity'));
    throw stopped(order, userError('INVALID', `${cancelled} units of it are cancelled already.`, ...path, 'quantity'));
  }
  return withQuantity(held, { ordered: quantity });
}

async function addedLines(
  tx: Executor,
  order: HeldOrder,
  wanted: readonly OrderLineInput[],
  kept: readonly HeldLine[],
): Promise<HeldLine[]> {
  if (wanted.length === 0) return [];
  const products = new Map(
    (
      await productsToSell(
        tx,
        wanted.map(({ sku }) => sku.trim()),
      )
    ).map((one) => [one.sku, one]),
  );
  let lineNo = Math.max(...order.lines.map((held) => held.lineNo));
  return wanted.map(({ sku: given, quantity: ordered }, at) => {
    const sku = given.trim();
    const path = ['input', 'addLines', String(at), 'sku'];
    const product = products.get(sku);
    if (!product) throw stopped(order, userError('UNKNOWN_SKU', `No active product has the SKU ${sku}.`, ...path));
    if (kept.some(({ line }) => line.sku === sku)) {
      const message = `The order has a line of ${sku} already: change its quantity.`;
      throw stopped(order, userError('DUPLICATE_SKU', message, ...path));
    }
    if (product.currency !== order.currency) {
      const message = `${sku} costs ${product.currency}, the order ${order.currency}.`;
      throw stopped(order, userError('CURRENCY_MISMATCH', message, ...path));
    }
    lineNo += 1;
    const { title, ean, vatRate, priceMinor } = product;
    const quantity = { ordered, shipped: 0, cancelled: 0, returned: 0, pending: 0 };
    const money = { unitPriceMinor: priceMinor, totalMinor: priceMinor * ordered };
    const line = {
      externalIds: [String(lineNo)],
      sku,
      ean,
      title,
      fulfilledBy: 'SELLER',
      vatRate,
      shippedAt: null,
    } as const;
    return { lineNo, line: { ...line, quantity, ...money } };
  });
}

/** What was changed, in one sentence. */
function changeText({
  addLines,
  changeLines,
  removeLines,
  shippingAddress,
  billingAddress,
  note,
}: OrderUpdateInput): string {
  const lines = [
    [addLines?.length, 'added'],
    [changeLines?.length, 'changed'],
    [removeLines?.length, 'removed'],
  ] as const;
  const parts = [
    ...lines.flatMap(([count, what]) => (count ? [`${count} ${count === 1 ? 'line' : 'lines'} ${what}`] : [])),
    ...(shippingAddress ? ['shipping address changed'] : []),
    ...(billingAddress ? ['billing address changed'] : []),
    ...(note ? ['note changed'] : []),
  ];
  const text = parts.join(', ') || 'nothing changed';
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
