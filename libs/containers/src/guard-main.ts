// Guards the containers of one experiment: `guard-main.ts EXPERIMENT`. They are taken away when its input ends without a release.
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { RELEASED } from './guard.ts';
import { removeContainersOf } from './remove.ts';

/** Pauses between looks (milliseconds): the engine may still be creating what was asked for last. */
const LOOKS = [0, 500, 1_500, 3_000];

// Whoever ends the experiment ends its group, or presses Ctrl-C; the guard is there for just that.
process.on('SIGINT', () => {});

const [experiment = ''] = process.argv.slice(2);
if (!(await text(process.stdin)).includes(RELEASED)) {
  for (const pause of LOOKS) {
    await sleep(pause);
    await removeContainersOf(experiment).catch((error: unknown) => console.error(String(error)));
  }
}
