// Carts of the cart service, over real HTTP.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { InventoryUnavailable } from '../../src/errors.js';
import { getCart, putCartStatus, type ReadCart } from '../../src/inventory/carts.js';
import { Service } from '../../src/inventory/client.js';
import { timings } from '../../src/inventory/room.js';
import { type RunningInventory, startInventorySandbox } from '../../src/sandbox/inventory.js';

let carts: RunningInventory;
let service: Service;
beforeAll(async () => {
  carts = await startInventorySandbox();
});
afterAll(() => carts?.stop());
beforeEach(() => {
  carts.faults.clear();
  service = new Service({
    ...{ title: 'the cart service', origin: carts.origin, patience: { ...timings, timeoutMs: 300, backOffMs: 5 } },
    ...{ onAnswer: () => {}, onFailure: () => {} },
  });
});

const never = new AbortController().signal;
const write = (id: string, cart: object) =>
  fetch(`${carts.origin}/carts/${encodeURIComponent(id)}`, { method: 'PUT', body: JSON.stringify(cart) });
const lines = [{ productId: 'LAMP', quantity: 2 }];

it('reads a cart and says that it was ordered, unless it was changed meanwhile', async () => {
  expect(await getCart(service, 'nobody', never)).toBeNull();
  await write('a/b', { customerId: 'a/b', status: 'OPEN', lines, coupon: 'X' });
  const cart = (await getCart(service, 'a/b', never)) as ReadCart;
  expect(cart).toMatchObject({ customerId: 'a/b', status: 'OPEN', lines: [{ sku: 'LAMP', quantity: 2 }] });
  await write('a/b', { customerId: 'a/b', status: 'OPEN', lines: [], coupon: 'X' });
  expect(await putCartStatus(service, cart, 'ORDERED', never)).toBe('CHANGED');
  const again = (await getCart(service, 'a/b', never)) as ReadCart;
  expect(await putCartStatus(service, again, 'ORDERED', never)).toBe('DONE');
  expect(carts.cart('a/b')).toEqual({ customerId: 'a/b', status: 'ORDERED', lines: [], coupon: 'X' });
});

it.each<[string, object]>([
  ['it is of another customer', { customerId: 'other', status: 'OPEN', lines }],
  ['lines[0].quantity', { status: 'OPEN', lines: [{ productId: 'LAMP', quantity: 0 }] }],
  ['lines[0].productId', { status: 'OPEN', lines: [{ quantity: 1 }] }],
  ['a productId twice', { status: 'OPEN', lines: [...lines, ...lines] }],
])('refuses a cart: %s', async (what, cart) => {
  await write('c', cart);
  const message = `the cart service answered with a cart that cannot be used: ${what}`;
  await expect(getCart(service, 'c', never)).rejects.toThrow(new InventoryUnavailable(message));
});
