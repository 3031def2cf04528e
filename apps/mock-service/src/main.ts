// The service of an experiment: settings in (one line of JSON on stdin), observations out (JSON lines on stdout).
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { MAX_RECEIVED_MESSAGE_SIZE, misbehaving, SESSION_CONTENT_TYPE, serviceConnection } from '@lapse/protocol';
import { type Listener, listen, monotonicClock, watchLoopDelay } from '@lapse/transport';
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

async function start({ startNs, port, path, service }: MockServiceSettings): Promise<void> {
  const clock = monotonicClock(BigInt(startNs));
  const log = new Log((line) => process.stdout.write(line));
  const endpoint = { path, mode: 'duplex', contentType: SESSION_CONTENT_TYPE } as const;
  const listener: Listener = await listen({
    port,
    clock,
    machine: () => {
      const connection = serviceConnection({
        ...service,
        endpoint: { ...endpoint, port: listener.port },
        maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
      });
      return service.misbehave === undefined ? connection : misbehaving(connection, service.misbehave);
    },
    observe: (connection, observation, at) => log.write(at, { side: 'service', connection, ...observation }),
  });
  log.write(clock.now(), { type: 'listening', port: listener.port });
  watchLoopDelay(clock, (ms) => log.write(clock.now(), { type: 'noise', what: 'loopDelay', ms }));
}
