import http from 'node:http';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

export function send(port: number, { method, path, body }: Request): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Requests per second over the given time, with as many under way as asked for. */
export async function load(
  port: number,
  request: (place: number) => Request,
  options: { readonly ms: number; readonly concurrency: number },
): Promise<number> {
  const started = performance.now();
  const end = started + options.ms;
  let done = 0;
  const worker = async (place: number): Promise<void> => {
    for (let at = place; performance.now() < end; at += options.concurrency) {
      await send(port, request(at));
      done++;
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, (_, place) => worker(place)));
  return (done * 1000) / (performance.now() - started);
}
