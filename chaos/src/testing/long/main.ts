// `npm run long`: the scenarios of chaos/long, unscaled, all at once, about a quarter of an hour; in the middle the worker is
// killed. Exit codes: those of `lapse suite`; 1 also where the worker did not die, or was not started again.
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill, Lapse, until } from '../lapse.ts';
import { longTable } from './table.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const SCENARIOS = join(ROOT, 'chaos', 'long');
const WORKER = 'main.ts worker';
/** Most of the sessions are open then, and most of them idle. */
const RESTART_AFTER = 4 * 60_000;

process.exitCode = await main();

async function main(): Promise<number> {
  const count = readdirSync(SCENARIOS).filter((file) => file.endsWith('.yaml')).length;
  const runs = join(ROOT, '.lapse', 'runs');
  await using lapse = new Lapse(['suite', SCENARIOS, '--concurrency', String(count), '--runs', runs, '--json']);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => kill(lapse.child.pid ?? 0, signal));
  lapse.child.stderr?.pipe(process.stderr);
  const restarted = restartWorker(lapse);
  const document = await lapse.document();
  const complaint = await restarted;
  console.log(longTable(document));
  console.log(complaint ?? 'the worker was killed in the middle, and another one went on');
  return complaint === undefined ? document.exitCode : Math.max(1, document.exitCode);
}

/** What went wrong with it; undefined: nothing. */
async function restartWorker(lapse: Lapse): Promise<string | undefined> {
  const ended = lapse.ended.then(() => 'ended' as const);
  if ((await Promise.race([ended, sleep(RESTART_AFTER, undefined, { ref: false })])) === 'ended')
    return 'the run had ended before its worker was to be killed';
  const worker = await lapse.process(WORKER);
  kill(worker, 'SIGKILL');
  const another = until(() => lapse.processes().find(({ pid, command }) => pid !== worker && command.includes(WORKER)));
  return (await Promise.race([ended, another])) === 'ended' ? 'no other worker was started' : undefined;
}
