import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Filters, isRange, type Period, presets } from './filters.js';
import type { ShopState } from './groups.js';
import { marketplaceText } from './words.js';

interface FilterBarProps {
  readonly filters: Filters;
  readonly period: Period;
  /** Null: not known yet. */
  readonly shops: readonly ShopState[] | null;
  readonly choose: (change: Partial<Filters>) => void;
  readonly children?: ComponentChildren;
}

const names: Readonly<Record<number, string>> = { 7: '7 days', 30: '30 days', 90: '90 days', 365: '1 year' };

/** What the panels show. Stays at the top while the page scrolls, on screens that have room for it. */
export function FilterBar({ filters, period, shops, choose, children }: FilterBarProps) {
  const chosen = 'days' in filters.range ? filters.range.days : null;
  const [custom, setCustom] = useState(chosen === null);
  useEffect(() => setCustom(chosen === null), [chosen]);
  return (
    <search class="filters" aria-label="Filters">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line by every browser */}
      <div class="choice" role="group" aria-label="Time range">
        {presets.map((days) => (
          <button
            type="button"
            key={days}
            aria-pressed={!custom && chosen === days}
            onClick={() => {
              setCustom(false);
              choose({ range: { days } });
            }}
          >
            {names[days]}
          </button>
        ))}
        <button type="button" aria-pressed={custom} aria-expanded={custom} onClick={() => setCustom(true)}>
          Custom
        </button>
      </div>
      {custom && <CustomRange period={period} choose={choose} />}
      <Pick
        label="Marketplace"
        all="All marketplaces"
        value={filters.marketplace}
        options={marketplacesOf(shops ?? [])}
        // a shop of another marketplace would leave nothing
        choose={(marketplace) => choose({ marketplace, shop: null })}
      />
      <Pick
        label="Shop"
        all="All shops"
        value={filters.shop}
        options={(shops ?? [])
          .filter(({ marketplace }) => !filters.marketplace || marketplace === filters.marketplace)
          .map(({ id, name }) => [id, name] as const)}
        choose={(shop) => choose({ shop })}
      />
      {children}
    </search>
  );
}

const marketplacesOf = (shops: readonly ShopState[]) =>
  [...new Set(shops.map(({ marketplace }) => marketplace))]
    .sort()
    .map((code) => [code, marketplaceText(code)] as const);

/**
 * Two days, taken over when both are there and in order. While one is typed it passes through others (year 2, 20, 202):
 * it is taken when the field is left, or with Enter; one that is picked from the calendar at once.
 */
function CustomRange({ period, choose }: Pick<FilterBarProps, 'period' | 'choose'>) {
  const { firstDay, lastDay } = period;
  const [days, setDays] = useState({ from: firstDay, to: lastDay });
  const typing = useRef(false);
  useEffect(() => setDays({ from: firstDay, to: lastDay }), [firstDay, lastDay]);
  const fits = isRange(days.from, days.to);
  const take = (range: typeof days) => {
    typing.current = false;
    const isNew = range.from !== firstDay || range.to !== lastDay;
    if (isNew && isRange(range.from, range.to)) choose({ range });
  };
  const field = (name: 'from' | 'to', text: string, bounds: { min?: string; max?: string }) => (
    <label class="labelled">
      <span>{text}</span>
      <input
        type="date"
        value={days[name]}
        {...bounds}
        aria-invalid={!fits}
        onKeyDown={({ key }) => {
          typing.current = true;
          if (key === 'Enter') take(days);
        }}
        onInput={({ currentTarget: { value } }) => {
          const range = { ...days, [name]: value };
          setDays(range);
          if (!typing.current) take(range);
        }}
        onBlur={() => take(days)}
      />
    </label>
  );
  return (
    <span class="custom">
      {field('from', 'From', { max: days.to })}
      {field('to', 'to', { min: days.from })}
      {!fits && <span class="reason">Choose two days in order, at most ten years apart.</span>}
    </span>
  );
}

interface PickProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | null;
  readonly options: readonly (readonly [string, string])[];
  readonly choose: (value: string | null) => void;
}

function Pick({ label, all, value, options, choose }: PickProps) {
  return (
    <label class="labelled">
      <span class="unseen">{label}</span>
      <select value={value ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value || null)}>
        <option value="">{all}</option>
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
        {value !== null && !options.some(([code]) => code === value) && <option value={value}>{value}</option>}
      </select>
    </label>
  );
}
