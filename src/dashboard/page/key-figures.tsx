// The line of figures above the panels.
import type { ComponentChildren } from 'preact';
import { currencyShown } from './currency.js';
import type { Store } from './data.js';
import { fulfillment, health, isRead, openAlerts, sales } from './groups.js';
import type { Desk } from './panel.js';
import { shopsShown } from './panels/sync-health.js';
import { shopVerdict } from './shop-health.js';
import { averageText, changeText, countText, moneyText, some } from './words.js';

export function KeyFigures({ store, desk }: { store: Store; desk: Desk }) {
  return (
    <section class="figures" aria-label="Key figures">
      <SalesFigures store={store} desk={desk} />
      <ReadyFigure store={store} />
      <AlertFigure store={store} desk={desk} />
    </section>
  );
}

function SalesFigures({ store, desk }: { store: Store; desk: Desk }) {
  const { data } = store.get(sales);
  const { filters, period } = desk.view;
  const currency = data && currencyShown(data.totals.nodes, filters.currency);
  const [total, totalBefore] = [data?.totals.nodes, data?.totalsBefore.nodes].map((all) =>
    all?.find(({ grossRevenue }) => grossRevenue.currency === currency),
  );
  const [units, unitsBefore] = [data?.totals.nodes, data?.totalsBefore.nodes].map(
    (all) => all?.reduce((sum, { unitsSold }) => sum + unitsSold, 0) ?? 0,
  ) as [number, number];
  const returned = data?.totals.nodes.reduce((sum, { unitsReturned }) => sum + unitsReturned, 0) ?? 0;
  const others = (data?.totals.nodes.length ?? 0) - 1;
  const { basket, basketBefore } = data ?? {};
  const before = `before: the ${some(period.days, 'day')} until then`;
  return (
    <>
      <Figure
        name={currency ? `Gross revenue, ${currency}` : 'Gross revenue'}
        value={data && (total ? moneyText(total.grossRevenue) : '–')}
        change={changeOf(
          Number(total?.grossRevenue.amount ?? 0),
          Number(totalBefore?.grossRevenue.amount ?? 0),
          before,
        )}
      >
        {others > 0 ? `and ${others} other ${others === 1 ? 'currency' : 'currencies'}` : 'incl. VAT'}
      </Figure>
      <Figure name="Units sold" value={data && countText(units)} change={changeOf(units, unitsBefore, before)}>
        {countText(returned)} returned{others > 0 && ', all currencies'}
      </Figure>
      <Figure
        name="Orders"
        value={basket && countText(basket.orderCount)}
        change={changeOf(basket?.orderCount ?? 0, basketBefore?.orderCount ?? 0, before)}
      >
        without cancelled ones
      </Figure>
      <Figure
        name="Items per order"
        value={basket && (basket.averageUnits === null ? '–' : averageText(basket.averageUnits))}
        change={changeOf(basket?.averageUnits ?? 0, basketBefore?.averageUnits ?? 0, before)}
      >
        {basket?.medianUnits != null && `median ${countText(basket.medianUnits)}`}
      </Figure>
    </>
  );
}

function ReadyFigure({ store }: { store: Store }) {
  const { data } = store.get(fulfillment);
  return (
    <Figure name="Ready to ship" value={data && countText(data.ready.totalCount)} href="#to-ship">
      {data && `${countText(data.partly.totalCount)} partly shipped`}
    </Figure>
  );
}

/** How many alerts nobody looks after; whether the shops are read as they should be. */
function AlertFigure({ store, desk }: { store: Store; desk: Desk }) {
  const open = store.get(openAlerts).data?.open.totalCount;
  const { data } = store.get(health);
  const shops = data && shopsShown(data, desk).filter(isRead);
  const well = shops?.filter((shop) => !['bad', 'warn'].includes(shopVerdict(shop, desk.now).tone)).length ?? 0;
  const running = shops?.filter(({ id }) => desk.runs.has(id)).length ?? 0;
  return (
    <Figure name="Open alerts" value={open === undefined ? null : countText(open)} href="#alerts" isAlarm={!!open}>
      {shops && `${countText(well)} of ${some(shops.length, 'shop')} in good health`}
      {running > 0 && `, ${countText(running)} syncing now`}
    </Figure>
  );
}

interface Change {
  readonly text: string;
  readonly rises: boolean;
  readonly title: string;
}

/** Against the time before; null where there was nothing to compare with. */
function changeOf(now: number, before: number, title: string): Change | null {
  if (before <= 0) return null;
  const ratio = now / before - 1;
  // more than tenfold says that there was next to nothing before
  return ratio > 9 ? null : { text: changeText(ratio), rises: ratio >= 0, title };
}

interface FigureProps {
  readonly name: string;
  /** Null, undefined: not known yet. */
  readonly value: string | null | undefined;
  readonly change?: Change | null;
  readonly href?: string;
  readonly isAlarm?: boolean;
  readonly children?: ComponentChildren;
}

function Figure({ name, value, change, href, isAlarm, children }: FigureProps) {
  return (
    <div class="figure">
      <h2>{href ? <a href={href}>{name}</a> : name}</h2>
      <p class={isAlarm ? 'value alarm' : 'value'}>{value ?? <span class="pending">…</span>}</p>
      <p class="aside">
        {change && value != null && (
          <span class={change.rises ? 'rise' : 'fall'} title={change.title}>
            {change.text}
            <span class="unseen"> against the time before; </span>
          </span>
        )}{' '}
        {value != null && children}
      </p>
    </div>
  );
}
