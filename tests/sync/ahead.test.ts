import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atOnce, prepared } from '../../src/sync/ahead.js';

const never = () => false;

async function* numbers(to: number, asked: number[] = [], failAt = Number.POSITIVE_INFINITY) {
  for (let at = 1; at <= to; at++) {
    asked.push(at);
    if (at === failAt) throw new Error(`no ${at}`);
    yield at;
  }
}

test('items come in order, however long each takes, and no more are asked for than agreed', async () => {
  const asked: number[] = [];
  let [working, most] = [0, 0];
  const step = async (item: number) => {
    most = Math.max(most, ++working);
    await sleep(item % 2 ? 8 : 1);
    working -= 1;
    return item * 10;
  };
  const seen: number[] = [];
  for await (const item of prepared(numbers(8, asked), step, { ahead: 2, enough: never })) {
    seen.push(item);
    await sleep(5);
    expect(asked.length).toBeLessThanOrEqual(seen.length + 2);
  }
  expect(seen).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
  expect(most).toBe(2);
});

test('a failure of the source or of a step comes after all that lies before it', async () => {
  for (const [source, step] of [
    [numbers(9, [], 4), async (item: number) => item],
    [numbers(9), async (item: number) => (item === 4 ? Promise.reject(new Error('no 4')) : item)],
  ] as const) {
    const seen: number[] = [];
    const all = async () => {
      for await (const item of prepared(source, step, { ahead: 2, enough: never })) seen.push(item);
    };
    await expect(all()).rejects.toThrow('no 4');
    expect(seen).toEqual([1, 2, 3]);
  }
});

test('when it is enough, what was asked for is delivered and nothing more is asked for', async () => {
  const asked: number[] = [];
  const seen: number[] = [];
  const options = { ahead: 2, enough: () => seen.length >= 2 };
  for await (const item of prepared(numbers(100, asked), async (one) => one, options)) seen.push(item);
  expect(seen).toEqual(asked);
  expect(seen.length).toBeLessThanOrEqual(5);
});

test('leaving early ends the source', async () => {
  let closed = false;
  const source = (async function* () {
    try {
      yield* numbers(100);
    } finally {
      closed = true;
    }
  })();
  for await (const item of prepared(source, async (one) => one, { ahead: 2, enough: never })) if (item === 3) break;
  expect(closed).toBe(true);
});

test('work is done by a bounded number at once, in order, and ends with the first failure', async () => {
  let [working, most, begun] = [0, 0, 0];
  const work = async (item: number) => {
    begun += 1;
    most = Math.max(most, ++working);
    await sleep(2);
    working -= 1;
    if (item === 7) throw new Error('seven');
    return item + 1;
  };
  expect(await atOnce([1, 2, 3, 4, 5], 2, work)).toEqual([2, 3, 4, 5, 6]);
  expect(most).toBe(2);
  expect(await atOnce([], 2, work)).toEqual([]);
  begun = 0;
  await expect(atOnce([7, 1, 1, 1, 1, 1, 1, 1], 2, work)).rejects.toThrow('seven');
  await sleep(20);
  expect(begun).toBeLessThan(5);
});
