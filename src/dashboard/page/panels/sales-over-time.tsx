import { useState } from 'preact/hooks';
import { Chart, ChartTable } from '../chart.js';
import { type Amount, added, currenciesOf, currencyShown } from '../currency.js';
import { type Period, periodNames } from '../filters.js';
import { type Desk, panel } from '../panel.js';
import { Choice, Nothing } from '../parts.js';
import { type PeriodSales, salesPeriods } from '../sales-periods.js';
import { countText, moneyText, periodText, shortCount, shortMoney, some } from '../words.js';

interface Bar {
  readonly name: string;
  readonly units: number;
  readonly revenue: Amount;
}

/** One bar for each day or month, also where nothing was sold. Units and amounts are of one currency. */
function barsOf({ rows }: PeriodSales, period: Period, currency: string): Bar[] {
  const names = rows.map(({ day, month }) => day ?? month ?? '');
  // business days of a marketplace far away may lie beside those of the viewer
  const [first, last] = [...names, period.firstDay, period.lastDay]
    .sort()
    .filter((_, at, { length }) => at % (length - 1) === 0);
  const bars = new Map<string, Bar>();
  for (const name of periodNames(dayOf(first ?? ''), dayOf(last ?? ''), period.unit)) {
    bars.set(name, { name, units: 0, revenue: { amount: '0', currency } });
  }
  for (const [at, { unitsSold, grossRevenue }] of rows.entries()) {
    const bar = bars.get(names[at] as string);
    if (!bar || grossRevenue.currency !== currency) continue;
    bars.set(bar.name, { ...bar, units: bar.units + unitsSold, revenue: added(bar.revenue, grossRevenue) });
  }
  return [...bars.values()];
}

const dayOf = (name: string) => (name.length === 7 ? `${name}-01` : name);

function SalesChart({ data, desk }: { data: PeriodSales; desk: Desk }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { metric, currency: chosen } = desk.view.filters;
  const { period } = desk.view;
  const currency = currencyShown(data.rows, chosen);
  if (currency === null) return <Nothing>Nothing was sold in this time.</Nothing>;
  const bars = barsOf(data, period, currency);
  const isRevenue = metric === 'revenue';
  const total = bars.map(({ revenue }) => revenue).reduce(added, { amount: '0', currency });
  const units = bars.reduce((sum, { units }) => sum + units, 0);
  const whole = `${moneyText(total)} · ${some(units, 'unit')}`;
  const bar = pointed === null ? undefined : bars[pointed];
  const each = period.unit === 'DAY' ? 'day' : 'month';
  const unitsName = currenciesOf(data.rows).length > 1 ? `Units sold, ${currency}` : 'Units sold';
  const what = isRevenue ? `Gross revenue per ${each} in ${currency}` : `${unitsName}, per ${each}`;
  return (
    <>
      <p class="readout">
        {bar ? (
          <>
            <strong>{periodText(bar.name)}</strong> {moneyText(bar.revenue)} · {some(bar.units, 'unit')}
          </>
        ) : (
          <>
            <strong>In all</strong> {whole}
          </>
        )}
      </p>
      <Chart
        points={bars.map(({ name, revenue, units }) => ({ name, value: isRevenue ? Number(revenue.amount) : units }))}
        unit={period.unit}
        label={`${what}, in all ${whole}. The table below has the same figures.`}
        axis={(value) => (isRevenue ? shortMoney(value, currency) : shortCount(value))}
        point={setPointed}
      />
      {data.basis && (
        <p class="basis">
          {data.basis.summary} {data.basis.amounts}
        </p>
      )}
      <ChartTable
        caption={`Sales per ${each}`}
        columns={[period.unit === 'DAY' ? 'Day' : 'Month', `Gross revenue, ${currency}`, unitsName]}
        rows={bars.map(({ name, revenue, units }) => [name, moneyText(revenue), countText(units)] as const)}
      />
    </>
  );
}

export const salesOverTime = panel<PeriodSales>({
  id: 'sales',
  title: 'Sales over time',
  columns: 12,
  group: salesPeriods,
  needsOrders: true,
  controls(data, { view: { filters }, choose }) {
    const rows = data?.rows ?? [];
    const currencies = currenciesOf(rows);
    return (
      <>
        {currencies.length > 1 && (
          <Choice
            label="Currency"
            value={currencyShown(rows, filters.currency) ?? ''}
            options={currencies.map((one) => [one, one] as const)}
            choose={(currency) => choose({ currency })}
          />
        )}
        <Choice
          label="Figure"
          value={filters.metric}
          options={[
            ['revenue', 'Revenue'],
            ['units', 'Units'],
          ]}
          choose={(metric) => choose({ metric })}
        />
      </>
    );
  },
  body: (data, desk) => <SalesChart data={data} desk={desk} />,
});
