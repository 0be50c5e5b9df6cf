import type { Logger } from '../log.js';
import { isAlertUnresolved, raiseAlert, resolveAlert } from '../store/alerts.js';
import type { Database } from '../store/database.js';
import type { Method } from './client.js';

/**
 * Tells people when a service of the seller does not answer, and when it does again. Reading and writing are apart: a
 * service may answer the one and not take the other, and that it is read says nothing of its writes.
 */
export interface Health {
  readonly onAnswer: (method: Method) => void;
  readonly onFailure: (reason: string, method: Method) => void;
  /** Does an alert say that it does not answer? Somebody else may have found that. */
  isAlerted(): Promise<boolean>;
  /** It was asked, and does. */
  answered(): Promise<void>;
  /** What was to be written is written. */
  settled(): Promise<void>;
}

type ServiceName = 'catalog' | 'cart';

const consequences: Readonly<Record<Method, Readonly<Record<ServiceName, string>>>> = {
  GET: {
    catalog: 'No order can be placed until it does; what orders took and must give back waits for it.',
    cart: 'No cart can be read or ordered until it does.',
  },
  PUT: {
    catalog: 'It takes no writes: no order can be placed, and nothing given back, until one is done.',
    cart: 'It takes no writes: no cart can be ordered until one is done.',
  },
};

/** One write that fails is settled by itself; nobody could find out that it was the only one, as long as no order comes. */
const failuresMax: Readonly<Record<Method, number>> = { GET: 1, PUT: 3 };

export function watchHealth(db: Database, service: ServiceName, log: Logger): Health {
  let writing: Promise<void> = Promise.resolve();
  const write = (work: () => Promise<void>) => {
    writing = writing.then(work).catch((error) => {
      log.warn('an alert could not be written', { error: String(error) });
    });
  };
  const keyOf = (method: Method) =>
    ({
      kind: 'INVENTORY_UNAVAILABLE',
      subject: method === 'GET' ? `inventory:${service}` : `inventory:${service}:writes`,
    }) as const;
  const watch = (method: Method) => {
    const key = keyOf(method);
    const does = method === 'GET' ? 'answer' : 'take writes';
    // what this process found last; null: nothing yet, and what an earlier one raised may be over
    let isUp: boolean | null = null;
    let failures = 0;
    return {
      answered() {
        failures = 0;
        if (isUp) return;
        if (isUp === false) log.info(`the ${service} service does ${does} again`);
        isUp = true;
        write(() => resolveAlert(db, key));
      },
      failed(reason: string) {
        failures += 1;
        if (failures < failuresMax[method]) return;
        if (isUp !== false) log.warn(`the ${service} service does not ${does}`, { reason });
        isUp = false;
        const message = `${reason[0]?.toUpperCase()}${reason.slice(1)}. ${consequences[method][service]}`;
        write(() => raiseAlert(db, { ...key, severity: 'CRITICAL', message, facts: { service, lastError: reason } }));
      },
    };
  };
  const watched = { GET: watch('GET'), PUT: watch('PUT') };
  return {
    onAnswer: (method) => watched[method].answered(),
    onFailure: (reason, method) => watched[method].failed(reason),
    isAlerted: () => isAlertUnresolved(db, keyOf('GET')),
    answered: () => resolveAlert(db, keyOf('GET')),
    settled: () => writing,
  };
}
