import { expect, test } from 'vitest';
import { readList } from '../../../src/marketplaces/feed/lists.js';

const orders = [{ a: 'x"}],[{', b: [1, [2, { c: '\\' }]] }, { a: 'ü — 😀\n' }, { a: null, b: {} }];
const text = JSON.stringify(orders);

test('a whole list is read as it is', () => {
  expect(readList(` ${text}\n`)).toEqual({ entries: orders, rest: null });
  expect(readList('[]')).toEqual({ entries: [], rest: null });
});

test('of a list that was cut anywhere, every entry that came whole is there, and the piece of the next one', () => {
  const ends = orders.map((_, at) => JSON.stringify(orders.slice(0, at + 1)).length - 1);
  for (let length = 1; length < text.length; length++) {
    const { entries, rest } = readList(text.slice(0, length));
    const whole = ends.filter((end) => end <= length).length;
    expect(entries).toEqual(orders.slice(0, whole));
    expect((rest ?? '') === '' || text.includes(rest ?? '')).toBe(true);
    if (length < (ends[whole] ?? 0) && length > (ends[whole - 1] ?? 0) + 1) expect(rest).not.toBeNull();
  }
});

test('a cut in the middle of a character costs no more than its entry', () => {
  const bytes = Buffer.from(text);
  for (let length = 1; length < bytes.length; length++) {
    expect(() => readList(bytes.subarray(0, length).toString('utf8'))).not.toThrow();
  }
});

test.each([
  ['<html>soon</html>', '<html>soon</html>'],
  ['', null],
  ['  ', null],
  ['[', null],
  ['[{"a":1},oops,{"a":2}]', 'oops,{"a":2}]'],
])('%j is no list: what it is, is kept', (body, rest) => {
  expect(readList(body).rest).toBe(rest);
});

test('what a database cannot store is replaced', () => {
  expect(readList('[{"a":"x\\u0000"},{"b').entries).toEqual([{ a: 'x\uFFFD' }]);
  expect(readList('[{"a":"\0').rest).toBe('{"a":"\uFFFD');
});
