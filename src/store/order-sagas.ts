import type { SagaKind, SagaState, StepKind, StepState, Units } from '../commerce/inventory-service.js';
import type { Executor } from './database.js';

/*
 * What is done at the catalog service for orders. A saga is worked by one at a time: whoever takes it up raises its epoch, and
 * a statement under an older epoch changes nothing. `due_at` is when the next one may, should this one be gone.
 */

/** Somebody else took the saga up: what this one still holds must not be written. */
export class SagaTaken extends Error {
  override readonly name = 'SagaTaken';
}

export interface Saga {
  readonly id: string;
  readonly orderId: string;
  readonly kind: SagaKind;
  readonly state: SagaState;
  readonly reason: string | null;
  readonly epoch: number;
}

/** A saga as whoever works it knows it. */
export type HeldSaga = Pick<Saga, 'id' | 'epoch'>;

export interface Step {
  readonly stepNo: number;
  readonly kind: StepKind;
  readonly sku: string;
  readonly quantity: number;
  readonly state: StepState;
  /** What was read before it asked, what it asked for, and the version it was bound to; null where it did not yet. */
  readonly quantityBefore: number | null;
  readonly quantityAfter: number | null;
  readonly etag: string | null;
  /** How often the service refused it. */
  readonly refusals: number;
}

const columns = `g.id, g.order_id as "orderId", g.kind, g.state, g.reason, g.epoch`;
const now = `date_trunc('milliseconds', now())`;

/** Begins a saga of these steps. `forMs`: how long nobody else takes it up; 0: whoever is idle does. Returns its id. */
export async function startSaga(
  tx: Executor,
  saga: { orderId: string; kind: SagaKind; state: SagaState; step: StepKind; units: readonly Units[]; forMs: number },
): Promise<string> {
  const [row] = await tx.run<{ id: string }>({
    name: 'saga-start',
    text: `with saga as (
        insert into order_sagas (order_id, kind, state, due_at) values ($1, $2, $3, now() + $4 * interval '1 ms') returning id),
      steps as (
        insert into saga_steps (saga_id, step_no, kind, sku, quantity)
        select saga.id, n.place, $5, n.sku, n.quantity
        from saga, unnest($6::text[], $7::int[]) with ordinality as n (sku, quantity, place))
      select id, case when $4 = 0 then pg_notify('lading_sagas', '') end from saga`,
    values: [
      ...[saga.orderId, saga.kind, saga.state, saga.forMs, saga.step],
      ...[saga.units.map(({ sku }) => sku), saga.units.map(({ quantity }) => quantity)],
    ],
  });
  return (row as { id: string }).id;
}

export async function findSaga(db: Executor, id: string): Promise<Saga | null> {
  const [saga] = await db.run<Saga>({
    name: 'saga-find',
    text: `select ${columns} from order_sagas g where g.id = $1`,
    values: [id],
  });
  return saga ?? null;
}

/** How far the placement of an order is; null: it had none, so its stock is here. */
export async function placementOf(db: Executor, orderId: string): Promise<SagaState | null> {
  const [saga] = await db.run<{ state: SagaState }>({
    name: 'saga-placement',
    text: `select state from order_sagas where order_id = $1 and kind = 'PLACE'`,
    values: [orderId],
  });
  return saga?.state ?? null;
}

/** Takes up sagas that nobody works, the longest due first. */
export function claimSagas(db: Executor, limit: number, forMs: number): Promise<Saga[]> {
  return db.run<Saga>({
    name: 'sagas-claim',
    text: `with due as (
        select id from order_sagas where state in ('TAKING', 'GIVING_BACK') and due_at <= now()
        order by due_at, id limit $1 for update skip locked)
      update order_sagas g set epoch = epoch + 1, due_at = now() + $2 * interval '1 ms' from due where g.id = due.id
      returning ${columns}`,
    values: [limit, forMs],
  });
}

/** It could not be finished: again after that time. */
export async function postponeSaga(db: Executor, { id, epoch }: Saga, ms: number): Promise<void> {
  await db.run({
    name: 'saga-postpone',
    text: `update order_sagas set due_at = now() + $3 * interval '1 ms'
      where id = $1 and epoch = $2 and state in ('TAKING', 'GIVING_BACK')`,
    values: [id, epoch, ms],
  });
}

/**
 * What was taken goes back. A key under which the order was placed is forgotten, so that the same wish can be sent again.
 * Whoever is idle takes it up, unless this one keeps it.
 */
export async function giveUpSaga(tx: Executor, saga: HeldSaga, reason: string, keep: boolean): Promise<Saga> {
  const [row] = await tx.run<Saga>({
    name: 'saga-give-up',
    text: `with given_up as (
        update order_sagas g set state = 'GIVING_BACK', reason = $3, due_at = case when $4 then due_at else now() end
        where id = $1 and epoch = $2 and state = 'TAKING' returning ${columns}),
      forgotten as (
        delete from idempotency_keys k using given_up g
        where g.kind = 'PLACE' and k.operation in ('orderPlace', 'remoteCartCheckout') and k.result_id = g."orderId")
      select *, case when not $4 then pg_notify('lading_sagas', '') end as told from given_up`,
    values: [saga.id, saga.epoch, reason, keep],
  });
  return row ?? taken(saga);
}

export async function finishSaga(tx: Executor, saga: HeldSaga, state: 'DONE' | 'UNDONE'): Promise<void> {
  const rows = await tx.run({
    name: 'saga-finish',
    text: `update order_sagas set state = $3, finished_at = ${now} where id = $1 and epoch = $2 and finished_at is null
      returning id`,
    values: [saga.id, saga.epoch, state],
  });
  if (rows.length === 0) taken(saga);
}

function taken({ id }: HeldSaga): never {
  throw new SagaTaken(`the saga ${id} was taken up by somebody else`);
}

export function stepsOf(db: Executor, sagaId: string): Promise<Step[]> {
  return db.run<Step>({
    name: 'saga-steps',
    text: `select step_no as "stepNo", kind, sku, quantity, state, quantity_before as "quantityBefore",
        quantity_after as "quantityAfter", etag, refusals
      from saga_steps where saga_id = $1 order by step_no`,
    values: [sagaId],
  });
}

/** From now on it alone deals with its SKU; false: another step does. */
export async function beginStep(db: Executor, saga: Saga, step: Step): Promise<boolean> {
  try {
    await moveStep(db, saga, step, ['PENDING'], { state: 'READING' });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return false;
    throw error;
  }
}

/** Written before the write is sent. */
export function askStep(
  db: Executor,
  saga: Saga,
  step: Step,
  ask: { quantityBefore: number; quantityAfter: number; etag: string | null },
): Promise<void> {
  return moveStep(db, saga, step, ['READING', 'ASKED'], { state: 'ASKED', ...ask });
}

/** It ended: the write was done, or none was. */
export function endStep(
  db: Executor,
  saga: Saga,
  step: Step,
  state: 'DONE' | 'SKIPPED',
  answer: string,
  inDoubt = false,
): Promise<void> {
  return moveStep(db, saga, step, ['READING', 'ASKED'], { state, answer, inDoubt });
}

/** Nothing was sent: it will be tried again, and others may deal with the SKU meanwhile. */
export function releaseStep(db: Executor, saga: Saga, step: Step, answer: string): Promise<void> {
  return moveStep(db, saga, step, ['READING', 'ASKED'], { state: 'PENDING', answer });
}

/** Refused by the service, which wrote nothing: it will be tried again; ASKED where an earlier write may still be done. */
export function refuseStep(
  db: Executor,
  saga: Saga,
  step: Step,
  state: 'PENDING' | 'ASKED',
  answer: string,
): Promise<void> {
  return moveStep(db, saga, step, ['READING', 'ASKED'], { state, answer, refused: true, etag: step.etag });
}

interface StepChange {
  readonly state: StepState;
  readonly answer?: string;
  readonly refused?: boolean;
  readonly inDoubt?: boolean;
  readonly quantityBefore?: number;
  readonly quantityAfter?: number;
  readonly etag?: string | null;
}

async function moveStep(
  db: Executor,
  saga: Saga,
  step: Step,
  from: readonly StepState[],
  change: StepChange,
): Promise<void> {
  const rows = await db.run({
    name: 'saga-step',
    text: `update saga_steps s set state = $5, attempts = attempts + ($5 = 'ASKED')::int, answer = coalesce($6, answer),
        in_doubt = in_doubt or $7, quantity_before = coalesce($8, quantity_before),
        quantity_after = coalesce($9, quantity_after), etag = case when $5 = 'ASKED' then $10 else etag end,
        refusals = refusals + $11::int, changed_at = date_trunc('milliseconds', clock_timestamp())
      from order_sagas g
      where g.id = $1 and g.epoch = $2 and s.saga_id = $1 and s.step_no = $3 and s.state = any($4) returning s.step_no`,
    values: [
      ...[saga.id, saga.epoch, step.stepNo, from, change.state, change.answer ?? null, change.inDoubt ?? false],
      ...[change.quantityBefore ?? null, change.quantityAfter ?? null, change.etag ?? null, change.refused ? 1 : 0],
    ],
  });
  if (rows.length === 0) await refuseMove(db, saga, step, from);
}

/** That the saga was taken up is nobody's fault; that a step is not where we left it is ours. */
async function refuseMove(db: Executor, saga: Saga, { stepNo }: Step, from: readonly StepState[]): Promise<never> {
  const [found] = await db.run<{ state: StepState }>({
    name: 'saga-step-found',
    text: `select s.state from order_sagas g join saga_steps s on s.saga_id = g.id
      where g.id = $1 and g.epoch = $2 and s.step_no = $3`,
    values: [saga.id, saga.epoch, stepNo],
  });
  if (found) throw new Error(`step ${stepNo} of saga ${saga.id} is ${found.state}, not ${from.join(' or ')}`);
  return taken(saga);
}

/** Steps that somebody who is gone had begun, but not asked: they begin again, or never where nothing is to be taken any more. */
export async function resetSteps(db: Executor, saga: Saga): Promise<void> {
  await db.run({
    name: 'saga-steps-reset',
    text: `update saga_steps s set state = case when s.kind in ('TAKE', 'ORDER_CART') and g.state = 'GIVING_BACK' then 'SKIPPED' else 'PENDING' end
      from order_sagas g where g.id = $1 and g.epoch = $2 and s.saga_id = $1
        and (s.state = 'READING' or s.state = 'PENDING' and s.kind in ('TAKE', 'ORDER_CART') and g.state = 'GIVING_BACK')`,
    values: [saga.id, saga.epoch],
  });
}

/** A step back for everything that was done, once. */
export async function addReturns(db: Executor, saga: Saga): Promise<void> {
  await db.run({
    name: 'saga-returns',
    text: `insert into saga_steps (saga_id, step_no, kind, sku, quantity, reverses)
      select s.saga_id, s.step_no + (select max(step_no) from saga_steps where saga_id = $1 and kind in ('TAKE', 'ORDER_CART')),
        case s.kind when 'TAKE' then 'GIVE' else 'OPEN_CART' end, s.sku, s.quantity, s.step_no
      from saga_steps s join order_sagas g on g.id = s.saga_id and g.epoch = $2
      where s.saga_id = $1 and s.kind in ('TAKE', 'ORDER_CART') and s.state = 'DONE'
      on conflict do nothing`,
    values: [saga.id, saga.epoch],
  });
}

export interface Unsettled {
  readonly sagas: number;
  readonly since: Date;
  /** What was answered last of one of them, with its SKU; null where it was not even asked. */
  readonly example: string | null;
}

/** Sagas that are not at their end after that time; null: there are none. */
export async function unsettledSagas(db: Executor, afterMs: number): Promise<Unsettled | null> {
  const [row] = await db.run<Unsettled>({
    name: 'sagas-unsettled',
    text: `select count(distinct g.id)::int as sagas, min(g.created_at) as since,
        (array_agg(s.sku || ': ' || s.answer order by g.id, s.step_no) filter (where s.answer is not null
          and s.kind in ('TAKE', 'GIVE') and s.state not in ('DONE', 'SKIPPED')))[1] as example
      from order_sagas g left join saga_steps s on s.saga_id = g.id
      where g.state in ('TAKING', 'GIVING_BACK') and g.created_at < now() - $1 * interval '1 ms'
      having count(*) > 0`,
    values: [afterMs],
  });
  return row ?? null;
}
