import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendOnce, signatureOf } from '../../src/alerts/webhook.js';
import { openReceiver, type Receiver, secret, status } from './receiver.js';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const message = { id: '6f1c', body: '{"type" : "alert.raised", "data" : {"message" : "ä \\"ö\\""}}' };
const bounds = { timeoutMs: 300, answerBytesMax: 1_000 };
const send = (signal = new AbortController().signal) =>
  sendOnce({ url: receiver.url, secret }, message, bounds, signal);

describe('a message', () => {
  it('is signed as the published example of the convention', () => {
    const example = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
    for (const prefix of ['whsec_', '']) {
      expect(signatureOf(example, 1614265330, `${prefix}MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`)).toBe(
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      );
    }
  });

  it('arrives to the letter, and its signature fits', async () => {
    expect(await send()).toEqual({ taken: true, status: 204 });
    const [received] = receiver.received;
    expect(received).toMatchObject({ body: message.body, id: '6f1c', isGenuine: true });
    expect(received?.path).toBe('/hooks/path-that-is-secret?key=query-that-is-secret');
    expect(received?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'lading' });
  });

  it('follows no redirect', async () => {
    const elsewhere = await openReceiver();
    receiver.reply = status(307, { location: elsewhere.url });
    expect(await send()).toMatchObject({ taken: false, status: 307, error: expect.stringContaining('not followed') });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it('is refused by any other status than 200 to 299, and the receiver may say how long to stay away', async () => {
    for (const code of [400, 404, 410, 500]) {
      receiver.reply = status(code);
      expect(await send()).toEqual({
        ...{ taken: false, status: code, error: `the webhook answered ${code}`, retryAfterMs: null },
      });
    }
    receiver.reply = status(503, { 'retry-after': '7' });
    expect(await send()).toMatchObject({ taken: false, retryAfterMs: 7_000 });
  });

  it('is not waited for without end: neither for the head nor for the body of the answer', async () => {
    const late = { taken: false, status: null, error: 'the webhook gave no complete answer within 0.3 s' };
    receiver.reply = () => {};
    expect(await send()).toMatchObject(late);
    receiver.reply = (response) => void response.writeHead(200).write('a beginning');
    expect(await send()).toMatchObject(late);
  });

  it('is taken or not by its status, however long the answer is', async () => {
    for (const [code, taken] of [
      [200, true],
      [500, false],
    ] as const) {
      receiver.reply = (response) => void response.writeHead(code).end('x'.repeat(5_000_000));
      expect(await send()).toMatchObject({ taken, status: code });
    }
  });

  it('that meets nobody says so without the URL', async () => {
    await receiver.close();
    const answer = await send();
    expect(answer).toMatchObject({ taken: false, status: null, error: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(answer)).not.toMatch(/hooks|that-is-secret|whsec/);
    receiver = await openReceiver();
  });

  it('ends with the signal', async () => {
    const end = new AbortController();
    receiver.reply = () => end.abort(new Error('stopping'));
    await expect(send(end.signal)).rejects.toThrow('stopping');
  });
});
