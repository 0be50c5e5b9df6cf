// Sales by day or month. The API gives pages of 100 rows: a year is asked for in parts, which are read at the same time.
import { type Client, SalesByPeriodDocument, type SalesByPeriodQuery } from '../../sdk/index.js';
import { group, type View } from './data.js';
import { partsOf, type Span } from './filters.js';
import { whereOf } from './groups.js';

type Answer = SalesByPeriodQuery['salesTotals'];

export interface PeriodSales {
  /** One per currency and day or month; a day in which two parts meet has one of each. */
  readonly rows: Answer['nodes'];
  readonly basis: Answer['basis'] | null;
}

/** Pages of a part, whatever is stored. */
const pagesMax = 20;

const variablesOf = (view: View) => ({
  where: whereOf(view),
  parts: partsOf(view.period),
  groupBy: [view.period.unit] as ('DAY' | 'MONTH')[],
});

type Asked = ReturnType<typeof variablesOf>;

/** All pages of a part. */
async function pagesOf(client: Client, { where, groupBy }: Asked, orderedAt: Span): Promise<Answer[]> {
  const pages: Answer[] = [];
  let after: string | null = null;
  do {
    const answer: SalesByPeriodQuery = await client.request(SalesByPeriodDocument, {
      ...{ where: { ...where, orderedAt }, groupBy, after },
    });
    const { salesTotals } = answer;
    pages.push(salesTotals);
    after = salesTotals.pageInfo.hasNextPage ? salesTotals.pageInfo.endCursor : null;
  } while (after !== null && pages.length < pagesMax);
  return pages;
}

export const salesPeriods = group('periods', variablesOf, async (client, asked): Promise<PeriodSales> => {
  const pages = (await Promise.all(asked.parts.map((part) => pagesOf(client, asked, part)))).flat();
  return { rows: pages.flatMap(({ nodes }) => nodes), basis: pages[0]?.basis ?? null };
});
