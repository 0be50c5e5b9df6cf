// From a marketplace's refusal to the receiver of the webhook, by the program as a user starts it.
import fs from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { openReceiver, secret } from '../alerts/receiver.js';
import { startServer, temporaryFolder } from './process.js';

const dataDir = temporaryFolder();
afterAll(() => fs.rmSync(dataDir, { recursive: true, force: true }));

it('a shop whose credentials are refused is told, and so is that it got new ones', async () => {
  const receiver = await openReceiver();
  const server = await startServer({
    ...{ DATA_DIR: dataDir, LADING_LOG_LEVEL: 'debug' },
    ...{ ALERT_WEBHOOK_URL: receiver.url, ALERT_WEBHOOK_SECRET: secret },
  });
  const ask = async (query: string) => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return answer.text();
  };
  const told = () =>
    receiver.received.map(({ body }) => {
      const { type, data } = JSON.parse(body);
      return `${type} ${data.kind} ${data.shop.name}`;
    });
  try {
    const wrong = 'otto: { clientId: "nobody", clientSecret: "wrong" }';
    const added = await ask(`mutation { shopAdd(input: { name: "Mine", credentials: { ${wrong} } }) { shop { id } } }`);
    const raised = 'alert.raised SHOP_NEEDS_CREDENTIALS Mine';
    await expect.poll(told, { timeout: 30_000 }).toEqual([raised]);
    await ask(
      `mutation { shopUpdateCredentials(input: { shopId: "${JSON.parse(added).data.shopAdd.shop.id}", credentials: { ${wrong} } }) { shop { id } } }`,
    );
    // they are wrong once more
    await expect
      .poll(told, { timeout: 30_000 })
      .toEqual([raised, 'alert.resolved SHOP_NEEDS_CREDENTIALS Mine', raised]);
    expect(receiver.received.every(({ isGenuine }) => isGenuine)).toBe(true);
    const answer = await ask('{ alerts { nodes { state message facts deliveries { state payload lastError } } } }');
    expect(answer).toContain('"state":"OPEN"');
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.output()).toContain('alerts are sent to the webhook');
    for (const text of [answer, server.output()]) {
      expect(text).not.toContain(secret.slice('whsec_'.length));
      expect(text).not.toMatch(/that-is-secret/);
    }
  } finally {
    await server.end('SIGTERM');
    await receiver.close();
  }
});
