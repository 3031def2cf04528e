// `npm run endurance -- [--times N] [--fresh]`: the suite N times; goes on where an interruption left off.
// `npm run endurance -- --sabotage [--times N] [--seed N] [--only WORD]`: every sabotage N times.
// Exit codes: 0 it endured, 1 it did not, 64 usage, otherwise that of the run that could not go on.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { complaintsAbout, tableOf } from './report.ts';
import { RoundsOnDisk, roundOf } from './rounds.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'apps', 'cli', 'lapse.mjs');
const SABOTAGE = join(ROOT, 'chaos', 'src', 'testing', 'sabotage', 'main.ts');
/** Verdicts that a run may end with, as exit codes; any other one means that there is no verdict. */
const JUDGED = [0, 1, 2];

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--sabotage'))
    return (await run([SABOTAGE, ...words.filter((word) => word !== '--sabotage')])).exitCode;
  const wanted = wantedIn(words);
  if (wanted === undefined) {
    console.error(
      'usage: npm run endurance -- [--times N] [--fresh], or --sabotage [--times N] [--seed N] [--only WORD]',
    );
    return 64;
  }
  const onDisk = new RoundsOnDisk(join(ROOT, '.lapse', 'endurance', 'rounds.jsonl'));
  if (wanted.fresh) onDisk.forget();
  return endure(onDisk, wanted.times);
}

/** Undefined: nobody can tell what is wanted. */
function wantedIn(words: readonly string[]): { readonly times: number; readonly fresh: boolean } | undefined {
  try {
    const options = { times: { type: 'string', default: '20' }, fresh: { type: 'boolean', default: false } } as const;
    const { times, fresh } = parseArgs({ args: [...words], options }).values;
    return Number.isSafeInteger(Number(times)) && Number(times) > 0 ? { times: Number(times), fresh } : undefined;
  } catch {
    return undefined;
  }
}

async function endure(onDisk: RoundsOnDisk, times: number): Promise<number> {
  const commit = commitOf(ROOT);
  const before = onDisk.of(commit).length;
  console.log(`commit ${commit}: ${before} of ${times} rounds are done${before > 0 ? '; --fresh forgets them' : ''}`);
  for (let round = before + 1; round <= times; round += 1) {
    console.log(`\n== round ${round} of ${times}`);
    const { exitCode, stdout } = await run([CLI, 'suite', '--json']);
    if (!JUDGED.includes(exitCode)) {
      console.error(`the suite ended with exit code ${exitCode}; the same command goes on from here`);
      return exitCode;
    }
    onDisk.add(roundOf(JSON.parse(stdout), commit));
  }
  const rounds = onDisk.of(commit).slice(0, times);
  const complaints = complaintsAbout(rounds);
  console.log(
    `\n${tableOf(rounds)}\n\n${rounds.length} rounds: ${complaints.length === 0 ? 'endured' : 'NOT endured'}`,
  );
  for (const complaint of complaints) console.log(`  ${complaint}`);
  return complaints.length === 0 ? 0 : 1;
}

/** Runs a program of ours; its progress is on our stderr, its document is ours to read. Signals are for it to heal by. */
async function run(words: readonly string[]): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const captured = words.includes('--json');
  const child = spawn(process.execPath, words, { stdio: ['inherit', captured ? 'pipe' : 'inherit', 'inherit'] });
  const ignore = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', pass);
  let stdout = '';
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const [code, signal] = await once(child, 'close');
  process.off('SIGINT', ignore).off('SIGTERM', pass);
  return { exitCode: code ?? 128 + constants.signals[(signal as NodeJS.Signals | null) ?? 'SIGTERM'], stdout };
}

/** The commit, and what was changed since: other changes are another thing to measure. */
function commitOf(root: string): string {
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' });
  try {
    const changes = git('diff', 'HEAD') + git('ls-files', '--others', '--exclude-standard');
    const commit = git('rev-parse', '--short', 'HEAD').trim();
    return changes === '' ? commit : `${commit}+${createHash('sha256').update(changes).digest('hex').slice(0, 7)}`;
  } catch {
    return 'unknown';
  }
}
