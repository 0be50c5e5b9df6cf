import type { Store } from './data.js';
import { FilterBar } from './filter-bar.js';
import { type Filters, type Period, periodOf } from './filters.js';
import { FirstSteps, KeyForm } from './first-steps.js';
import { health, isRead } from './groups.js';
import { KeyFigures } from './key-figures.js';
import type { Live } from './live.js';
import type { Desk } from './panel.js';
import { panels } from './panels/index.js';
import { Frame } from './parts.js';
import { hasKey } from './session.js';
import { ThemeSwitch } from './theme.js';
import { clockText, localeText, periodText } from './words.js';

export interface AppProps {
  readonly store: Store;
  readonly live: Live;
  readonly desk: Desk;
  /** The last thing that was told: announced to those who do not see the page, too. */
  readonly notice: Notice | null;
  readonly giveKey: (key: string) => void;
  readonly closeNotice: () => void;
}

export interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

export function App(props: AppProps) {
  const { store, notice, closeNotice } = props;
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Top store={store} live={props.live} />
      <main class="page" id="content" tabIndex={-1}>
        <h1 class="unseen">Dashboard</h1>
        {store.trouble?.kind === 'KEY' ? <KeyForm refused={hasKey()} give={props.giveKey} /> : <Content {...props} />}
      </main>
      <footer class="foot">
        Amounts and times in {localeText()}. The days of charts are the marketplaces’ own business days. Revenue
        includes VAT, after discounts, of orders placed in the time range; currencies are never summed.
      </footer>
      <div class="notices" role="status">
        {notice && (
          <p class={`notice ${notice.tone}`}>
            {notice.text}
            <button type="button" class="quiet-button" aria-label="Close the message" onClick={closeNotice}>
              ×
            </button>
          </p>
        )}
      </div>
    </>
  );
}

function Top({ store, live }: Pick<AppProps, 'store' | 'live'>) {
  const isLive = live.connected && !store.trouble;
  return (
    <header class="top">
      <a class="brand" href="/">
        Lading
      </a>
      <p class="state">
        <span class={isLive ? 'dot on' : 'dot'} aria-hidden="true" />
        {store.knownAt ? `${isLive ? 'Live' : 'Not live'}, as of ${clockText(store.knownAt)}` : 'Connecting …'}
      </p>
      <nav aria-label="Pages">
        <a href="/graphql">API explorer</a> <a href="/docs">REST</a>
      </nav>
      <ThemeSwitch />
    </header>
  );
}

function Content({ store, desk }: AppProps) {
  const { data } = store.get(health);
  const { filters, period } = desk.view;
  const isEmpty = data !== null && data.newestOrderAt === null;
  const shops = data?.shops.filter(isRead) ?? [];
  const hasShops = data === null || shops.length > 0;
  return (
    <>
      {store.trouble?.kind === 'GONE' && (
        <p class="banner" role="alert">
          <span>{store.trouble.message}</span>
          <button type="button" onClick={() => store.refresh()}>
            Try now
          </button>
        </p>
      )}
      {!isEmpty && (
        <>
          <FilterBar filters={filters} period={period} shops={data?.shops ?? null} choose={desk.choose}>
            <RangeText period={period} newestOrderAt={data?.newestOrderAt ?? null} choose={desk.choose} />
          </FilterBar>
          <KeyFigures store={store} desk={desk} />
        </>
      )}
      <div class="grid">
        {isEmpty && <FirstSteps shops={shops} />}
        {panels
          .filter(({ needsOrders }) => hasShops && (!isEmpty || !needsOrders))
          .map((one) => (
            <Frame key={one.id} panel={one} loaded={store.get(one.group)} desk={desk} retry={() => store.refresh()} />
          ))}
      </div>
    </>
  );
}

/** Days before an old installation is told that its newest order lies outside of what is shown. */
function RangeText({ period, newestOrderAt, choose }: RangeTextProps) {
  const text = `${periodText(period.firstDay)} – ${periodText(period.lastDay)}`;
  const isBefore = newestOrderAt !== null && Date.parse(newestOrderAt) < Date.parse(period.from);
  return (
    <p class="range">
      {text}
      {isBefore && (
        <>
          {' · the newest order is older. '}
          <button type="button" onClick={() => choose({ range: endingAt(newestOrderAt) })}>
            Show the 90 days up to it
          </button>
        </>
      )}
    </p>
  );
}

interface RangeTextProps {
  readonly period: Period;
  readonly newestOrderAt: string | null;
  readonly choose: (change: Partial<Filters>) => void;
}

function endingAt(instant: string): { from: string; to: string } {
  const { firstDay, lastDay } = periodOf({ days: 90 }, new Date(instant));
  return { from: firstDay, to: lastDay };
}
