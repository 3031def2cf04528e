// The service's process of the measurement of calls: prints its two ports, and ends with its standard input.
import { createServer } from 'node:net';
import { echoBare } from './bare.ts';
import { listenOurs } from './ours.ts';
import type { Ports } from './rows.ts';

const ours = await listenOurs();
const bare = createServer({ noDelay: true }, echoBare);
bare.listen(0, '127.0.0.1', () => {
  const address = bare.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  const ports: Ports = { bare: address.port, ours: ours.port };
  console.log(JSON.stringify(ports));
});
process.stdin.on('end', () => process.exit(0)).resume();
