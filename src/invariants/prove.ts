import { isDeepStrictEqual } from 'node:util';
import type { Marketplace } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { RunningSandbox, SandboxModule } from '../sandbox/marketplace.js';
import { chance } from '../sandbox/random.js';
import { type Dump, dump, type RowStamp, rowStamps } from '../store/dump.js';
import { duplicatesOf, holdingsOf, rejectsOf, wrongSumsOf } from '../store/holdings.js';
import { endOfRun } from '../store/hurry.js';
import type { Vault } from '../store/vault.js';
import { ask, calm, fullReading, idle, sync } from './calm.js';
import { compare, type Difference } from './compare.js';
import { openStage, type Place, type Stage } from './stage.js';
import { type StartWorker, storm, workHere } from './storm.js';
import { worldOf } from './weather.js';

export interface ProofOptions {
  readonly marketplace: Marketplace;
  readonly sandboxModule: SandboxModule;
  readonly seed: number;
  /** Rounds of bad weather. */
  readonly rounds: number;
  /** In the world at the start. */
  readonly orders: number;
  readonly newPlace: () => Promise<Place>;
  readonly vault: Vault;
  readonly startWorker: StartWorker;
  readonly log: Logger;
  /** Told where it is, a few words at a time. */
  readonly onProgress?: (words: string) => void;
}

/** What must hold whatever happened. Each with what breaks it, to be read; all are empty when nothing does. */
export interface Broken {
  readonly missing: readonly string[];
  readonly duplicated: readonly string[];
  readonly wrong: readonly string[];
  /** Of the same world, read from nothing in calm weather. */
  readonly otherThanQuiet: readonly string[];
  readonly changedAgain: readonly string[];
  readonly wrongSums: readonly string[];
  /**
   * Real answers that said that we were too fast, not those that a fault made up: in calm weather none; while engines come
   * and go hardly any, as on an overloaded machine what one sent last may arrive after what the next one sends first.
   */
  readonly tooFast: readonly string[];
  /** More tokens than lifetimes elapsed + 1, in calm weather. */
  readonly tokens: readonly string[];
  /** A sync in calm weather that did not succeed, or set a good record aside. */
  readonly failed: readonly string[];
}

export interface Figures {
  readonly held: Readonly<Record<'orders' | 'shipments' | 'returns', number>>;
  /** What an incremental sync could not see, and the full reading showed. */
  readonly behind: readonly Difference[];
  /** Set aside with a reason: what was malformed on its way stays so. */
  readonly rejects: number;
  readonly requests: { readonly storm: number; readonly calm: number; readonly quiet: number };
  readonly tokens: { readonly storm: number; readonly quiet: number; readonly allowed: number };
  /** How often each kind of fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  /** Real answers that said that we were too fast, while engines came and went. */
  readonly tooFastInStorm: number;
  readonly seconds: number;
}

export interface Proof {
  readonly broken: Broken;
  readonly figures: Figures;
}

/**
 * Syncs a world that changes meanwhile, in every kind of bad weather. When it is calm again, everything must be here, once,
 * as if it had been read undisturbed.
 */
export async function prove(options: ProofOptions): Promise<Proof> {
  const { marketplace, sandboxModule, seed, rounds, orders, onProgress = () => {} } = options;
  const started = performance.now();
  const by = chance(seed, 0xd211);
  const rateScale = rateScaleOf(marketplace);
  const comparable = marketplace.forgetsFulfiller ? withoutFulfillers : (dump: Dump) => dump;
  const drains = marketplace.streams.some((stream) => stream.drains);
  const world = worldOf(sandboxModule, by, { seed, orders, rateScale });
  const sandbox = await sandboxModule.startSandbox(world);
  const { counters, faults } = sandbox;
  const open: Stage[] = [];
  const stageOf = async () => {
    const stage = await openStage({ ...options, sandbox, rateScale, place: await options.newPlace() });
    open.push(stage);
    return stage;
  };
  try {
    const stage = await stageOf();
    const onRound = (round: number) => onProgress(`storm, round ${round} of ${rounds}`);
    // what is on its way to a process that is killed is lost, and the source cannot tell: that is drilled elsewhere
    const startWorker = drains ? workHere : options.startWorker;
    await storm(stage, by, { rounds, startWorker, onRound });
    const stormy = { requests: counters.total, tokens: counters.tokensIssued };
    const quietAt = await afterwards(stage, onProgress);

    onProgress('the same world, read in calm weather from nothing');
    const calmRequests = counters.total - stormy.requests;
    // here, since the next database knows nothing of what this one's engines sent a moment ago
    const tooFast = { ...counters.tooManyByRule };
    await stage.rest();
    // what was handed out once cannot be read anew
    const quiet = drains ? nothingQuiet : await readQuietly(await stageOf(), world.tokenLifetimeSeconds);
    const broken: Broken = {
      ...quietAt.broken,
      otherThanQuiet: quiet.dump === null ? [] : differencesOf(comparable(quietAt.dump), comparable(quiet.dump)),
      tooFast: refusals(tooFast, quietAt.tooFastBefore, quietAt.requestsBefore),
      tokens: quiet.tokens > quiet.allowed ? [`${quiet.tokens} where ${quiet.allowed} are allowed`] : [],
      failed: [...quietAt.broken.failed, ...quiet.failed],
    };
    const figures: Figures = {
      held: quietAt.held,
      behind: quietAt.behind,
      rejects: quietAt.rejects,
      requests: { storm: stormy.requests, calm: calmRequests, quiet: quiet.requests },
      tokens: { storm: stormy.tokens, quiet: quiet.tokens, allowed: quiet.allowed },
      tooFastInStorm: sumOf(quietAt.tooFastBefore),
      struck: { ...faults.struck },
      seconds: Math.round((performance.now() - started) / 1_000),
    };
    return { broken, figures };
  } finally {
    for (const stage of open) await stage.close();
    await sandbox.stop();
  }
}

type Refused = Readonly<Record<string, number>>;

const sumOf = (counts: Refused) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** One request in so many may be too early while engines come and go. */
const earlyOneIn = 200;

function refusals(all: Refused, inStorm: Refused, requests: number): string[] {
  const early =
    sumOf(inStorm) * earlyOneIn > requests ? [`${sumOf(inStorm)} of ${requests} while engines came and went`] : [];
  const calm = Object.entries(all)
    .map(([rule, times]) => ({ rule, times: times - (inStorm[rule] ?? 0) }))
    .filter(({ times }) => times > 0);
  return [...early, ...calm.map(({ rule, times }) => `${times} in calm weather: ${rule}`)];
}

/** So much faster than the marketplace that its slowest lane for records does two hundred a second. */
export function rateScaleOf({ lanes }: Marketplace): number {
  const perSecond = lanes.filter(({ name }) => name !== 'token').map((lane) => (lane.requests / lane.windowMs) * 1_000);
  return Math.max(1, Math.round(200 / Math.min(...perSecond)));
}

/** The last syncs, and what is to be found then. */
async function afterwards(stage: Stage, onProgress: (words: string) => void) {
  const { db, shopId, sandbox } = stage;
  const failed: string[] = [];
  const synced = async (mode: 'INCREMENTAL' | 'FULL') => {
    const end = await sync(stage, mode);
    if (end !== 'SUCCEEDED') failed.push(`${mode.toLowerCase()} sync: ${end}`);
  };
  await stage.engine();
  onProgress('calm: what was under way comes to its end');
  await calm(stage);
  onProgress('calm: the last incremental sync');
  await synced('INCREMENTAL');
  const [tooFastBefore, requestsBefore] = [{ ...sandbox.counters.tooManyByRule }, sandbox.counters.total];
  const early = await differences(stage);
  // set aside, to be seen and to be tried again by the full reading
  const aside = new Set((await rejectsOf(db, shopId)).map(({ key }) => key));
  const missedEarly = early.filter(({ kind, noun, key }) => kind === 'MISSING' && noun !== 'sales' && !aside.has(key));
  onProgress('calm: the full reading of the schedule');
  await fullReading(stage);
  const late = await differences(stage);
  const held = await holdingsOf(db, shopId);
  const before = await rowStamps(db);
  const stored = await dump(db, shopId);
  onProgress('calm: a second sync');
  await synced('INCREMENTAL');
  await synced('FULL');
  const after = await rowStamps(db);
  await idle(stage);
  const twice = await duplicatesOf(db, shopId);
  const texts = (kind: Difference['kind'], all: readonly Difference[]) =>
    all.filter((one) => one.kind === kind).map(({ noun, key, what }) => `${noun} ${key}: ${what}`);
  return {
    dump: stored,
    behind: early.filter((one) => !missedEarly.includes(one)),
    rejects: (await rejectsOf(db, shopId)).length,
    held: { orders: held.orders.length, shipments: held.shipments.length, returns: held.returns.length },
    ...{ tooFastBefore, requestsBefore },
    broken: {
      missing: [...new Set([...texts('MISSING', missedEarly), ...texts('MISSING', late)])],
      duplicated: twice.map(({ noun, key }) => `${noun} ${key}`),
      wrong: texts('WRONG', late),
      changedAgain: changesOf(before, after),
      wrongSums: await wrongSumsOf(db, shopId),
      failed,
    },
  };
}

const differences = async ({
  db,
  shopId,
  sandbox,
}: Pick<Stage, 'db' | 'shopId'> & { readonly sandbox: RunningSandbox }) =>
  compare(await holdingsOf(db, shopId), sandbox.truth());

/** Rows that were written, gone or added between the two. */
function changesOf(before: readonly RowStamp[], after: readonly RowStamp[]): string[] {
  const name = ({ table, key }: RowStamp) => `${table} ${key}`;
  const [old, now] = [before, after].map((stamps) => new Map(stamps.map((stamp) => [name(stamp), stamp.digest])));
  const touched = [...(old ?? [])].filter(([row, was]) => now?.get(row) !== was);
  const added = [...(now ?? [])].filter(([row]) => !old?.has(row));
  return [...touched.map(([row]) => `${row} was written again`), ...added.map(([row]) => `${row} was added`)];
}

const nothingQuiet = { dump: null, requests: 0, tokens: 0, allowed: 0, failed: [] };

async function readQuietly(stage: Stage, lifetimeSeconds: number) {
  const { db, shopId, sandbox } = stage;
  const { total, tokensIssued } = sandbox.counters;
  const started = performance.now();
  // the first run of all: asked for before anybody works the shop
  const run = await ask(stage, 'INCREMENTAL');
  await stage.engine();
  await idle(stage);
  const seconds = (performance.now() - started) / 1_000;
  const end = await endOfRun(db, run);
  const rejects = await rejectsOf(db, shopId);
  return {
    dump: await dump(db, shopId),
    requests: sandbox.counters.total - total,
    tokens: sandbox.counters.tokensIssued - tokensIssued,
    allowed: Math.floor(seconds / lifetimeSeconds) + 1,
    failed: [
      ...(end === 'SUCCEEDED' ? [] : [`quiet sync: ${end}`]),
      ...rejects.map(({ stream, key, reason }) => `quiet sync: ${stream} ${key} set aside: ${reason}`),
    ],
  };
}

/** Without rejects: records that were malformed on their way are set aside, and stay so. */
/** Who reads later cannot know what was told to who read before. */
function withoutFulfillers(dump: Dump): Dump {
  const orders = dump.orders.map((text) => {
    const { units_by_seller, lines, ...order } = JSON.parse(text) as Record<string, unknown>;
    const rest = (lines as Record<string, unknown>[]).map(({ fulfilled_by, ...line }) => line);
    return JSON.stringify({ ...order, lines: rest });
  });
  return { ...dump, orders };
}

function differencesOf(stormy: Dump, quiet: Dump): string[] {
  return (['orders', 'shipments', 'returns', 'sales'] as const).flatMap((noun) => {
    if (isDeepStrictEqual(stormy[noun], quiet[noun])) return [];
    const [ours, theirs] = [new Set(stormy[noun]), new Set(quiet[noun])];
    return [
      ...stormy[noun].filter((line) => !theirs.has(line)).map((line) => `${noun}, after the storm: ${line}`),
      ...quiet[noun].filter((line) => !ours.has(line)).map((line) => `${noun}, quietly: ${line}`),
    ];
  });
}
