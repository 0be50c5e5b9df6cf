import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  SyncRunDocument,
  type SyncRunQuery,
  SyncStartDocument,
  type SyncStartMutation,
} from '../sdk/index.js';
import { type Command, Failure } from './command.js';
import { connect } from './connection.js';
import { type Progress, showProgress } from './progress.js';
import { everyShop, type Shop, shopNamed, streamNamed } from './shops.js';
import { printJson } from './table.js';
import { paint, type Terminal } from './terminal.js';

type Run = NonNullable<SyncRunQuery['syncRun']>;

interface Following {
  readonly shop: Shop;
  readonly id: string;
  run: Run | null;
}

const lookEveryMs = 500;

export const syncShops: Command = {
  name: 'sync',
  about: 'Starts to read shops now, and follows until they are read.',
  args: '[<shop> …]',
  count: [0, 100],
  options: {
    full: { about: 'reads everything again, not only what changed' },
    stream: { value: 'NAME', about: 'orders, shipments or returns only', several: true },
    detach: { about: 'starts, and does not wait' },
    json: { about: 'prints the runs as JSON when they have ended' },
  },
  more: 'A shop is named by its id or its name; without one, all active shops are read. Ends with 1 when a run\nfails, or was in the way of the one that was asked for. To stop following (Ctrl-C) stops no run.',
  async run(asked, on) {
    const lading = connect(on);
    const streams = asked.texts('stream').map(streamNamed);
    const all = await everyShop(lading);
    const shops = asked.args.length
      ? asked.args.map((given) => shopNamed(all, given))
      : all.filter(({ status, streams }) => status === 'ACTIVE' && streams.length > 0);
    if (!asked.args.length) {
      for (const { name, status } of all) {
        if (status !== 'ACTIVE') on.err.write(`${name}: left out, it is ${status}. See: lading shop list\n`);
      }
    }
    if (!shops.length) throw new Failure('There is no active shop to read. See: lading shop list');
    const progress = showProgress(on);
    const started: Following[] = [];
    let failed = false;
    for (const shop of shops) {
      const input = {
        ...{ shopId: shop.id, mode: asked.has('full') ? ('FULL' as const) : ('INCREMENTAL' as const) },
        streams: streams.length ? streams : null,
      };
      const { syncStart } = await lading.request(SyncStartDocument, { input });
      const run = told(shop, syncStart, progress);
      if (run) started.push({ shop, id: run, run: null });
      // followed or not, what is in the way is not what was asked for
      if (!run || syncStart.userErrors.length) failed = true;
    }
    if (asked.has('detach')) {
      for (const { shop, id } of started) on.out.write(`${id}  ${shop.name}\n`);
      return failed ? 1 : 0;
    }
    await follow(lading, started, progress);
    if (asked.has('json'))
      printJson(
        on,
        started.map(({ run }) => run),
      );
    else for (const one of started) on.out.write(`${summary(on, one)}\n`);
    return failed || started.some(({ run }) => run?.status !== 'SUCCEEDED') ? 1 : 0;
  },
};

/** The run to follow: ours, or the one that is in the way. Null: there is none, and it was said why. */
function told(shop: Shop, { syncRun, userErrors }: SyncStartMutation['syncStart'], progress: Progress): string | null {
  for (const { message } of userErrors) progress.say(`${shop.name}: ${message}`);
  const inTheWay = userErrors.some(({ code }) => code === 'SYNC_ALREADY_RUNNING');
  return syncRun && (inTheWay || !userErrors.length) ? syncRun.id : null;
}

const isOpen = (run: Run | null) => run === null || run.status === 'QUEUED' || run.status === 'RUNNING';

async function follow(lading: Client, runs: readonly Following[], progress: Progress): Promise<void> {
  for (;;) {
    for (const one of runs.filter(({ run }) => isOpen(run))) {
      const { syncRun } = await lading.request(SyncRunDocument, { id: one.id });
      if (!syncRun) throw new Failure(`The run ${one.id} of "${one.shop.name}" is gone: was the shop removed?`);
      one.run = syncRun;
    }
    const open = runs.filter(({ run }) => isOpen(run));
    if (!open.length) break;
    // how much a marketplace has is known when it was read: there is nothing to be a part of, but of several shops
    const share = runs.length > 1 ? (runs.length - open.length) / runs.length : null;
    progress.at(open.map((one) => `${one.shop.name}: ${one.run?.status}  ${figuresOf(one.run)}`).join('; '), share);
    await sleep(lookEveryMs);
  }
  progress.end();
}

const number = (value: number) => value.toLocaleString('en');

function figuresOf(run: Run | null): string {
  const figures = run?.streams.map(
    ({ stream, fetched, created, updated, rejected }) =>
      `${stream} ${number(fetched)} read, ${number(created)} new, ${number(updated)} changed` +
      (rejected ? `, ${number(rejected)} rejected` : ''),
  );
  return (figures ?? []).join('; ');
}

function summary(on: Terminal, { shop, run }: Following): string {
  const status = run?.status ?? 'QUEUED';
  const word = paint(on, on.out, status === 'SUCCEEDED' ? 'green' : 'red', status);
  const why = run?.error ?? run?.streams.find(({ error }) => error)?.error;
  return [`${shop.name}: ${word}`, figuresOf(run), why].filter(Boolean).join('  ');
}
