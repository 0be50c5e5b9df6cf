import { RejectRetryDocument, RejectsDocument, type RejectsQuery, type StreamName } from '../sdk/index.js';
import { type Asked, type Command, UsageError } from './command.js';
import { connect, mustBeEmpty } from './connection.js';
import { everyShop, shopNamed, streamNamed } from './shops.js';
import { printJson, printTable } from './table.js';

const shopOption = { value: 'SHOP', about: 'of this shop only, by its id or its name' };
const streamOption = { value: 'NAME', about: 'orders, shipments or returns only' };

type Reject = RejectsQuery['rejects']['nodes'][number];

export const listRejects: Command = {
  name: 'rejects list',
  about: 'Lists records that could not be read, latest first, with the reason.',
  args: '',
  count: [0, 0],
  options: {
    shop: shopOption,
    stream: streamOption,
    limit: { value: 'N', about: 'at most so many: 50 unless given' },
    json: { about: 'as JSON' },
  },
  more: 'Their payloads come with: lading export rejects',
  async run(asked, on) {
    const lading = connect(on);
    const limit = limitOf(asked.text('limit') ?? '50');
    const given = asked.text('shop');
    const shopIds = given === null ? null : [shopNamed(await everyShop(lading), given).id];
    const where = { shopIds, streams: streamsOf(asked) };
    const found: Reject[] = [];
    let total = 0;
    for (let after: string | null = null; ; ) {
      const first = Math.min(100, limit - found.length);
      const { rejects }: RejectsQuery = await lading.request(RejectsDocument, { where, first, after });
      found.push(...rejects.nodes);
      total = rejects.totalCount;
      if (!rejects.pageInfo.hasNextPage || found.length >= limit) break;
      after = rejects.pageInfo.endCursor;
    }
    if (asked.has('json')) return void printJson(on, found);
    const rows = found.map((one) => [one.id, one.shop.name, one.stream, one.externalId, one.lastSeenAt, one.reason]);
    printTable(on, [['REJECT', 'SHOP', 'STREAM', 'RECORD', 'LAST SEEN', 'REASON'], ...rows]);
    if (total > found.length) on.err.write(`${found.length} of ${total}; more with --limit\n`);
    return 0;
  },
};

export const retryRejects: Command = {
  name: 'rejects retry',
  about: 'Reads rejected records again, from what is stored.',
  args: '[<reject> …]',
  count: [0, 100],
  options: { shop: { ...shopOption, about: 'all of this shop, by its id or its name' }, stream: streamOption },
  more: 'Give either ids of rejects, or --shop with or without --stream. Those that can be read now are gone in a moment.',
  async run(asked, on) {
    const given = asked.text('shop');
    if ((given === null) === (asked.args.length === 0)) throw new UsageError('Give either ids of rejects or a --shop.');
    if (given === null && asked.text('stream')) throw new UsageError('--stream goes with --shop only.');
    const lading = connect(on);
    const input =
      given === null
        ? { ids: [...asked.args] }
        : { shopId: shopNamed(await everyShop(lading), given).id, stream: streamsOf(asked)?.[0] ?? null };
    const { rejectRetry } = await lading.request(RejectRetryDocument, { input });
    // with ids, none is told by the errors: no reject has one of them
    const count = rejectRetry.requestedCount;
    if (count !== null && (count > 0 || given !== null)) on.out.write(`${count} rejects are read again\n`);
    mustBeEmpty(rejectRetry.userErrors);
    return 0;
  },
};

function streamsOf(asked: Asked): StreamName[] | null {
  const given = asked.text('stream');
  return given === null ? null : [streamNamed(given)];
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--limit must be a number from 1 to 999999, not "${text}".`);
  return Number(text);
}
