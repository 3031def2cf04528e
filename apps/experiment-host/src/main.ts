// One experiment: `main.ts FOLDER`. The folder holds experiment.json; the history and all else is written beside it.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENT_FILES, type ExperimentFile } from '@lapse/experiment';
import { monotonicClock } from '@lapse/transport';
import { runExperiment } from './experiment.ts';
import { History } from './history.ts';

const folder = process.argv[2];
if (folder === undefined || !existsSync(join(folder, EXPERIMENT_FILES.experiment))) {
  console.error('usage: experiment-host FOLDER, a folder that holds experiment.json');
  process.exit(64);
}
// Whoever started the host ends it through its folder; a terminal's signals are not for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => writeFileSync(join(folder, EXPERIMENT_FILES.stop), 'SIGTERM\n'));
if (claim(join(folder, EXPERIMENT_FILES.pid))) await host(folder);
process.exit(0);

/** Only the first host of a folder runs: starting an experiment twice is starting it once. */
function claim(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeFileSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function host(path: string): Promise<void> {
  const file: ExperimentFile = JSON.parse(readFileSync(join(path, EXPERIMENT_FILES.experiment), 'utf8'));
  const clock = monotonicClock();
  const wallClock = new Date().toISOString();
  const history = new History(join(path, EXPERIMENT_FILES.history), clock);
  const { id, scenario, prediction } = file.request;
  history.write({
    type: 'experiment',
    id,
    wallClock,
    monotonicNs: String(clock.startNs),
    scenario,
    prediction,
    labels: file.labels,
  });
  process.on('uncaughtException', (error) => {
    history.write({ type: 'crashed', message: error.message });
    history.close();
    writeFileSync(join(path, EXPERIMENT_FILES.done), 'crashed\n');
    process.exit(70);
  });
  await runExperiment({ folder: path, file, clock, history });
  history.close();
  writeFileSync(join(path, EXPERIMENT_FILES.done), 'ended\n');
}
