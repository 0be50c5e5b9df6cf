// How every report over sales and orders is read: a page of rows that are summed up for it, and what the report says of itself.
import type { Compiler } from './compile.js';
import { type GroupedList, type GroupedPage, groupedConnection } from './grouped.js';
import type { Page } from './list.js';
import type { OwnRead } from './read.js';
import type { ReportFacts } from './report-facts.js';
import type { SalesQuestion } from './sales-sums.js';
import type { Shape } from './shape.js';

/** Which orders of a row are listed, from the arguments of `contributingOrders`. */
export type OrdersPage = (args: Readonly<Record<string, unknown>>) => Page;

export interface ReportAsked {
  readonly question: SalesQuestion;
  readonly list: GroupedList;
  readonly page: GroupedPage;
  readonly ordersPage: OrdersPage;
  readonly facts: ReportFacts;
}

/** A report from its rows, as a SELECT, and the shape of a row. */
export function reportRead(
  rows: (compiler: Compiler, question: SalesQuestion) => string,
  shape: (question: SalesQuestion, ordersPage: OrdersPage) => Shape,
): (asked: ReportAsked) => OwnRead {
  return ({ question, list, page, ordersPage, facts }) => ({
    kind: 'own',
    compile: (compiler, selection) =>
      groupedConnection(compiler, selection, {
        ...{ list, page, rows: () => rows(compiler, question), shape: shape(question, ordersPage) },
        fact: (field) => facts(compiler, field),
      }),
  });
}
