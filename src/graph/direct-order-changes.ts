// What the mutations of direct orders do, apart from placing them and reading the result.
import { obstacleOf } from '../commerce/direct-order.js';
import { globalId, keyOf } from '../commerce/id.js';
import type { OrderLine } from '../commerce/order.js';
import type { Executor } from '../store/database.js';
import {
  addParcel,
  changeOrder,
  type HeldLine,
  type HeldOrder,
  lockOrder,
  marketplaceOf,
} from '../store/order-change.js';
import { returnUnits } from '../store/remote-order.js';
import { InsufficientStock } from '../store/stock.js';
import type { Context } from './context.js';
import type { OrderCancelInput, OrderLineUnitsInput, OrderShipInput } from './direct-order-inputs.js';
import { withExpiredStock } from './expired-holds.js';
import { once, requestOf } from './once.js';
import { done, type Outcome, Refused, refused, textOf } from './outcome.js';
import { difference } from './remote-order.js';
import { change } from './shop-changes.js';
import { insufficientStock, type UserError, userError } from './user-error.js';

export interface ShipOutcome extends Outcome {
  readonly shipmentKey?: string | null;
}

const reasonMax = 200;
const carrierMax = 100;
const clockMs = 60_000;

type Named = {
  readonly orderId: string;
  readonly customerId?: string | null;
  readonly expectedVersion?: number | null;
};

/** The order of an id, locked, at the version that the caller has seen, in a state in which it can be changed. Throws a Refused. */
export async function orderToChange(tx: Executor, input: Named): Promise<HeldOrder> {
  const key = keyOf('Order', input.orderId);
  const order = key && (await lockOrder(tx, key));
  if (!order) throw new Refused(refused(notDirect(key && (await marketplaceOf(tx, key)))));
  const stop = (error: UserError) => new Refused({ key: order.id, userErrors: [error] });
  const { customerId, expectedVersion } = input;
  const customer = customerId == null ? null : keyOf('Customer', customerId);
  // the order of a guest has no customer either
  if (customerId != null && (customer === null || customer !== order.customerId)) {
    const message = 'The order belongs to another customer.';
    throw new Refused(refused(userError('ORDER_OF_ANOTHER_CUSTOMER', message, 'input', 'customerId')));
  }
  if (expectedVersion != null && expectedVersion !== order.version) {
    const message = `The order is at version ${order.version}, not ${expectedVersion}: read it again.`;
    throw stop(userError('STALE_VERSION', message, 'input', 'expectedVersion'));
  }
  const obstacle = obstacleOf(order.status);
  if (obstacle) {
    const code = order.status === 'CANCELLED' ? 'ORDER_ALREADY_CANCELLED' : 'ACTION_NOT_AVAILABLE';
    throw stop(userError(code, obstacle, 'input', 'orderId'));
  }
  return order;
}

const notDirect = (marketplace: string | null) =>
  marketplace === null
    ? userError('ORDER_NOT_FOUND', 'No direct order has this id.', 'input', 'orderId')
    : userError('ACTION_NOT_AVAILABLE', `It is an order of ${marketplace}, and changed there.`, 'input', 'orderId');

/** One transaction that takes stock; what is short becomes the answer. */
export function changing<Did extends Outcome>(context: Context, work: (tx: Executor) => Promise<Did>): Promise<Did> {
  return withExpiredStock(context.db, false, async () => {
    try {
      return await change(context, work);
    } catch (error) {
      if (!(error instanceof InsufficientStock)) throw error;
      return refused(...error.shortages.map((one) => insufficientStock(one, 'input'))) as Did;
    }
  });
}

const openOf = ({ ordered, shipped, cancelled }: OrderLine['quantity']) => ordered - shipped - cancelled;

export function withQuantity({ lineNo, line }: HeldLine, more: Partial<OrderLine['quantity']>): HeldLine {
  const quantity = { ...line.quantity, ...more };
  return {
    lineNo,
    line: { ...line, quantity, totalMinor: (quantity.ordered - quantity.cancelled) * line.unitPriceMinor },
  };
}

/** Finds lines by their ids, which must be the order's. */
export function lineFinder(order: HeldOrder): (lineId: string, ...path: readonly string[]) => HeldLine {
  const lines = new Map(order.lines.map((held) => [globalId('OrderLine', order.id, held.lineNo), held]));
  return (lineId, ...path) => {
    const line = lines.get(lineId);
    if (!line) throw stopped(order, userError('ORDER_LINE_NOT_FOUND', 'The order has no line of this id.', ...path));
    return line;
  };
}

export const stopped = (order: HeldOrder, ...userErrors: UserError[]) => new Refused({ key: order.id, userErrors });

interface Picked {
  readonly held: HeldLine;
  readonly units: number;
}

/** Open units that are to be cancelled or shipped: those that are named, or all. */
function pick(order: HeldOrder, wanted: readonly OrderLineUnitsInput[] | null | undefined): Picked[] {
  if (!wanted) {
    return order.lines.map((held) => ({ held, units: openOf(held.line.quantity) })).filter(({ units }) => units > 0);
  }
  if (wanted.length === 0)
    throw stopped(
      order,
      userError('INVALID', 'Name at least one line, or leave `lines` out for all.', 'input', 'lines'),
    );
  const lineOf = lineFinder(order);
  const seen = new Set<number>();
  return wanted.map(({ lineId, quantity }, at) => {
    const path = ['input', 'lines', String(at)];
    const held = lineOf(lineId, ...path, 'lineId');
    if (seen.has(held.lineNo))
      throw stopped(order, userError('INVALID', 'The line is named twice.', ...path, 'lineId'));
    seen.add(held.lineNo);
    const open = openOf(held.line.quantity);
    const units = quantity ?? open;
    if (open === 0 && held.line.quantity.shipped > 0) throw stopped(order, alreadyShipped(...path, 'lineId'));
    if (open === 0) {
      const message = 'Every unit of the line was cancelled already.';
      throw stopped(order, userError('INVALID', message, ...path, 'lineId'));
    }
    if (units < 1 || units > open) {
      const message = `The quantity is 1 to ${open}, the open units of the line, not ${units}.`;
      throw stopped(order, userError('INVALID', message, ...path, 'quantity'));
    }
    return { held, units };
  });
}

export const alreadyShipped = (...path: readonly string[]) =>
  userError('LINE_ALREADY_SHIPPED', 'Units that were shipped cannot be changed.', ...path);

export function replaced(order: HeldOrder, lines: readonly HeldLine[]): HeldLine[] {
  const byNo = new Map(lines.map((one) => [one.lineNo, one]));
  return order.lines.map((held) => byNo.get(held.lineNo) ?? held);
}

const unitsText = (units: number) => `${units} ${units === 1 ? 'unit' : 'units'}`;

export async function orderCancel(context: Context, { idempotencyKey, ...input }: OrderCancelInput): Promise<Outcome> {
  const reason = input.reason == null ? null : textOf(input.reason, reasonMax, 'input', 'reason');
  const request = requestOf('orderCancel', idempotencyKey, input);
  if (reason !== null && typeof reason !== 'string') return refused(reason);
  if (request && 'code' in request) return refused(request);
  const cancel = async (tx: Executor): Promise<Outcome> => {
    const order = await orderToChange(tx, input);
    const picked = pick(order, input.lines);
    const lines = replaced(
      order,
      picked.map(({ held, units }) => withQuantity(held, { cancelled: held.line.quantity.cancelled + units })),
    );
    const sum = picked.reduce((units, one) => units + one.units, 0);
    const message = `${unitsText(sum)} cancelled${reason === null ? '' : `: ${reason}`}.`;
    await changeOrder(tx, order, { lines, event: { kind: 'CANCELLED', message } });
    if (order.remoteStock) await returnUnits(tx, order.id, difference(order.lines, lines).less);
    return done(order.id);
  };
  return changing(context, (tx) => once(tx, context, request, () => cancel(tx)));
}

export async function orderShip(context: Context, input: OrderShipInput): Promise<ShipOutcome> {
  const { idempotencyKey, ...wish } = input;
  const texts = [
    input.carrier == null ? null : textOf(input.carrier, carrierMax, 'input', 'carrier'),
    input.trackingNumber == null ? null : textOf(input.trackingNumber, carrierMax, 'input', 'trackingNumber'),
  ];
  const request = requestOf('orderShip', idempotencyKey, wish);
  const late = input.shippedAt && input.shippedAt.getTime() > Date.now() + clockMs;
  const errors = [
    ...[...texts, request].filter((one): one is UserError => one !== null && typeof one === 'object' && 'code' in one),
    ...(late ? [userError('INVALID', 'A parcel cannot have left in the future.', 'input', 'shippedAt')] : []),
  ];
  if (errors.length) return refused(...errors);
  const [carrier, trackingNumber] = texts as (string | null)[];
  let shipmentKey: string | null = null;
  const outcome = await changing(context, (tx) =>
    once(tx, context, request as Exclude<typeof request, UserError>, async () => {
      const order = await orderToChange(tx, input);
      const picked = pick(order, input.lines);
      const shippedAt = input.shippedAt ?? new Date();
      // clocks may differ a little
      if (shippedAt.getTime() < order.orderedAt.getTime() - clockMs) {
        const message = `A parcel cannot have left before the order came, at ${order.orderedAt.toISOString()}.`;
        throw stopped(order, userError('INVALID', message, 'input', 'shippedAt'));
      }
      const latest = (before: Date | null) => (before && before > shippedAt ? before : shippedAt);
      const lines = picked.map(({ held, units }) => {
        const next = withQuantity(held, { shipped: held.line.quantity.shipped + units });
        return { ...next, line: { ...next.line, shippedAt: latest(held.line.shippedAt) } };
      });
      const sum = picked.reduce((units, one) => units + one.units, 0);
      const by = carrier === null ? '' : ` with ${carrier}`;
      const event = { kind: 'SHIPPED', message: `${unitsText(sum)} shipped${by ?? ''}.` } as const;
      await changeOrder(tx, order, { lines: replaced(order, lines), event });
      shipmentKey = await addParcel(tx, order, {
        ...{ shippedAt, carrier: carrier ?? null, trackingNumber: trackingNumber ?? null },
        lines: picked.map(({ held, units }) => ({ lineNo: held.lineNo, quantity: units })),
      });
      // what is remembered under the key is the parcel: the order is found by it
      return done(shipmentKey);
    }),
  );
  if (outcome.userErrors.length) return outcome;
  return { ...done(keyOf('Order', input.orderId) as string), shipmentKey: shipmentKey ?? outcome.key };
}
