// Bars over time by uPlot, and the same figures as a table for those who do not see them.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { periodText, shortDay, shortMonth } from './words.js';

export interface Point {
  /** A day (`2026-03-14`) or a month (`2026-03`). */
  readonly name: string;
  readonly value: number;
}

interface ChartProps {
  readonly points: readonly Point[];
  readonly unit: 'DAY' | 'MONTH';
  /** What the picture shows, in a sentence. */
  readonly label: string;
  /** The figure on the axis: short. */
  readonly axis: (value: number) => string;
  /** The place in the list under the pointer; null: none. */
  readonly point: (at: number | null) => void;
}

const daySeconds = 86_400;
/** Distances of ticks that uPlot knows how to place: days, then months of 30 and years of 365. */
const ticks = [1, 2, 7, 14, 30, 90, 180, 365, 730].map((days) => days * daySeconds);

export function Chart({ points, unit, label, axis, point }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  // the same figures again are the same picture
  const key = JSON.stringify([points, unit, theme]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = new uPlot(options(element, points, unit, axis, point), dataOf(points), element);
    const observer = new ResizeObserver(() => plot.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [key]);
  return <div class="chart" role="img" aria-label={label} ref={box} />;
}

const sizeOf = (element: HTMLElement) => ({ width: element.clientWidth, height: element.clientHeight });

const dataOf = (points: readonly Point[]): uPlot.AlignedData => [
  points.map(({ name }) => Date.parse(name.length === 7 ? `${name}-01` : name) / 1000),
  points.map(({ value }) => value),
];

function options(
  element: HTMLElement,
  points: ChartProps['points'],
  unit: ChartProps['unit'],
  axis: ChartProps['axis'],
  point: ChartProps['point'],
): uPlot.Options {
  // colours of the theme, which a canvas cannot look up by itself
  const style = getComputedStyle(element);
  const [bars, words, lines] = [style.color, style.outlineColor, style.borderTopColor];
  const half = ((unit === 'DAY' ? 1 : 30) * daySeconds) / 2;
  const axes = { stroke: words, font: `12px ${style.fontFamily}`, ticks: { show: false } };
  return {
    ...sizeOf(element),
    // days are days of the calendar: no time zone moves them
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, x: true, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: true, range: (_, from, to) => [(from ?? 0) - half, (to ?? 0) + half] },
      y: { range: (_, _from, to) => [0, to > 0 ? to * 1.05 : 1] },
    },
    axes: [
      {
        ...axes,
        grid: { show: false },
        incrs: ticks,
        size: 28,
        space: 64,
        values: (_, splits, _axis, _space, distance) =>
          splits.map((at) => (distance >= 30 * daySeconds ? shortMonth : shortDay)(new Date(at * 1000))),
      },
      {
        ...axes,
        grid: { stroke: lines, width: 1 },
        size: widthOf,
        space: 40,
        values: (_, splits) => splits.map((value) => axis(value)),
      },
    ],
    series: [
      {},
      { fill: bars, stroke: bars, width: 0, points: { show: false }, paths: uPlot.paths.bars?.({ size: [0.72, 44] }) },
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => point(idx != null && points[idx] ? idx : null)] },
  };
}

/** Room for the longest figure: `1,2 Mio. €` takes more than `€1.2M`. */
function widthOf(plot: uPlot, texts: string[] | null, place: number): number {
  const { font } = plot.axes[place] as uPlot.Axis;
  plot.ctx.font = String(Array.isArray(font) ? font[0] : font);
  const widest = Math.max(0, ...(texts ?? []).map((text) => plot.ctx.measureText(text).width));
  // uPlot keeps its fonts in pixels of the screen
  return Math.ceil(widest / devicePixelRatio) + 16;
}

/** Another string whenever the colours changed. */
function useTheme(): string {
  const theme = () => `${document.documentElement.dataset.theme} ${matchMedia('(prefers-color-scheme: dark)').matches}`;
  const [known, setKnown] = useState(theme);
  useEffect(() => {
    const look = () => setKnown(theme());
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', look);
    const chosen = new MutationObserver(look);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', look);
      chosen.disconnect();
    };
  }, []);
  return known;
}

/** What the picture shows, as a table: newest first. */
export function ChartTable({ caption, columns, rows }: ChartTableProps) {
  return (
    <details class="as-table">
      <summary>Show as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label={caption}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map((one, at) => (
                <th key={one} scope="col" class={at ? 'number' : undefined}>
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map(([name, ...figures]) => (
              <tr key={name}>
                <th scope="row">{periodText(name)}</th>
                {figures.map((figure, at) => (
                  <td key={columns[at + 1]} class="number">
                    {figure}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

interface ChartTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** A name of a period, then its figures. */
  readonly rows: readonly (readonly [string, ...string[]])[];
}
