import type { Marketplace, Stream } from '../../commerce/marketplace.js';
import { among } from './filters.js';
import { quoted } from './json.js';
import type { ListShape, Where } from './list.js';
import { rateLimitsOf } from './rate-limits.js';
import {
  bigintKey,
  bool,
  code,
  document,
  id,
  instant,
  int,
  many,
  one,
  orNull,
  type Shape,
  type Sql,
  text,
  textKey,
} from './shape.js';

export const shopShape: Shape = {
  noun: 'Shop',
  table: 'shops',
  key: [bigintKey('id')],
  fields: {
    id: id('Shop', 'id'),
    name: text('name'),
    marketplace: code('marketplace'),
    status: code('status'),
    statusReason: orNull(text('status_reason')),
    sandbox: bool('sandbox'),
    streams: many(
      'Stream',
      (shop, stream) => `${streamTable} ${stream} where ${stream}.shop_id = ${shop}.id`,
      // ORDERS, SHIPMENTS, RETURNS: what leads to what
      (stream) => `${stream}.name = 'RETURNS', ${stream}.name`,
    ),
    createdAt: instant('created_at'),
    backoffUntil: orNull(instant('backoff_until')),
    version: int('version'),
  },
};

/** Shops are few: their list is sorted without an index. */
export const shopList: ListShape = {
  name: 'shops',
  shape: 'Shop',
  sort: { CREATED_AT: { column: 'created_at', type: 'timestamptz' }, NAME: { column: 'name', type: 'text' } },
};

/** Null asks nothing. An empty list finds nothing. */
export interface ShopFilter {
  readonly marketplaces?: readonly string[] | null;
  readonly statuses?: readonly string[] | null;
  readonly sandbox?: boolean | null;
}

export function shopWhere({ marketplaces, statuses, sandbox }: ShopFilter): Where[] {
  return [
    ...among('marketplace', 'text', marketplaces),
    ...among('status', 'text', statuses),
    ...among('sandbox', 'boolean', sandbox == null ? null : [String(sandbox)]),
  ];
}

/** A stream knows its shop's marketplace, as what the connector says of it depends on that, and since when it is asked for. */
export const streamTable = `(select t.*, s.marketplace, s.created_at, s.rate_limits, s.observed_limits
  from streams t join shops s on s.id = t.shop_id)`;

/** How long ago an instant is; null where it is null. A marketplace's clock that is ahead of ours is no age. */
export const ageSeconds = (instant: string): string =>
  `case when ${instant} > now() then 0 else trunc(extract(epoch from now() - ${instant}))::int end`;

/** A stream with what its connector says of it: where the shop's own configuration is null, the connector's value holds. */
export function streamShape(marketplaces: readonly Marketplace[], rateScale: number): Shape {
  const declared = (value: (stream: Stream) => string): Sql => byStream(marketplaces, value);
  const seconds =
    (column: string, value: (stream: Stream) => number | null): Sql =>
    (row) =>
      `(coalesce(${row}.${column}, ${declared((stream) => `${value(stream)}::bigint`)(row)}) / 1000)`;
  const window = seconds('window_ms', (stream) => stream.windowMs);
  return {
    noun: 'Stream',
    table: streamTable,
    key: [bigintKey('shop_id'), textKey('name')],
    fields: {
      id: id('Stream', 'shop_id', 'name'),
      shop: one('Shop', (stream, shop) => `shops ${shop} where ${shop}.id = ${stream}.shop_id`),
      name: code('name'),
      enabled: bool('enabled'),
      strategy: text((row) => `coalesce(${declared((stream) => strategyNow(stream, row))(row)}, '')`),
      strategies: document((row) => `coalesce(${declared((stream) => strategiesOf(stream))(row)}, '[]'::jsonb)`),
      everySeconds: int(seconds('every_ms', (stream) => stream.everyMs)),
      overlapSeconds: int(seconds('overlap_ms', (stream) => stream.overlapMs)),
      windowSeconds: orNull(int(window)),
      dueAt: instant('due_at'),
      lastStartedAt: orNull(instant('last_started_at')),
      lastSuccessAt: orNull(instant('last_success_at')),
      lag: orNull(int((row) => ageSeconds(`${row}.last_success_at`))),
      lastError: orNull(text('last_error')),
      failures: int('failures'),
      dataAtRiskAt: orNull(
        instant(
          (row) => `(coalesce(${row}.last_success_at, ${row}.created_at) + ${window(row)} * interval '1 second')`,
        ),
      ),
      lostSpans: many(
        'LostSpan',
        (stream, span) =>
          `lost_spans ${span} where ${span}.shop_id = ${stream}.shop_id and ${span}.stream = ${stream}.name`,
        (span) => `${span}.from_at`,
      ),
      rateLimits: document(rateLimitsOf(marketplaces, rateScale)),
    },
  };
}

export const lostSpanShape: Shape = {
  noun: 'LostSpan',
  table: 'lost_spans',
  key: [bigintKey('shop_id'), textKey('stream')],
  fields: {
    from: instant('from_at'),
    to: instant('to_at'),
    noticedAt: instant('noticed_at'),
  },
};

/** What `strategyFor` would choose now, in SQL. */
function strategyNow({ strategies, overlapMs }: Stream, row: string): string {
  const widest = strategies[strategies.length - 1] ?? strategies[0];
  const gapMs = `extract(epoch from now() - ${row}.last_success_at) * 1000 + coalesce(${row}.overlap_ms, ${overlapMs})`;
  const reaching = strategies.map(({ reachMs, text: line }) =>
    reachMs === null ? `when true then ${quoted(line)}` : `when ${gapMs} <= ${reachMs} then ${quoted(line)}`,
  );
  return `case when ${row}.last_success_at is null then ${quoted(widest.text)} ${reaching.join(' ')} else ${quoted(widest.text)} end`;
}

function strategiesOf({ strategies }: Stream): string {
  const all = strategies.map(({ code, text: line, reachMs }) => ({
    ...{ code, description: line, reachSeconds: reachMs === null ? null : Math.floor(reachMs / 1_000) },
  }));
  return `${quoted(JSON.stringify(all))}::jsonb`;
}

/** A constant of the connector's stream: `case … end`; null for a stream that no connector has any more. */
function byStream(marketplaces: readonly Marketplace[], value: (stream: Stream) => string): Sql {
  const all = marketplaces.flatMap(({ code, streams }) => streams.map((stream) => ({ code, stream })));
  if (!all.length) return () => 'null';
  return (row) => {
    const cases = all.map(
      ({ code, stream }) =>
        `when ${row}.marketplace = ${quoted(code)} and ${row}.name = ${quoted(stream.name)} then ${value(stream)}`,
    );
    return `(case ${cases.join(' ')} end)`;
  };
}
