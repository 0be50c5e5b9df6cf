import type { Inbox, Received } from '../commerce/inbox.js';
import type { StreamName } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import type { ShopSession } from '../http/client.js';
import type { Meter } from '../http/meter.js';
import { NotSent } from '../http/receive.js';
import {
  forgetAsked,
  type InboxOf,
  keepAnswer,
  nextWaiting,
  noteAsked,
  noteLost,
  type WaitingAnswer,
} from '../store/inbox.js';
import { beginSpool, dropSpool, type SpoolFile, spooled } from '../store/spool.js';
import { StoreFailure } from './failure.js';
import { owned, type Slice } from './slice.js';

/*
 * Receives what comes only once. The order of its steps is all there is to it:
 *   1. a row in the inbox says that an answer is asked for, and names it;
 *   2. the request is sent; each piece of the answer is in a file of that name when the call that brought it returns;
 *   3. the file goes into the row, in a transaction that waits for the disk, and is deleted;
 *   4. only then is the answer looked into; the transaction of its last page marks the row.
 * Killed after any of them, the next pull goes on from there: what lies in files first, then what waits in rows, then the source.
 */

interface Receiving {
  readonly slice: Slice;
  readonly session: ShopSession;
  readonly meter: Meter;
  readonly stream: StreamName;
}

export function openInbox(receiving: Receiving): Inbox {
  const { slice, session, stream } = receiving;
  const of: InboxOf = { shopId: slice.hold.shop.id, stream };
  const { db } = slice.room;
  return {
    credentials: session.credentials,
    async *waiting() {
      await takeIn(slice, of);
      let last: WaitingAnswer | null = null;
      for (;;) {
        last = await stored(nextWaiting(db, of, last));
        if (!last) return;
        yield { id: last.id, receivedAt: last.receivedAt, body: last.body.toString('utf8') };
      }
    },
    ask: (path, signal) => ask(receiving, of, path, signal),
    lost: () => stored(noteLost(db, of)),
  };
}

/** Answers that a process left in its files. Those of other shops and databases stay where they are. */
async function takeIn({ room, log }: Slice, of: InboxOf): Promise<void> {
  for (const { id, ...answer } of spooled(room.spoolDir)) {
    if (!(await stored(keepAnswer(room.db, of, id, answer)))) continue;
    dropSpool(room.spoolDir, id);
    log.warn('took in an answer that a process left behind', { stream: of.stream, bytes: answer.body.byteLength });
  }
}

async function ask(
  { slice, session, meter }: Receiving,
  of: InboxOf,
  path: string,
  signal: AbortSignal,
): Promise<Received | null> {
  const { room, fence, hold } = slice;
  let asked: { id: string; file: SpoolFile } | null = null;
  const open = async () => {
    const id = await stored(noteAsked(room.db, fence, of.stream));
    owned(id !== null, hold);
    const file = beginSpool(room.spoolDir, id as string);
    asked = { id: id as string, file };
    return file.write;
  };
  await session.receive(path, open, meter, signal).catch(async (error: unknown) => {
    if (asked) await keepBroken(slice, of, asked, error);
    throw error;
  });
  const { id, file } = asked as unknown as { id: string; file: SpoolFile };
  const body = file.finish();
  const text = body.toString('utf8');
  const receivedAt = new Date();
  const isEmpty = text.trim() === '[]';
  if (isEmpty) await stored(forgetAsked(room.db, id));
  else await stored(keepAnswer(room.db, of, id, { body, receivedAt, isWhole: true }));
  dropSpool(room.spoolDir, id);
  return isEmpty ? null : { id, receivedAt, body: text };
}

/** No whole answer came. What did come is kept; where the source refused to answer, it handed out nothing. */
async function keepBroken(
  { room, log }: Slice,
  of: InboxOf,
  { id, file }: { readonly id: string; readonly file: SpoolFile },
  error: unknown,
): Promise<void> {
  const body = file.breakOff();
  const status = error instanceof HttpFailure ? error.status : null;
  const isRefusal = status !== null && (status < 200 || status > 299);
  if (isRefusal || error instanceof NotSent) await stored(forgetAsked(room.db, id));
  else {
    if (body.byteLength > 0) {
      await stored(keepAnswer(room.db, of, id, { body, receivedAt: new Date(), isWhole: false }));
    }
    log.warn('an answer that comes only once did not come whole', { stream: of.stream, bytes: body.byteLength });
  }
  dropSpool(room.spoolDir, id);
}

/** What fails here is ours, never the source's. */
async function stored<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new StoreFailure(error);
  });
}
