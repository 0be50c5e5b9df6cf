import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions, Job } from 'bullmq';
import { ConfigError } from '../errors.js';
import type { Logger } from '../log.js';

/*
 * The queue spreads shops over processes. A job carries a shop's id and nothing else: what is due, where it stands and
 * who may write is in our tables, so a job that is lost or comes twice harms nothing.
 */

/** Whether there is more to do for the shop right away. */
export type SliceEnd = 'MORE' | 'DONE';

export interface ShopQueue {
  /** Adds one job per shop, unless the shop has one already. */
  add(shopIds: readonly string[]): Promise<void>;
  /** Forgets that these shops have a job: the one who was at it is dead. */
  forget(shopIds: readonly string[]): Promise<void>;
  /** Those of the shops whose job somebody took and has not finished. */
  taken(shopIds: readonly string[]): Promise<string[]>;
  /** Takes no more jobs, and waits for those at hand. */
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly databaseUrl: string;
  /** Keeps the jobs in Redis instead. */
  readonly redisUrl?: string | null;
  /** Shops worked at the same time. */
  readonly workers: number;
  readonly work: (shopId: string) => Promise<SliceEnd>;
  readonly log: Logger;
}

/** The schema that BullMQ keeps its tables in, and migrates by itself. */
const schema = 'bullmq';
const name = 'lading-shops';
/** Below the lease of 20 s: the job of a process that died is there again when its shop may be taken again. */
const lockMs = 15_000;
const stalledCheckMs = 10_000;
/** How long an idle worker waits for a word before it looks by itself, should the word be lost. */
const idleSeconds = 2;
const closePatienceMs = 3_000;
/** How long the worker rests after an error. */
const restMs = 1_000;

const jobOptions = { removeOnComplete: true, removeOnFail: true };

type ShopJob = Pick<Job<{ shop: string }>, 'data'>;

/** Opens the queue and begins to work. Where the jobs are kept changes nothing else. */
export async function openQueue(options: QueueOptions): Promise<ShopQueue> {
  const { work, log } = options;
  let closing = false;
  const complain = (error: Error) => {
    if (!closing) log.warn('job queue', { error: error.message });
  };
  const { queue, worker, makeTables, end } = await connect(options, (job) => work(job.data.shop));
  let resting = false;
  // without a rest, a worker asks again at once, thousands of times a second, after an error that is not the connection's
  const rest = async (error: Error) => {
    if (resting) return;
    complain(error);
    if (closing || !isOfStatement(error)) return;
    resting = true;
    await worker.pause(true);
    await sleep(restMs);
    if (isWithoutTables(error)) {
      log.warn('the job queue has lost its tables: they are made again');
      await makeTables();
    }
    resting = false;
    if (!closing) await worker.resume();
  };
  queue.on('error', complain);
  worker.on('error', (error) => {
    rest(error).catch((failure) => {
      complain(failure);
      resting = false;
      void worker.resume();
    });
  });

  const add = async (shopIds: readonly string[]) => {
    const jobs = shopIds.map((shop) => ({ name: 'shop', data: { shop }, opts: { deduplication: { id: shop } } }));
    if (jobs.length > 0 && !closing) await queue.addBulk(jobs);
  };
  worker.on('completed', (job: ShopJob, end: SliceEnd) => {
    if (end === 'MORE') add([job.data.shop]).catch(complain);
  });
  await queue.waitUntilReady();
  // it keeps the outcome of its first connection for ever: should that fail, the start fails, and not every job after it
  await worker.waitUntilReady();
  worker.run().catch(complain);

  return {
    add,
    async forget(shopIds) {
      for (const shop of shopIds) await queue.removeDeduplicationKey(shop);
    },
    async taken(shopIds) {
      const taken: string[] = [];
      for (const shop of shopIds) {
        const job = await queue.getDeduplicationJobId(shop);
        if (job && (await queue.getJobState(job)) === 'active') taken.push(shop);
      }
      return taken;
    },
    async close() {
      closing = true;
      // a server that is away must not keep the process from ending
      await within(closePatienceMs, worker.close());
      await within(closePatienceMs, queue.close());
      end();
    },
  };
}

/** BullMQ on PostgreSQL, in a schema of its own that it migrates by itself, or on Redis. */
async function connect(options: QueueOptions, processor: (job: ShopJob) => Promise<SliceEnd>) {
  // loaded here because it takes longer than the rest of the start
  const { Queue, Worker, createPostgresBackend } = await import('bullmq');
  const workerOptions = {
    concurrency: options.workers,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    // a job that stalled often was unlucky often: whether its shop fails is written in our tables
    maxStalledCount: 1_000_000,
    drainDelay: idleSeconds,
    runRetryDelay: 1_000,
    autorun: false,
  };
  if (options.redisUrl) {
    const redis = await connectRedis(options.redisUrl);
    const { connection } = redis;
    return {
      queue: new Queue(name, { connection, defaultJobOptions: jobOptions }),
      worker: new Worker(name, processor, { ...workerOptions, connection }),
      makeTables: async () => {},
      end: redis.end,
    };
  }
  const place = (max: number) => ({
    ...{ connectionString: options.databaseUrl, max, schema, migrate: true },
    // a database that does not answer must not keep the schedule waiting for ever
    ...{ connectionTimeoutMillis: 10_000, query_timeout: 60_000, keepAlive: true },
  });
  return {
    queue: new Queue(name, { connection: place(1), defaultJobOptions: jobOptions }, createPostgresBackend),
    worker: new Worker(name, processor, { ...workerOptions, connection: place(2) }, createPostgresBackend),
    // whoever connects makes what is missing
    makeTables: async () => {
      const another = new Queue(name, { connection: place(1) }, createPostgresBackend);
      try {
        await another.waitUntilReady();
      } finally {
        await another.close();
      }
    },
    end: () => {},
  };
}

/** The database answered, and refused: its errors have codes of five characters. */
function isOfStatement(error: Error): boolean {
  return /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));
}

/** A table, function or schema of the queue is not there: somebody restored a database without them, say. */
function isWithoutTables(error: Error): boolean {
  return /^(42P01|42883|3F000|XX000)$/.test(String((error as { code?: unknown }).code));
}

/** ioredis is not installed by default: only who uses Redis needs it. */
async function connectRedis(url: string): Promise<{ connection: ConnectionOptions; end: () => void }> {
  const driver: string = 'ioredis';
  const { Redis } = await import(driver).catch(() => {
    throw new ConfigError('REDIS_URL needs a package that is not installed: npm install ioredis');
  });
  // BullMQ retries by itself and asks for this
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  // said by the queue already; without this, the driver says it on the console as well
  connection.on('error', () => {});
  return { connection, end: () => connection.disconnect() };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), patience]);
  clearTimeout(timer);
}
