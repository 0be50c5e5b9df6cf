// A process of its own that uses the embedded PostgreSQL of a folder until it is told to end.
import { startEmbedded } from '../../src/store/embedded.js';

const server = await startEmbedded({ dir: process.argv[2] as string, durable: false });
process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ url: server.url, owner: server.owner, dataDir: server.dataDir })}\n`);
