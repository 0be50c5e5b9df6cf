import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import * as ids from './ids.js';
import { bodyOf, invalidBody, type Violation } from './problem.js';
import type { Outcome, Processes } from './processes.js';
import type { Processing } from './records.js';
import type { BolWorld } from './world.js';
import { accepted, empty } from './writes.js';

export const returnWriteRoutes = (api: Api, processes: Processes): Route[] => [
  api.route('PUT', '/retailer/returns/*', (request, [id = '']) => handle(request, api.world, processes, id)),
  api.route('POST', '/retailer/returns', (request) => create(request, api.world, processes)),
];

/** What a retailer may say, and what bol makes of it (a guess, but for the first and the third). */
const processingOf: Readonly<Record<string, Processing>> = {
  RETURN_RECEIVED: 'ACCEPTED',
  EXCHANGE_PRODUCT: 'ACCEPTED',
  RETURN_DOES_NOT_MEET_CONDITIONS: 'REJECTED',
  REPAIR_PRODUCT: 'ACCEPTED',
  CUSTOMER_KEEPS_PRODUCT_PAID: 'REJECTED',
  STILL_APPROVED: 'ACCEPTED',
};

interface Verdict {
  readonly handling: string;
  readonly processing: Processing;
  readonly quantity: number;
}

function verdictOf(body: Record<string, unknown>, allowed: readonly string[]): Verdict | Violation[] {
  const { handlingResult: handling, quantityReturned: quantity } = body;
  const violations: Violation[] = [];
  if (typeof handling !== 'string' || !allowed.includes(handling)) {
    const reason = `Request contains invalid value(s): '${handling}', allowed values: ${allowed.join(', ')}.`;
    violations.push({ name: 'handlingResult', reason });
  }
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1 || quantity > 9_999) {
    violations.push({ name: 'quantityReturned', reason: 'Must be a number from 1 to 9999.' });
  }
  if (violations.length > 0) return violations;
  return {
    handling: handling as string,
    processing: processingOf[handling as string] as Processing,
    quantity: quantity as number,
  };
}

/** Also changes the verdict on an item that was handled before. */
function handle(request: SandboxRequest, world: BolWorld, processes: Processes, rmaId: string): Answer {
  const verdict = verdictOf(bodyOf(request) ?? {}, Object.keys(processingOf));
  if (Array.isArray(verdict)) return invalidBody(request, verdict);
  const carryOut = (): Outcome => {
    const record = world.returnItem(rmaId)?.record;
    if (!record) return { error: `Return item with rma id ${rmaId} not found.` };
    if (verdict.quantity > record.quantity) return { error: `Only ${record.quantity} of rma ${rmaId} were announced.` };
    world.handle(record, [verdict]);
    return {};
  };
  return accepted(
    processes.start('HANDLE_RETURN_ITEM', `Handle the return item with rma id ${rmaId}.`, rmaId, carryOut),
  );
}

/** A return that nobody announced, handled at once. */
function create(request: SandboxRequest, world: BolWorld, processes: Processes): Answer {
  const body = bodyOf(request) ?? {};
  const { orderItemId } = body;
  const verdict = verdictOf(body, Object.keys(processingOf).slice(0, 5));
  const nameless =
    typeof orderItemId === 'string' && orderItemId !== '' ? [] : [{ name: 'orderItemId', reason: empty }];
  if (Array.isArray(verdict) || nameless.length > 0) {
    return invalidBody(request, [...nameless, ...(Array.isArray(verdict) ? verdict : [])]);
  }
  const carryOut = (): Outcome => {
    const found = world.item(String(orderItemId));
    if (!found) return { error: `Order item with id ${orderItemId} not found.` };
    if (verdict.quantity > world.returnableOf(found.order, found.item)) return { error: 'More than was shipped.' };
    const lots = [{ item: found.item, quantity: verdict.quantity }];
    const made = world.announceReturn(found.order, found.record.method, lots);
    for (const item of made?.items ?? []) world.handle(item, [verdict]);
    return made ? { entityId: ids.returnId(made.index) } : { error: 'More than was shipped.' };
  };
  const description = `Create return for order item ${orderItemId}.`;
  return accepted(processes.start('CREATE_RETURN_ITEM', description, undefined, carryOut));
}
