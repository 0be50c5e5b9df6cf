import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { SandboxRequest } from '../../../sandbox/server.js';
import type { BolSettings } from './settings.js';

/** bol: 50 rows per page, fixed. */
export const pageSize = 50;

/** A list of which single rows can be had. */
export interface Rows<Row> {
  readonly count: number;
  readonly at: (place: number) => Row;
}

export const rowsOf = <Row>(all: readonly Row[]): Rows<Row> => ({
  count: all.length,
  at: (place) => all[place] as Row,
});

export interface Listing<Row> {
  readonly request: SandboxRequest;
  readonly page: number;
  readonly member: string;
  /** Asked for after what happened meanwhile. */
  readonly rows: () => Rows<Row>;
  readonly render: (row: Row) => object;
  /** What happens between two pages when pages shift. */
  readonly shift: () => void;
  readonly malformed: () => readonly object[];
}

/** One page: `{}` past the last one, for bol leaves empty arrays out. */
export function pageOf<Row>(listing: Listing<Row>, faults: Faults, settings: Pick<BolSettings, 'pastTheEnd'>): Answer {
  const { method, path } = listing.request;
  if (listing.page > 1 && faults.inContent('SHIFTED_PAGES', method, path)) listing.shift();
  const stuck = listing.page > 1 && faults.inContent('STUCK_CURSOR', method, path);
  const rows = listing.rows();
  const from = (listing.page - (stuck ? 2 : 1)) * pageSize;
  const found: object[] = [];
  for (let place = from; place < Math.min(from + pageSize, rows.count); place++) {
    found.push(listing.render(rows.at(place)));
  }
  if (found.length > 0 && faults.inContent('DUPLICATE_ENTRIES', method, path)) found.push(...found.slice(-3));
  if (listing.page === 1 && faults.inContent('MALFORMED_RECORDS', method, path)) found.push(...listing.malformed());
  const isMissing = found.length === 0 && settings.pastTheEnd === 'NO_MEMBER';
  return { status: 200, body: isMissing ? {} : { [listing.member]: found } };
}
