import { setMaxListeners } from 'node:events';
import { schedule as cron } from 'node-cron';
import type { Bounds } from '../http/exchange.js';
import type { Logger } from '../log.js';
import {
  type ClaimedDelivery,
  claimDeliveries,
  forgetOldAlerts,
  type Sent,
  settleDelivery,
} from '../store/alert-deliveries.js';
import type { Database } from '../store/database.js';
import { type Reception, sendOnce, type Webhook } from './webhook.js';

/*
 * Sends what stands in the outbox. What is due is what the database says at that moment: a word on `lading_alerts` means
 * "look now", and a tick does so in case the word was lost. Any number of processes may do this at the same time.
 */

/** Every five seconds. */
const ticks = '*/5 * * * * *';
/** At ten past every hour. */
const tidyTicks = '10 * * * *';

export interface Patience {
  /** Given up after so many tries. */
  readonly attemptsMax: number;
  /** After the first failure; four times as long after each further one, random by a tenth. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
}

export interface AlertsOptions {
  readonly db: Database;
  /** Null: none is set, and nothing is sent. */
  readonly webhook: Webhook | null;
  readonly log: Logger;
  /** For tests, which cannot wait as long as a receiver can be away. */
  readonly timing?: Partial<Timing>;
}

export interface Timing extends Patience, Bounds {
  /** How long a process may take to send what it claimed and to write that down. */
  readonly claimMs: number;
  /** Deliveries under way at the same time. */
  readonly atOnce: number;
}

const timings: Timing = {
  // 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, then every 6 h: about 20 hours in all
  ...{ attemptsMax: 10, backOffMs: 5_000, backOffMaxMs: 6 * 3_600_000 },
  ...{ timeoutMs: 10_000, answerBytesMax: 64 * 1_024, claimMs: 30_000, atOnce: 10 },
};

/** The running sender. */
export interface Alerts {
  /** Sends what is due now. */
  look(): Promise<void>;
  /** Breaks off what is under way: it stays in the outbox. */
  stop(): Promise<void>;
}

export async function startAlerts(options: AlertsOptions): Promise<Alerts> {
  const { db, webhook } = options;
  const log = options.log.child({ room: 'alerts' });
  const stopping = new AbortController();
  // one listener per delivery under way
  setMaxListeners(0, stopping.signal);
  const room: Room = { db, log, timing: { ...timings, ...options.timing }, signal: stopping.signal };
  const tidy = () => forgetOldAlerts(db).catch((error) => log.debug('old alerts not forgotten', { error }));
  const look = webhook ? coalesced(() => sendDue(room, webhook), log) : async () => {};
  const hush = webhook ? await db.listen('lading_alerts', () => void look()) : async () => {};
  const tasks = [cron(tidyTicks, tidy, { suppressMissedWarning: true, noOverlap: true })];
  if (webhook) tasks.push(cron(ticks, look, { suppressMissedWarning: true, noOverlap: true }));
  if (webhook) log.info('alerts are sent to the webhook', { host: new URL(webhook.url).host });
  void look();
  return {
    look,
    async stop() {
      stopping.abort(new Error('stopping'));
      await hush().catch(() => {});
      for (const task of tasks) await task.destroy();
      await look();
    },
  };
}

/** A look that comes while one is under way is followed by another one, not joined by it. */
function coalesced(work: () => Promise<void>, log: Logger): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  return () => {
    again = true;
    running ??= (async () => {
      while (again) {
        again = false;
        // the next tick looks again
        await work().catch((error) => log.warn('alerts could not be sent', { error: String(error) }));
      }
      running = null;
    })();
    return running;
  };
}

interface Room {
  readonly db: Database;
  readonly log: Logger;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

async function sendDue(room: Room, webhook: Webhook): Promise<void> {
  const { db, timing, signal } = room;
  while (!signal.aborted) {
    const claimed = await claimDeliveries(db, timing.atOnce, timing.claimMs);
    if (claimed.length === 0) return;
    await Promise.all(claimed.map((delivery) => send(room, webhook, delivery)));
  }
}

/** Sends a claimed delivery once. What cannot be written down is claimed again when this claim has run out. */
async function send({ db, log, timing, signal }: Room, webhook: Webhook, delivery: ClaimedDelivery): Promise<void> {
  const { id, alertId, eventId, body, attempt } = delivery;
  const facts = { delivery: id, alert: alertId, event: eventId, attempt };
  let sent: Sent = { state: 'LEFT' };
  try {
    sent = outcomeOf(await sendOnce(webhook, { id: eventId, body }, timing, signal), attempt, timing);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await settleDelivery(db, delivery, sent).catch((error) => log.warn('delivery not written down', { ...facts, error }));
  if (sent.state === 'DELIVERED') log.debug('alert delivered', facts);
  if (sent.state !== 'FAILED') return;
  const { error: reason, againInMs } = sent;
  if (againInMs === null) log.error('alert not delivered: given up, until alertDeliveryRetry', { ...facts, reason });
  else log.warn('alert not delivered', { ...facts, reason, nextInSeconds: Math.round(againInMs / 1_000) });
}

function outcomeOf(reception: Reception, attempt: number, patience: Patience): Sent {
  if (reception.taken) return { state: 'DELIVERED', status: reception.status };
  const { status, error, retryAfterMs } = reception;
  if (attempt >= patience.attemptsMax) {
    return { state: 'FAILED', status, error: `${error}; gave up after ${attempt} attempts`, againInMs: null };
  }
  const wait = Math.max(patience.backOffMs * 4 ** (attempt - 1), retryAfterMs ?? 0);
  // receivers that were away together are not asked by all at once
  const againInMs = Math.min(wait, patience.backOffMaxMs) * (0.9 + 0.2 * Math.random());
  return { state: 'FAILED', status, error, againInMs };
}
