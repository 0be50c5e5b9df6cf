// What `orderUpdate` does, apart from reading the result.
import { lineNoMax, orderLinesMax, orderMinorMax } from '../commerce/direct-order.js';
import { globalId, keyOf } from '../commerce/id.js';
import type { InventoryService } from '../commerce/inventory-service.js';
import type { Address } from '../commerce/order.js';
import type { Executor } from '../store/database.js';
import { type KeyedRequest, lookUp } from '../store/idempotency.js';
import { changeOrder, type HeldLine, type HeldOrder, type OrderChange } from '../store/order-change.js';
import { finishSaga, giveUpSaga, startSaga } from '../store/order-sagas.js';
import { type ProductToSell, productsToSell } from '../store/products.js';
import { isRemoteOrder, returnUnits } from '../store/remote-order.js';
import { addressOf } from './address-input.js';
import type { Context } from './context.js';
import { tooDear } from './direct-order-answer.js';
import {
  alreadyShipped,
  changing,
  lineFinder,
  orderToChange,
  replaced,
  stopped,
  withQuantity,
} from './direct-order-changes.js';
import type { OrderLineChangeInput, OrderLineInput, OrderUpdateInput } from './direct-order-inputs.js';
import { lineErrors, noteMax, quantityErrors, unitsErrors } from './direct-order-place.js';
import { once, requestOf } from './once.js';
import { done, noteOf, type Outcome, refused } from './outcome.js';
import { askProducts, difference, failureOf, unavailable } from './remote-order.js';
import { type UserError, userError } from './user-error.js';

export async function orderUpdate(context: Context, { idempotencyKey, ...input }: OrderUpdateInput): Promise<Outcome> {
  const request = requestOf('orderUpdate', idempotencyKey, input);
  const addresses = {
    shippingAddress: addressOf(input.shippingAddress, 'shippingAddress'),
    billingAddress: addressOf(input.billingAddress, 'billingAddress'),
  };
  const note = input.note?.trim() ? noteOf(input.note, noteMax, 'input', 'note') : (input.note?.trim() ?? null);
  const errors = [
    ...Object.values(addresses).flatMap((one) => (Array.isArray(one) ? one : [])),
    ...(note !== null && typeof note === 'object' ? [note] : []),
    ...(input.addLines?.length ? lineErrors(input.addLines, 'addLines') : []),
    ...(input.changeLines ?? []).flatMap(({ quantity }, at) =>
      quantityErrors(quantity, 'input', 'changeLines', String(at), 'quantity'),
    ),
  ];
  const { addLines, changeLines, removeLines, shippingAddress, billingAddress } = input;
  const isChange = [addLines, changeLines, removeLines].some((one) => one?.length) || shippingAddress || billingAddress;
  if (request && 'code' in request) errors.push(request);
  if (errors.length) return refused(...errors);
  // nothing is changed, so nothing is told of it; what is in the way of a change is
  if (!isChange && note === null) return changing(context, async (tx) => done((await orderToChange(tx, input)).id));
  const more = {
    shippingAddress: (addresses.shippingAddress as Address | null) ?? undefined,
    billingAddress: (addresses.billingAddress as Address | null) ?? undefined,
    note: (note as string | null) ?? undefined,
    event: { kind: 'CHANGED', message: changeText(input) },
  } as const;
  const keyed = request as KeyedRequest | null;
  const orderKey = context.inventory && keyOf('Order', input.orderId);
  if (context.inventory && orderKey && (await isRemoteOrder(context.db, orderKey))) {
    return updateRemotely(context, context.inventory, { input, more, request: keyed });
  }
  const update = async (tx: Executor): Promise<Outcome> => {
    const order = await orderToChange(tx, input);
    const lines = await linesAfter(order, input, (skus) => productsToSell(tx, skus));
    if (order.remoteStock) {
      const { more: wanted, less } = difference(order.lines, lines);
      if (wanted.length) throw stopped(order, unavailable('its stock is kept by a catalog service, and none is set'));
      await returnUnits(tx, order.id, less);
    }
    await changeOrder(tx, order, { ...more, lines });
    return done(order.id);
  };
  return changing(context, (tx) => once(tx, context, keyed, () => update(tx)));
}

type Wanted = Omit<OrderUpdateInput, 'idempotencyKey'>;

/** The products of these SKUs that can be ordered. */
type ProductsOf = (skus: readonly string[]) => Promise<readonly Omit<ProductToSell, 'id'>[]>;

interface Update {
  readonly input: Wanted;
  readonly more: Omit<OrderChange, 'lines'>;
  readonly request: KeyedRequest | null;
}

/** What the first attempt at a remote change came to: it is done or refused, or it must take units before. */
interface Attempt extends Outcome {
  readonly begun?: { readonly sagaId: string; readonly orderId: string; readonly version: number };
}

/** More units are taken from the catalog first, while nothing is locked; then the order is changed, if it is still as it was. */
async function updateRemotely(
  context: Context,
  inventory: InventoryService,
  { input, more, request }: Update,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(inventory.answerWithinMs);
  const skus = (input.addLines ?? []).map(({ sku }) => sku.trim());
  const products = await askProducts(inventory, skus, signal);
  if ('code' in products) return refused(products);
  const productsOf: ProductsOf = async () => [...products.values()];
  let isSpent = false;
  // `taken`: the saga whose units were taken, for the order at this version
  const attempt = (taken: Attempt['begun']): Promise<Attempt> => {
    const work = async (tx: Executor): Promise<Attempt> => {
      const order = await orderToChange(tx, taken ? { ...input, expectedVersion: taken.version } : input);
      const lines = await linesAfter(order, input, productsOf);
      const { more: units, less } = difference(order.lines, lines);
      if (units.length && !taken) {
        const saga = { kind: 'CHANGE', state: 'TAKING', step: 'TAKE', forMs: inventory.leaseMs } as const;
        const sagaId = await startSaga(tx, { ...saga, orderId: order.id, units });
        return { ...refused(), begun: { sagaId, orderId: order.id, version: order.version } };
      }
      await changeOrder(tx, order, { ...more, lines });
      await returnUnits(tx, order.id, less);
      if (taken) await finishSaga(tx, { id: taken.sagaId, epoch: 0 }, 'DONE');
      isSpent = taken !== undefined;
      return done(order.id);
    };
    return changing(context, (tx) => once(tx, context, request, () => work(tx)));
  };
  const first = await attempt(undefined);
  const { begun } = first;
  if (!begun) return first;
  const taking = await inventory.take(begun.sagaId, signal);
  if (taking.state !== 'TAKEN') {
    // what it lacked may be what the same wish, sent at the same time, took just before
    const now = request && (await lookUp(context.db, context.vault, request));
    return now?.state === 'DONE' ? done(now.resultId) : { key: begun.orderId, userErrors: [failureOf(taking)] };
  }
  const changed = await attempt(begun);
  // not so where the other one of the same two fulfilled the wish
  if (!isSpent) await giveUpSaga(context.db, { id: begun.sagaId, epoch: 0 }, 'the order was changed meanwhile', false);
  return changed;
}

async function linesAfter(order: HeldOrder, input: Wanted, productsOf: ProductsOf): Promise<HeldLine[]> {
  const lineOf = lineFinder(order);
  const removed = new Set((input.removeLines ?? []).map((lineId, at) => removable(order, lineOf, lineId, at).lineNo));
  const changed = (input.changeLines ?? []).map((one, at) => changedLine(order, lineOf, one, at));
  const named = new Set(removed);
  for (const [at, { lineNo }] of changed.entries()) {
    if (named.has(lineNo)) {
      const message = `The line ${globalId('OrderLine', order.id, lineNo)} is named twice.`;
      throw stopped(order, userError('INVALID', message, 'input', 'changeLines', String(at), 'lineId'));
    }
    named.add(lineNo);
  }
  const kept = replaced(order, changed).filter(({ lineNo }) => !removed.has(lineNo));
  const added = await addedLines(productsOf, order, input.addLines ?? [], kept);
  const lines = [...kept, ...added];
  if (lines.length === 0) {
    const message = 'An order keeps at least one line: cancel it instead.';
    throw stopped(order, userError('INVALID', message, 'input', 'removeLines'));
  }
  const wrong = sizeErrors(order, lines, input.addLines?.length ? 'addLines' : 'changeLines');
  if (wrong.length) throw stopped(order, ...wrong);
  return lines;
}

/** What would be too much of an order; `field` is what made it so. */
function sizeErrors(order: HeldOrder, lines: readonly HeldLine[], field: string): UserError[] {
  if (lines.length > orderLinesMax) {
    return [userError('INVALID', `An order has up to ${orderLinesMax} lines, not ${lines.length}.`, 'input', field)];
  }
  if ((lines.at(-1)?.lineNo ?? 0) > lineNoMax) {
    const message = `An order has up to ${lineNoMax} lines in all its life, removed ones included: place another one.`;
    return [userError('INVALID', message, 'input', field)];
  }
  const sum = (of: (line: HeldLine['line']) => number) => lines.reduce((all, { line }) => all + of(line), 0);
  const dear = sum(({ totalMinor }) => totalMinor) > orderMinorMax;
  return [
    ...unitsErrors(
      sum(({ quantity }) => quantity.ordered),
      'input',
      field,
    ),
    ...(dear ? [tooDear(order.currency, 'input', field)] : []),
  ];
}

type LineOf = ReturnType<typeof lineFinder>;

function removable(order: HeldOrder, lineOf: LineOf, lineId: string, at: number): HeldLine {
  const held = lineOf(lineId, 'input', 'removeLines', String(at));
  if (held.line.quantity.shipped > 0) throw stopped(order, alreadyShipped('input', 'removeLines', String(at)));
  return held;
}

function changedLine(
  order: HeldOrder,
  lineOf: LineOf,
  { lineId, quantity }: OrderLineChangeInput,
  at: number,
): HeldLine {
  const path = ['input', 'changeLines', String(at)];
  const held = lineOf(lineId, ...path, 'lineId');
  const { shipped, cancelled } = held.line.quantity;
  if (quantity < shipped + cancelled) {
    if (shipped > 0) throw stopped(order, alreadyShipped(...path, 'quantity'));
    throw stopped(order, userError('INVALID', `${cancelled} units of it are cancelled already.`, ...path, 'quantity'));
  }
  return withQuantity(held, { ordered: quantity });
}

async function addedLines(
  productsOf: ProductsOf,
  order: HeldOrder,
  wanted: readonly OrderLineInput[],
  kept: readonly HeldLine[],
): Promise<HeldLine[]> {
  if (wanted.length === 0) return [];
  const found = await productsOf(wanted.map(({ sku }) => sku.trim()));
  const products = new Map(found.map((one) => [one.sku, one]));
  const present = new Set(kept.map(({ line }) => line.sku));
  let lineNo = order.lineNoMax;
  return wanted.map(({ sku: given, quantity: ordered }, at) => {
    const sku = given.trim();
    const path = ['input', 'addLines', String(at), 'sku'];
    const product = products.get(sku);
    if (!product) throw stopped(order, userError('UNKNOWN_SKU', `No active product has the SKU ${sku}.`, ...path));
    if (present.has(sku)) {
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
function changeText({ addLines, changeLines, removeLines, shippingAddress, billingAddress, note }: Wanted): string {
  const lines = [
    [addLines?.length, 'added'],
    [changeLines?.length, 'changed'],
    [removeLines?.length, 'removed'],
  ] as const;
  const parts = [
    ...lines.flatMap(([count, what]) => (count ? [`${count} ${count === 1 ? 'line' : 'lines'} ${what}`] : [])),
    ...(shippingAddress ? ['shipping address changed'] : []),
    ...(billingAddress ? ['billing address changed'] : []),
    ...(note == null ? [] : [note.trim() ? 'note changed' : 'note removed']),
  ];
  const text = parts.join(', ');
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
