// What is compared with: node:http, a pool, one prepared statement per question, its JSON text handed through.
import http from 'node:http';
import pg from 'pg';
import { type Asked, questions } from './shapes.js';

const { url, asked } = JSON.parse(process.argv[2] ?? '{}') as { url: string; asked: Asked };
// the same session settings as ours
const pool = new pg.Pool({ connectionString: url, max: 10, options: '-c timezone=UTC -c jit=off' });
const all = questions(asked);

const server = http.createServer(async (request, response) => {
  const [, question, place] = /^\/(\d+)\/(\d+)$/.exec(request.url ?? '') ?? [];
  const { sql, values } = all[Number(question)] as (typeof all)[number];
  const { rows } = await pool.query({ name: `q${question}`, text: sql, values: values(Number(place)) });
  const body = `{"data":${rows[0].json}}\n`;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as { port: number }).port });
});
process.on('disconnect', () => process.exit(0));
