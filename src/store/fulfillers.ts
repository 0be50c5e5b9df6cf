import type { FulfilledBy, OrderLine } from '../commerce/order.js';
import type { Executor } from './database.js';

/*
 * Some marketplaces tell who sends an order only until it is sent. What was told before stands then: the marketplace's
 * stays the marketplace's, and what was open at the seller's is certain to be the seller's.
 */

interface Stored {
  readonly orderId: string;
  readonly line: string;
  readonly fulfilledBy: FulfilledBy;
  readonly isOpen: boolean;
}

interface Lines {
  /** Of the order. */
  readonly id: string;
  readonly lines: readonly OrderLine[];
}

/** The lines of these orders, with who sends them as far as that was told before. */
export async function linesWithFulfillers(tx: Executor, orders: readonly Lines[]): Promise<(readonly OrderLine[])[]> {
  const asked = orders.filter(({ lines }) => lines.some(({ isFulfillerGuessed }) => isFulfillerGuessed));
  if (asked.length === 0) return orders.map(({ lines }) => lines);
  const rows = await tx.run<Stored>({
    name: 'fulfillers-told',
    text: `select order_id as "orderId", array_to_string(external_ids, E'\u001f') as line, fulfilled_by as "fulfilledBy",
        ordered > shipped + cancelled as "isOpen"
      from order_lines where order_id = any($1)`,
    values: [asked.map(({ id }) => id)],
  });
  const stored = new Map(rows.map((row) => [`${row.orderId} ${row.line}`, row]));
  return orders.map(({ id, lines }) =>
    lines.map((line) => toldBefore(line, stored.get(`${id} ${line.externalIds.join('\u001f')}`))),
  );
}

function toldBefore({ isFulfillerGuessed, ...line }: OrderLine, stored: Stored | undefined): OrderLine {
  if (!isFulfillerGuessed) return line;
  if (stored?.fulfilledBy === 'MARKETPLACE') return { ...line, fulfilledBy: 'MARKETPLACE' };
  return stored?.isOpen ? line : { ...line, isFulfillerGuessed };
}
