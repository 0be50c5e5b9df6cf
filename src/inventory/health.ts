import type { Logger } from '../log.js';
import { isAlertUnresolved, raiseAlert, resolveAlert } from '../store/alerts.js';
import type { Database } from '../store/database.js';

/** Tells people when a service of the seller does not answer, and when it does again. */
export interface Health {
  readonly onAnswer: () => void;
  readonly onFailure: (reason: string) => void;
  /** Does an alert say that it does not answer? Somebody else may have found that. */
  isAlerted(): Promise<boolean>;
  /** It was asked, and does. */
  answered(): Promise<void>;
  /** What was to be written is written. */
  settled(): Promise<void>;
}

const consequences = {
  catalog: 'No order can be placed until it does; what orders took and must give back waits for it.',
  cart: 'No cart can be read or ordered until it does.',
} as const;

export function watchHealth(db: Database, service: keyof typeof consequences, log: Logger): Health {
  const key = { kind: 'INVENTORY_UNAVAILABLE', subject: `inventory:${service}` } as const;
  // what this process found last; null: nothing yet, and what an earlier one raised may be over
  let isUp: boolean | null = null;
  let writing: Promise<void> = Promise.resolve();
  const write = (work: () => Promise<void>) => {
    writing = writing.then(work).catch((error) => {
      log.warn('an alert could not be written', { error: String(error) });
    });
  };
  return {
    onAnswer() {
      if (isUp) return;
      if (isUp === false) log.info(`the ${service} service answers again`);
      isUp = true;
      write(() => resolveAlert(db, key));
    },
    onFailure(reason) {
      if (isUp !== false) log.warn(`the ${service} service does not answer`, { reason });
      isUp = false;
      const message = `${reason[0]?.toUpperCase()}${reason.slice(1)}. ${consequences[service]}`;
      write(() => raiseAlert(db, { ...key, severity: 'CRITICAL', message, facts: { service, lastError: reason } }));
    },
    isAlerted: () => isAlertUnresolved(db, key),
    answered: () => resolveAlert(db, key),
    settled: () => writing,
  };
}
