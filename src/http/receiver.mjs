// A process that asks for answers which come only once, and writes them down while they arrive. Whoever started it may be killed:
// it goes on until what it has asked for is in its file, and ends by itself then. Plain JavaScript, so that it starts at once.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

/** Of an answer that is no success, for its reason. */
const reasonMax = 64 * 1024;

/** Says that nothing was sent: the name was not found, or nobody listens there. */
const beforeSending = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** So that a new name survives a loss of power. Not every system lets a folder be opened. */
function syncFolder(folder) {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

/**
 * Writes a success into `file.part`, each piece within the very call in which it came from the socket, and gives it its name when all of it
 * is on the disk. Uncompressed, no redirect, no retry, a connection of its own: one that was kept alive may die with the request, and
 * nobody would know whether it was heard. Answers with what came, or with what was in the way: never rejects.
 */
function receive({ url, file, timeoutMs, bytesMax }) {
  return new Promise((resolve) => {
    const fail = (kind, text, status = null) => resolve({ kind, text, status });
    const fd = fs.openSync(`${file}.part`, 'wx', 0o600);
    // also an answer that brought nothing has come to its end
    const finish = () => {
      fs.fsyncSync(fd);
      fs.renameSync(`${file}.part`, file);
      syncFolder(path.dirname(file));
    };
    const { get } = url.startsWith('https:') ? https : http;
    const headers = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'lading' };
    const request = get(url, { headers, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      const isSuccess = status >= 200 && status < 300;
      let [size, reason] = [0, ''];
      response.on('data', (bytes) => {
        if (!isSuccess) reason = (reason + bytes).slice(0, reasonMax);
        else {
          try {
            for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
          } catch (error) {
            fail('FILE', error.message, status);
            return request.destroy();
          }
        }
        size += bytes.length;
        if (size > bytesMax) {
          fail('TOO_LARGE', `more than ${bytesMax} bytes`, status);
          request.destroy();
        }
      });
      response.on('end', () => {
        try {
          finish();
          resolve({ kind: 'ANSWER', status, reason, headers: response.headersDistinct });
        } catch (error) {
          fail('FILE', error.message, status);
        }
      });
      response.on('error', (error) => fail('BROKEN', error.code ?? error.message));
    });
    const timer = setTimeout(() => {
      fail('LATE', `${timeoutMs / 1_000} s`);
      request.destroy();
    }, timeoutMs);
    request.on('error', (error) => {
      const isUnsent = beforeSending.test(error.code);
      if (isUnsent) finish();
      fail(isUnsent ? 'NOT_SENT' : 'BROKEN', error.code ?? error.message);
    });
    request.on('close', () => {
      clearTimeout(timer);
      fs.closeSync(fd);
    });
  });
}

process.send({ id: 0, kind: 'READY' });
process.on('message', ({ id, ...task }) => {
  receive(task)
    .catch((error) => ({ kind: 'FILE', text: error.message, status: null }))
    .then((outcome) => {
      // nobody may be left to hear it
      if (process.connected) process.send({ id, ...outcome }, () => {});
    });
});
