import {
  RejectRetryDocument,
  type RejectRetryMutationVariables,
  RejectsDocument,
  type RejectsQuery,
  type RejectsQueryVariables,
} from '../../../sdk/index.js';
import { group, type View } from '../data.js';
import { shopIdsOf } from '../groups.js';
import { type Action, accepted, panel } from '../panel.js';
import { Act, Ago, Nothing, Scroll } from '../parts.js';
import { countText, some, wordOf } from '../words.js';

function variablesOf(view: View): RejectsQueryVariables | null {
  const shops = shopIdsOf(view);
  return shops && { where: shops };
}

const rejectsGroup = group('rejects', variablesOf, (client, variables) => client.request(RejectsDocument, variables));

const retry =
  (input: RejectRetryMutationVariables['input']): Action =>
  async (client) => {
    const { requestedCount } = accepted((await client.request(RejectRetryDocument, { input })).rejectRetry);
    return `${some(requestedCount ?? 0, 'record')} will be read again in a moment.`;
  };

export const rejects = panel<RejectsQuery>({
  id: 'rejects',
  title: 'Rejects',
  columns: 5,
  group: rejectsGroup,
  needsOrders: false,
  controls(data, desk) {
    const { nodes, totalCount } = data?.rejects ?? { nodes: [], totalCount: 0 };
    if (nodes.length < 2) return null;
    const { shop } = desk.view.filters;
    const ids = nodes.map(({ id }) => id);
    // all that there are can be named by their shop only
    if (totalCount > ids.length && !shop) {
      return (
        <Act
          name={`Retry these ${ids.length}`}
          label={`Retry the ${ids.length} rejects that are shown`}
          desk={desk}
          act={retry({ ids })}
        />
      );
    }
    const input = totalCount > ids.length ? { shopId: shop } : { ids };
    return <Act name="Retry all" label={`Retry all ${countText(totalCount)} rejects`} desk={desk} act={retry(input)} />;
  },
  body({ rejects: { nodes, totalCount } }, desk) {
    if (nodes.length === 0) return <Nothing>Every record could be read.</Nothing>;
    return (
      <>
        <Scroll label="Records that could not be read">
          <ul class="rows">
            {nodes.map((one) => (
              <li key={one.id} class="reject">
                <div>
                  <strong>{one.externalId ?? 'without a key'}</strong>
                  <span class="aside">
                    {wordOf(one.stream)} of {one.shop.name} · <Ago at={one.lastSeenAt} now={desk.now} /> ·{' '}
                    {some(one.attempts, 'try').replace('trys', 'tries')}
                  </span>
                  <span class="reason">{one.reason}</span>
                </div>
                {one.retryRequestedAt ? (
                  <span class="aside">is tried again</span>
                ) : (
                  <Act
                    name={`Retry|${one.id}`}
                    label={`Retry ${one.externalId ?? 'the record without a key'}`}
                    desk={desk}
                    act={retry({ ids: [one.id] })}
                  />
                )}
              </li>
            ))}
          </ul>
        </Scroll>
        {totalCount > nodes.length && (
          <p class="more">
            The latest {nodes.length} of {countText(totalCount)} are shown.
          </p>
        )}
      </>
    );
  },
});
