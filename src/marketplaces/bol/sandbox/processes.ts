import { hash32 } from '../../../sandbox/random.js';
import { dutchTime } from './dutch-time.js';
import * as ids from './ids.js';
import type { BolSettings } from './settings.js';
import type { BolWorld } from './world.js';

export type EventType =
  | 'CREATE_SHIPMENT'
  | 'CANCEL_ORDER'
  | 'CHANGE_TRANSPORT'
  | 'HANDLE_RETURN_ITEM'
  | 'CREATE_RETURN_ITEM';

/** What came of a write: the id of what it made, if it made something, or why it failed. */
export type Outcome = { readonly entityId?: string } | { readonly error: string };

export interface Process {
  readonly id: string;
  readonly eventType: EventType;
  readonly description: string;
  readonly createdAt: number;
  entityId: string | undefined;
  status: 'PENDING' | 'SUCCESS' | 'FAILURE' | 'TIMEOUT';
  error: string | undefined;
}

/** Writes that were accepted: carried out a while later by the world's clock, told of for a day, then forgotten. */
export class Processes {
  private readonly all = new Map<string, Process>();
  private timeouts = 0;
  private started = 0;

  constructor(
    private readonly world: BolWorld,
    private readonly settings: Pick<BolSettings, 'processDelayMs' | 'processKeptMs'>,
  ) {}

  /** The next so many writes are never carried out. */
  timeOutNext(n = 1): void {
    this.timeouts += n;
  }

  /** `entityId` is known at once, except where the write makes something new. */
  start(eventType: EventType, description: string, entityId: string | undefined, carryOut: () => Outcome): Process {
    const { world, settings } = this;
    const createdAt = world.clock.now();
    const id = ids.uuid(world.seed, 60, this.started++, hash32(createdAt));
    const process: Process = { id, eventType, description, createdAt, entityId, status: 'PENDING', error: undefined };
    this.all.set(id, process);
    const isLost = this.timeouts > 0;
    if (isLost) this.timeouts--;
    const settle = () => {
      if (isLost) Object.assign(process, { status: 'TIMEOUT', error: 'The request timed out.' });
      else settleAs(process, carryOut());
    };
    if (settings.processDelayMs === 0) settle();
    else world.agenda.put(createdAt + settings.processDelayMs, settle);
    return process;
  }

  /** Null: there is none, or it has been forgotten. */
  find(id: string): Process | null {
    const process = this.all.get(id);
    return process && this.isKept(process) ? process : null;
  }

  /** Newest first. */
  of(entityId: string, eventType: string): Process[] {
    const found = [...this.all.values()].filter((each) => each.entityId === entityId && each.eventType === eventType);
    return found.filter((process) => this.isKept(process)).reverse();
  }

  private isKept({ createdAt }: Process): boolean {
    return this.world.clock.now() < createdAt + this.settings.processKeptMs;
  }
}

function settleAs(process: Process, outcome: Outcome): void {
  if ('error' in outcome) Object.assign(process, { status: 'FAILURE', error: outcome.error });
  else Object.assign(process, { status: 'SUCCESS', entityId: outcome.entityId ?? process.entityId });
}

/** As bol shows it. `links[].method` is sent though its schema does not name it; a finished process has no links. */
export function processStatus({ id, entityId, eventType, description, status, error, createdAt }: Process): object {
  const href = `https://api.bol.com/shared/process-status/${id}`;
  return {
    processStatusId: id,
    ...(entityId && { entityId }),
    eventType,
    description,
    status,
    ...(error && { errorMessage: error }),
    createTimestamp: dutchTime(createdAt),
    ...(status === 'PENDING' && { links: [{ rel: 'self', href, method: 'GET' }] }),
  };
}
