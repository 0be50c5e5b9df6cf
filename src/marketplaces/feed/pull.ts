// How the feed is drained: what was received and not yet stored first, then one answer after the other until there are no more.
import type { Received } from '../../commerce/inbox.js';
import type { Json } from '../../commerce/json.js';
import type { Credentials, Page, PullFrom, RawRecord, Session, TimeSpan } from '../../commerce/marketplace.js';
import { paths } from './client.js';
import { readList } from './lists.js';
import type { CutOff, Envelope } from './wire.js';

/** Records of one transaction. */
const recordsMax = 500;
/** A feed that is never empty must not make a run that never ends. */
const answersMax = 100;

export async function* pullOrders(_: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page, void> {
  const { inbox } = from;
  if (!inbox) throw new Error('a feed that hands out each order once is read through an inbox');
  let answers = from.runBegins ? 0 : Number(from.cursor?.answers ?? 0);
  let lost: TimeSpan | null = null;
  const pageOf = (page: Pick<Page, 'records' | 'done' | 'received'>): Page => {
    const named = lost ? { lost } : {};
    // said once, with the next page
    lost = null;
    return { ...page, ...named, cursor: { answers } };
  };
  for await (const received of inbox.waiting()) {
    for (const page of pagesOf(received, inbox.credentials)) yield pageOf({ ...page, done: false });
  }
  // now that all that did come is here
  lost = await inbox.lost();
  while (answers < answersMax) {
    const received = await inbox.ask(paths.orders, signal);
    if (!received) break;
    answers++;
    const pages = [...pagesOf(received, inbox.credentials)];
    for (const page of pages) yield pageOf({ ...page, done: false });
    // a page that some gateway put in between, say: the next run asks again
    if (pages.every(({ records }) => records.every(({ load }) => !load))) break;
  }
  yield pageOf({ records: [], done: true });
}

/** At least one: the last says that the answer is stored to its end. */
function* pagesOf(received: Received, credentials: Credentials): Generator<Pick<Page, 'records' | 'received'>> {
  const records = recordsOf(received, credentials);
  for (let at = 0; at === 0 || at < records.length; at += recordsMax) {
    const isLast = at + recordsMax >= records.length;
    yield { records: records.slice(at, at + recordsMax), ...(isLast && { received: received.id }) };
  }
}

function recordsOf({ body, receivedAt: at }: Received, { currency = '' }: Credentials): RawRecord[] {
  const { entries, rest } = readList(body);
  const receivedAt = at.toISOString();
  const records = entries.map((order): RawRecord => {
    const envelope: Envelope = { receivedAt, currency, order };
    // the order alone is what the list says of it, so that the same one again is known, whenever it comes
    return { externalId: numberOf(order), payload: order, load: async () => envelope };
  });
  const cutOff: CutOff | null = rest === null ? null : { receivedAt, cutOff: rest };
  return cutOff ? [...records, { externalId: null, payload: cutOff }] : records;
}

function numberOf(order: Json): string | null {
  if (order === null || typeof order !== 'object' || Array.isArray(order)) return null;
  const { orderNumber } = order as Readonly<Record<string, Json>>;
  return typeof orderNumber === 'string' && orderNumber.trim() !== '' ? orderNumber : null;
}
