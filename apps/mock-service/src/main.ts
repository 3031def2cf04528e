// The service of an experiment: settings in (one line of JSON on stdin), observations out (JSON lines on stdout).
// Every further line asks for a reading of its clock.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Listener, listen, monotonicClock, watchLoopDelay } from '@lapse/transport';
import { connectionOf } from './connection.ts';
import { Log } from './log.ts';
import type { MockServiceSettings } from './settings.ts';

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  start(JSON.parse(line)).catch((error: unknown) => {
    writeSync(2, `the mock service could not start: ${String(error)}\n`);
    process.exit(1);
  });
});
input.once('close', () => process.exit(0));
// Nobody reads any more: the host is gone.
process.stdout.on('error', () => process.exit(0));
// A terminal's Ctrl-C reaches the whole process group; whoever started the service ends it.
process.on('SIGINT', () => {});

async function start(settings: MockServiceSettings): Promise<void> {
  const clock = monotonicClock(BigInt(settings.startNs));
  const log = new Log((line) => process.stdout.write(line));
  const listener: Listener = await listen({
    port: settings.port,
    ...(settings.host !== undefined && { host: settings.host }),
    clock,
    machine: () => connectionOf(settings, listener.port),
    observe: (connection, observation, at) => log.write(at, { side: 'service', connection, ...observation }),
  });
  input.on('line', () => log.write(clock.now(), { type: 'clock', ns: String(process.hrtime.bigint()) }));
  log.write(clock.now(), { type: 'listening', port: listener.port });
  watchLoopDelay(clock, (ms) => log.write(clock.now(), { type: 'noise', what: 'loopDelay', ms }));
}
