import { ShopPauseDocument, ShopResumeDocument, SyncStartDocument } from '../../../sdk/index.js';
import { type Health, health, isRead, type ShopState } from '../groups.js';
import { type Run, written } from '../live.js';
import { type Action, accepted, type Desk, panel } from '../panel.js';
import { Act, Ago, Badge, Moment, Nothing } from '../parts.js';
import { byVerdict, type StreamState, shopVerdict, streamVerdict } from '../shop-health.js';
import { countText, lengthText, marketplaceText, momentText, some, wordOf } from '../words.js';

const start =
  ({ id, name }: ShopState): Action =>
  async (client) => {
    accepted((await client.request(SyncStartDocument, { input: { shopId: id } })).syncStart);
    return `The sync of ${name} is queued.`;
  };

const pause =
  ({ id, name }: ShopState): Action =>
  async (client) => {
    accepted((await client.request(ShopPauseDocument, { input: { shopId: id } })).shopPause);
    return `${name} is paused.`;
  };

const resume =
  ({ id, name }: ShopState): Action =>
  async (client) => {
    accepted((await client.request(ShopResumeDocument, { input: { shopId: id } })).shopResume);
    return `${name} is read again.`;
  };

/** Figures of a run under way; not announced, as they change several times a second: its end is. */
function Progress({ run, shop }: { run: Run; shop: ShopState }) {
  const reading = run.streams.find(({ status }) => status === 'RUNNING');
  const [fetched, pages] = [
    run.streams.reduce((sum, one) => sum + one.fetched, 0),
    run.streams.reduce((sum, one) => sum + one.pages, 0),
  ];
  const what =
    run.status === 'QUEUED' ? 'Waits for a worker' : `Reads ${reading ? wordOf(reading.stream).toLowerCase() : '…'}`;
  return (
    <div class="progress">
      <progress aria-label={`Sync of ${shop.name}`} />
      <span>
        {what} · {some(pages, 'page')}, {some(fetched, 'record')}, {countText(written(run))} new or changed
      </span>
    </div>
  );
}

function StreamRow({ stream, shop, now }: { stream: StreamState; shop: ShopState; now: number }) {
  const { tone, word } = streamVerdict(stream, now, shop.status);
  const { lastSuccessAt, lag, lastError, failures, dataAtRiskAt, lostSpans } = stream;
  return (
    <tr>
      <th scope="row">
        {wordOf(stream.name)} <Badge tone={tone}>{word}</Badge>
      </th>
      <td data-label="Last success">{lastSuccessAt ? <Ago at={lastSuccessAt} now={now} /> : 'never'}</td>
      <td data-label="Lag" class="number">
        {lag === null ? '–' : lengthText(lag)}
      </td>
      <td data-label="Data at risk">{dataAtRiskAt ? <Moment at={dataAtRiskAt} now={now} /> : 'never'}</td>
      <td class="strategy" data-label="Catches up by">
        <span>{stream.strategy}</span>
        {lastError && lastError !== shop.statusReason && (
          <span class="reason">
            {some(failures, 'failure')}: {lastError}
          </span>
        )}
        {lostSpans.map(({ from, to }) => (
          <span class="reason" key={from}>
            Lost: what changed last from {momentText(from)} to {momentText(to)}
          </span>
        ))}
      </td>
    </tr>
  );
}

function Streams({ shop, now }: { shop: ShopState; now: number }) {
  return (
    <table class="streams">
      <caption class="unseen">Streams of {shop.name}</caption>
      <thead>
        <tr>
          <th scope="col">Stream</th>
          <th scope="col">Last success</th>
          <th scope="col" class="number">
            Lag
          </th>
          <th scope="col">Data at risk</th>
          <th scope="col">Catches up by</th>
        </tr>
      </thead>
      <tbody>
        {shop.streams.map((stream) => (
          <StreamRow key={stream.name} stream={stream} shop={shop} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Shop({ shop, desk }: { shop: ShopState; desk: Desk }) {
  const { tone, word } = shopVerdict(shop, desk.now);
  const run = desk.runs.get(shop.id);
  const { id, name, status } = shop;
  return (
    <li class="shop">
      <div class="shop-head">
        <h3>{name}</h3>
        <Badge tone={tone}>{word}</Badge>
        <span class="aside">
          {marketplaceText(shop.marketplace)}
          {shop.sandbox && ', pretend'}
        </span>
        <span class="acts">
          {status === 'ACTIVE' && isRead(shop) && (
            <Act name={`Sync now|${id}`} label={`Sync now: ${name}`} desk={desk} act={start(shop)} waits={!!run} />
          )}
          {/* one button, which keeps the focus while it changes */}
          {status === 'PAUSED' ? (
            <Act key="pause" name={`Resume|${id}`} label={`Resume ${name}`} desk={desk} act={resume(shop)} />
          ) : (
            status === 'ACTIVE' &&
            isRead(shop) && (
              <Act key="pause" name={`Pause|${id}`} label={`Pause ${name}`} desk={desk} act={pause(shop)} />
            )
          )}
        </span>
      </div>
      {shop.statusReason && <p class="reason">{shop.statusReason}</p>}
      {shop.backoffUntil && Date.parse(shop.backoffUntil) > desk.now && (
        <p class="aside">
          The marketplace asked us to stay away until <Moment at={shop.backoffUntil} now={desk.now} />.
        </p>
      )}
      {run && <Progress run={run} shop={shop} />}
      {isRead(shop) && <Streams shop={shop} now={desk.now} />}
    </li>
  );
}

/** Shops that are shown: what needs somebody comes first. */
const shopsMax = 50;

export const shopsShown = ({ shops }: Health, { view: { filters } }: Desk): ShopState[] =>
  shops.filter(
    ({ id, marketplace }) =>
      (!filters.shop || filters.shop === id) && (!filters.marketplace || filters.marketplace === marketplace),
  );

export const syncHealth = panel<Health>({
  id: 'sync',
  title: 'Sync health',
  columns: 12,
  group: health,
  needsOrders: false,
  body(data, desk) {
    const shops = byVerdict(shopsShown(data, desk), desk.now);
    if (shops.length === 0) return <Nothing>No shop fits the filter.</Nothing>;
    return (
      <>
        <ul class="shops">
          {shops.slice(0, shopsMax).map((shop) => (
            <Shop key={shop.id} shop={shop} desk={desk} />
          ))}
        </ul>
        {shops.length > shopsMax && (
          <p class="more">
            {shopsMax} of {countText(shops.length)} are shown, those that need somebody first. The filter finds the
            others.
          </p>
        )}
      </>
    );
  },
});
