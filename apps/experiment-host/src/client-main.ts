// The client of an experiment as a process of its own: settings, then steps (lines of JSON on stdin), observations out (on stdout).
import { createInterface } from 'node:readline';
import { monotonicClock, watchLoopDelay } from '@lapse/transport';
import type { ClientProcessOrder, ClientProcessSettings } from './client-settings.ts';
import { Clients } from './clients.ts';
import { StampedLines } from './stamped-lines.ts';

// A terminal's Ctrl-C reaches the whole process group; the host ends its client.
process.on('SIGINT', () => {});

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  const clients = start(JSON.parse(line));
  input.on('line', (order) => {
    const step: ClientProcessOrder = JSON.parse(order);
    clients.perform(step);
  });
});
input.once('close', () => process.exit(0));
// Nobody reads any more: the host is gone.
process.stdout.on('error', () => process.exit(0));

function start({ startNs, ...settings }: ClientProcessSettings): Clients {
  const clock = monotonicClock(BigInt(startNs));
  const history = new StampedLines('client', clock, (line) => process.stdout.write(`${line}\n`));
  // Its first line shows that the process runs.
  history.write({ type: 'noise', what: 'loopDelay', ms: 0 });
  watchLoopDelay(clock, (ms) => history.write({ type: 'noise', what: 'loopDelay', ms }));
  return new Clients({ ...settings, clock, history });
}
