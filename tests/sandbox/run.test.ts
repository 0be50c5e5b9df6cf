import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** `npm test` builds before it tests; vitest started by hand may not have. */
const program = fileURLToPath(new URL('../../dist/src/sandbox/run.js', import.meta.url));

function start(...options: string[]) {
  const child = spawn(process.execPath, [program, ...options]);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output.text += part));
  return { child, output, exit: once(child, 'exit') };
}

test.skipIf(!existsSync(program))(
  'runs as a process of its own, says how to connect, and stops when told',
  async () => {
    const { child, output, exit } = start('--orders', '50', '--port', '0', '--changes', '3');
    while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data');
    const origin = /http:\S+/.exec(output.text)?.[0];
    expect(output.text).toContain('50 orders');
    expect((await fetch(`${origin}/v4/orders`)).status).toBe(401);
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  },
);

test.skipIf(!existsSync(program))('both marketplaces at once, each with the settings that point at it', async () => {
  const { child, output, exit } = start('--marketplace', 'both', '--shipments', '20', '--port', '0');
  while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data');
  expect(output.text).toContain(', 20 shipments, ');
  const origin = /BOL_API_URL=(\S+) BOL_LOGIN_URL=\1 npm start/.exec(output.text)?.[1];
  expect((await fetch(`${origin}/retailer/shipments`)).status).toBe(401);
  expect(output.text).toMatch(/OTTO_API_URL=http\S+ npm start/);
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test.skipIf(!existsSync(program))('the services of catalog and carts, with faults', async () => {
  const { child, output, exit } = start('--inventory', '--port', '0', '--etags', 'off', '--fault', 'SERVER_ERROR:1:P2');
  while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data');
  const origin = /CATALOG_URL=(\S+) npm start/.exec(output.text)?.[1];
  const answer = await fetch(`${origin}/products/P1`);
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
  expect(await answer.json()).toMatchObject({ id: 'P1', quantity: 10 });
  expect((await fetch(`${origin}/products/P2`)).status).toBe(500);
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test.skipIf(!existsSync(program))('refuses what makes no sense in one line', async () => {
  for (const options of [
    ['--orders', 'many'],
    ['--fault', 'FIRE'],
    ['--base', 'soon'],
    ['--colour', 'red'],
    ['--marketplace', 'ebay'],
  ]) {
    const { output, exit } = start(...options);
    expect(await exit).toEqual([1, null]);
    expect(output.text.trim().split('\n')).toHaveLength(1);
  }
});
