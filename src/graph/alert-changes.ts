// What the mutations of alerts do, apart from reading the result.
import { keyOf } from '../commerce/id.js';
import { retryDelivery } from '../store/alert-deliveries.js';
import { acknowledgeAlert, lockAlert } from '../store/alerts.js';
import type { AlertAcknowledgeInput, AlertDeliveryRetryInput } from './alert-inputs.js';
import type { Context } from './context.js';
import { done, type Outcome, refused } from './outcome.js';
import { change } from './shop-changes.js';
import { userError } from './user-error.js';

/** What is acknowledged already stays so. Where nothing is done, the alert as it is comes with the reason. */
export function alertAcknowledge(
  context: Context,
  { alertId, expectedVersion }: AlertAcknowledgeInput,
): Promise<Outcome> {
  const key = keyOf('Alert', alertId);
  const unknown = userError('ALERT_NOT_FOUND', 'No alert has this id.', 'input', 'alertId');
  if (key === null) return Promise.resolve(refused(unknown));
  return change(context, async (tx) => {
    const alert = await lockAlert(tx, key);
    if (!alert) return refused(unknown);
    if (expectedVersion != null && expectedVersion !== alert.version) {
      const message = `The alert is at version ${alert.version}, not ${expectedVersion}: read it again.`;
      return { key, userErrors: [userError('STALE_VERSION', message, 'input', 'expectedVersion')] };
    }
    if (alert.state === 'RESOLVED') {
      const message = 'The alert is resolved: there is nothing to look after.';
      return { key, userErrors: [userError('ALERT_ALREADY_RESOLVED', message, 'input', 'alertId')] };
    }
    if (alert.state === 'OPEN') await acknowledgeAlert(tx, key);
    return done(key);
  });
}

export async function alertDeliveryRetry(context: Context, { deliveryId }: AlertDeliveryRetryInput): Promise<Outcome> {
  const key = keyOf('AlertDelivery', deliveryId);
  const found = key !== null && (await retryDelivery(context.db, key));
  if (found) return done(key);
  return refused(userError('ALERT_DELIVERY_NOT_FOUND', 'No delivery has this id.', 'input', 'deliveryId'));
}
