import { expect, it } from 'vitest';
import { countryOfAlpha3 } from '../../src/commerce/country.js';

it('every country that the runtime knows by an alpha-2 code has an alpha-3 one, and no two share', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const found = new Map<string, string>();
  for (const a of letters) {
    for (const b of letters)
      for (const c of letters) {
        const two = countryOfAlpha3(a + b + c);
        if (two) {
          expect(found.has(two)).toBe(false);
          found.set(two, a + b + c);
        }
      }
  }
  // ISO 3166-1 has 249 officially assigned codes; Kosovo's are user-assigned
  expect(found.size).toBe(250);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  for (const two of found.keys()) expect(names.of(two)).toBeTruthy();
  // what ICU names beyond ISO: groupings, reserved and pseudo codes
  const beyond = new Set(
    'AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ AN BU CS DD FX NT SU TP YD YU ZR DY HV NH RH VD AI NQ PC PU PZ FQ CT JT MI WK UK'.split(
      ' ',
    ),
  );
  const missing = letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((two) => names.of(two) && !found.has(two) && !beyond.has(two));
  expect(missing).toEqual([]);
});

it.each([
  ['DEU', 'DE'],
  ['AUT', 'AT'],
  ['CHE', 'CH'],
  ['GBR', 'GB'],
  ['SVK', 'SK'],
  ['XKX', 'XK'],
])('%s is %s', (three, two) => expect(countryOfAlpha3(three)).toBe(two));

it.each(['', 'DE', 'deu', 'XQX', 'DEUT', '__proto__'])('"%s" is none', (code) =>
  expect(countryOfAlpha3(code)).toBeNull(),
);
