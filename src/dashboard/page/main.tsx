// The page's own composition root: address → what is looked at → what is asked for → what is painted.
import { render } from 'preact';
import { App, type Notice } from './app.js';
import { type Group, Store, type View } from './data.js';
import { type Filters, filtersQuery, fitting, parseFilters, periodOf } from './filters.js';
import { keepFocus } from './focus.js';
import { fulfillment, health, openAlerts, sales } from './groups.js';
import { Live, type Run } from './live.js';
import type { Action, Desk } from './panel.js';
import { Refused } from './panel.js';
import { panels } from './panels/index.js';
import { keepKey, openClient } from './session.js';
import { troubleOf } from './trouble.js';
import { some } from './words.js';

/** How often "3 minutes ago" is reckoned again. */
const clockMs = 15_000;
const noticeMs = 8_000;

const busy = new Set<string>();
let filters = parseFilters(location.search);
let notice: Notice | null = null;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;
let client = openClient();
/** The server wants another key. */
let isLocked = false;

const groups = new Map<string, Group<unknown>>(
  [health, sales, fulfillment, openAlerts, ...panels.map(({ group }) => group)].map((one) => [one.name, one]),
);
const store = new Store(client, viewOf, [...groups.values()]);
const live = new Live({
  changed: paint,
  moved: () => store.moved(),
  ended: (run) => tell({ text: endOf(run), tone: run.status === 'FAILED' ? 'bad' : 'good' }),
});

function viewOf(): View {
  return { filters, period: periodOf(filters.range, new Date()), shops: store.get(health).data?.shops ?? null };
}

function endOf({ shop, status, streams, error }: Run): string {
  if (status === 'FAILED') return `The sync of ${shop.name} failed: ${error ?? 'see its streams'}`;
  if (status === 'CANCELLED') return `The sync of ${shop.name} was stopped.`;
  const [created, updated, rejected] = (['created', 'updated', 'rejected'] as const).map((figure) =>
    streams.reduce((sum, one) => sum + one[figure], 0),
  ) as [number, number, number];
  const aside = rejected ? `, ${some(rejected, 'reject')}` : '';
  return `The sync of ${shop.name} ended: ${some(created, 'new record')}, ${some(updated, 'changed one')}${aside}.`;
}

function tell(one: Notice | null): void {
  notice = one;
  clearTimeout(noticeTimer);
  if (one?.tone === 'good') noticeTimer = setTimeout(() => tell(null), noticeMs);
  paint();
}

function choose(change: Partial<Filters>): void {
  filters = { ...filters, ...change };
  history.pushState(null, '', location.pathname + filtersQuery(filters));
  store.look();
  paint();
}

async function act(name: string, action: Action): Promise<void> {
  busy.add(name);
  paint();
  try {
    tell({ text: await action(client), tone: 'good' });
  } catch (error) {
    tell({ text: error instanceof Refused ? error.message : troubleOf(error).message, tone: 'bad' });
  }
  busy.delete(name);
  store.refresh();
}

function giveKey(key: string): void {
  keepKey(key);
  client = openClient();
  store.use(client);
}

const root = document.getElementById('app') as HTMLElement;
let painting = false;

/** Paints what is known now, once however many things changed. */
function paint(): void {
  if (painting) return;
  painting = true;
  queueMicrotask(() => {
    painting = false;
    const desk: Desk = {
      ...{ view: viewOf(), now: Date.now(), runs: live.runs, busy, choose },
      act: (name, action) => void act(name, action),
    };
    const closeNotice = () => tell(null);
    keepFocus(() =>
      render(
        <App store={store} live={live} desk={desk} notice={notice} giveKey={giveKey} closeNotice={closeNotice} />,
        root,
      ),
    );
  });
}

/** What the address names and nobody has is left out, and told. */
function dropUnknown(): void {
  const { data } = store.get(health);
  // of very many shops not all are known
  if (!data || data.shops.length < data.shopCount) return;
  const known = fitting(filters, data.shops);
  if (known === filters) return;
  const lacking = (['shop', 'marketplace'] as const).filter((name) => known[name] !== filters[name]);
  filters = known;
  history.replaceState(null, '', location.pathname + filtersQuery(filters));
  tell({ text: `There is no such ${lacking.join(', and no such ')}: all are shown.`, tone: 'bad' });
}

store.listen(() => {
  dropUnknown();
  // a group may wait for what another one knows: the shops
  store.look();
  const wasLocked = isLocked;
  isLocked = store.trouble?.kind === 'KEY';
  // without the key there is nothing to follow
  if (isLocked && !wasLocked) live.stop();
  if (wasLocked && !isLocked) live.start(client);
  paint();
});
addEventListener('popstate', () => {
  filters = parseFilters(location.search);
  store.look();
  paint();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    store.pause();
    live.stop();
    return;
  }
  store.refresh();
  live.start(client);
});
setInterval(() => {
  live.forgetSilent(Date.now());
  paint();
}, clockMs);

root.textContent = '';
paint();
store.refresh();
live.start(client);
