// The wording of the alerts about shops and their streams, in one place, as they are raised from several.
import type { NewAlert } from './alert.js';
import type { StreamName } from './marketplace.js';

const shopSubject = (shopId: string) => `shop:${shopId}`;
const streamSubject = (shopId: string, stream: StreamName) => `stream:${shopId}:${stream}`;
const instant = (at: Date | null) => at?.toISOString() ?? null;

/** `reason`: in the marketplace's words. */
export function credentialsRefused(shopId: string, reason: string): NewAlert {
  return {
    ...{ kind: 'SHOP_NEEDS_CREDENTIALS', subject: shopSubject(shopId), shopId, severity: 'CRITICAL' },
    message: `The marketplace refused the credentials (${reason}): replace them with shopUpdateCredentials.`,
    facts: { reason },
  };
}

/** `reason`: in the marketplace's words. */
export function shutOut(shopId: string, reason: string): NewAlert {
  return {
    ...{ kind: 'SHOP_BLOCKED', subject: shopSubject(shopId), shopId, severity: 'CRITICAL' },
    message: `The marketplace shuts the shop out (${reason}): settle it with the marketplace, then shopResume.`,
    facts: { reason },
  };
}

/** What is known of a stream that is not read as it should be. */
export interface StreamTrouble {
  readonly shopId: string;
  readonly stream: StreamName;
  /** When the last complete read began; null before the first. */
  readonly lastSuccessAt: Date | null;
  readonly lastError: string | null;
}

export function streamLate({ shopId, stream, lastSuccessAt, lastError }: StreamTrouble): NewAlert {
  const since = lastSuccessAt ? `since ${lastSuccessAt.toISOString()}` : 'yet';
  const why = lastError === null ? 'no worker came to it' : lastError;
  return {
    ...{ kind: 'STREAM_LATE', subject: streamSubject(shopId, stream), shopId, severity: 'WARNING' },
    message: `${stream} was not read to its end ${since}: ${why}.`,
    facts: { stream, lastSuccessAt: instant(lastSuccessAt), lastError },
  };
}

/** `at`: when changes begin to fall out of what the source can be asked for. */
export function dataAtRisk({ shopId, stream, lastSuccessAt, lastError }: StreamTrouble, at: Date): NewAlert {
  return {
    ...{ kind: 'DATA_AT_RISK', subject: streamSubject(shopId, stream), shopId, severity: 'CRITICAL' },
    message: `Changes of ${stream} are lost from ${at.toISOString()} on unless it is read to its end before.`,
    facts: { stream, dataAtRiskAt: at.toISOString(), lastSuccessAt: instant(lastSuccessAt), lastError },
  };
}

/** `to`: null while it still grows. */
export function dataLost(shopId: string, stream: StreamName, lost: { from: Date; to: Date | null }): NewAlert {
  const to = lost.to ? `to ${lost.to.toISOString()}` : 'on';
  return {
    ...{ kind: 'DATA_LOST', subject: streamSubject(shopId, stream), shopId, severity: 'CRITICAL' },
    message: `The source no longer answers for all changes of ${stream} from ${lost.from.toISOString()} ${to}: what changed then for the last time may be missing here.`,
    facts: { stream, from: lost.from.toISOString(), to: instant(lost.to) },
  };
}
