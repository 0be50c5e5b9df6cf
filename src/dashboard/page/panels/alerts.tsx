import { AlertAcknowledgeDocument, type OpenAlertsQuery } from '../../../sdk/index.js';
import { openAlerts } from '../groups.js';
import { type Action, accepted, panel } from '../panel.js';
import { Act, Ago, Badge, Nothing, Scroll } from '../parts.js';
import { countText, wordOf } from '../words.js';

type Alert = OpenAlertsQuery['alerts']['nodes'][number];

/** Of so many that not all come, the grave ones come anyway. */
function alertsOf({ critical, alerts }: OpenAlertsQuery): Alert[] {
  const all = new Map([...critical.nodes, ...alerts.nodes].map((one) => [one.id, one]));
  return [...all.values()].sort((a, b) => rank(a) - rank(b));
}

const acknowledge =
  ({ id, version }: Alert): Action =>
  async (client) => {
    const input = { alertId: id, expectedVersion: version };
    accepted((await client.request(AlertAcknowledgeDocument, { input })).alertAcknowledge);
    return 'The alert is acknowledged. It stays until its cause is gone.';
  };

/** What nobody looks after comes first, and of that the grave. */
const rank = ({ state, severity }: Alert) => (state === 'OPEN' ? 0 : 2) + (severity === 'CRITICAL' ? 0 : 1);

export const alerts = panel<OpenAlertsQuery>({
  id: 'alerts',
  title: 'Alerts',
  columns: 7,
  group: openAlerts,
  needsOrders: false,
  body(data, desk) {
    const nodes = alertsOf(data);
    const { totalCount } = data.alerts;
    if (nodes.length === 0) return <Nothing>Nothing needs somebody.</Nothing>;
    return (
      <>
        <Scroll label="What somebody must look at">
          <ul class="rows">
            {nodes.map((one) => (
              <li key={one.id} class="reject">
                <div>
                  <strong>{wordOf(one.kind)}</strong>
                  <Badge tone={one.state !== 'OPEN' ? 'calm' : one.severity === 'CRITICAL' ? 'bad' : 'warn'}>
                    {one.state === 'OPEN' ? one.severity.toLowerCase() : 'acknowledged'}
                  </Badge>
                  <span class="aside">
                    {one.shop?.name ?? one.subject} · raised <Ago at={one.raisedAt} now={desk.now} />
                  </span>
                  <span class="message">{one.message}</span>
                </div>
                {one.state === 'OPEN' && (
                  <Act
                    name={`Acknowledge|${one.id}`}
                    label={`Acknowledge: ${wordOf(one.kind)}, ${one.shop?.name ?? one.subject}`}
                    desk={desk}
                    act={acknowledge(one)}
                  />
                )}
              </li>
            ))}
          </ul>
        </Scroll>
        {totalCount > nodes.length && (
          <p class="more">
            {nodes.length} of {countText(totalCount)} are shown: the critical and the latest ones.
          </p>
        )}
      </>
    );
  },
});
