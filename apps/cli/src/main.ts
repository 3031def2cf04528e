import { setImmediate } from 'node:timers/promises';
import { runCommandLine } from './program.ts';
import { toleratingClosedStreams } from './streams.ts';

const outcome = toleratingClosedStreams([process.stdout, process.stderr]);
const exitCode = await runCommandLine(process.argv.slice(2));
// A stream tells its trouble only after the write.
await setImmediate();
process.exitCode = outcome(exitCode);
