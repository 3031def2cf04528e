import { relative, resolve } from 'node:path';
import { systemReason } from '@lapse/scenario-file';
import type { Command } from 'commander';
import { EXIT, type ExitCode, Refusal } from '../endings.ts';
import { examples, typed } from '../help.ts';
import { type Invocation, performs, positiveInteger } from '../invocation.ts';
import { followLatest } from '../latest.ts';
import type { Output } from '../output.ts';
import { runsRoot } from '../places.ts';
import { type RecordedRun, recordedRun } from '../recorded-runs.ts';
import { isRunName, runNamesIn } from '../run-folder.ts';
import { standingOf } from '../standing.ts';
import { textTable } from '../table.ts';
import { wrapped } from '../wrapped.ts';

interface RunsFlags {
  readonly limit: number;
}

/** `lapse runs [FOLDER]` */
export function addRuns(program: Command, invocation: Invocation): void {
  const command = program
    .command('runs')
    .description('List the runs that were recorded, the newest first.')
    .argument('[folder]', 'the folder that holds the runs, as --runs names it (default: .lapse/runs)')
    .option('--limit <count>', 'how many at most', positiveInteger, 20)
    .addHelpText(
      'after',
      `${examples(
        ['runs'],
        ['runs --limit 100 --json'],
        ['runs nightly/runs', 'those that were recorded with --runs nightly/runs'],
      )}\n\nIn the same folder, latest stands for the newest run that has ended:\n${typed('explain .lapse/runs/latest')}`,
    );
  performs<RunsFlags>(command, invocation, async ([folder], { limit }, output) => list(folder, limit, output));
}

function list(named: string | undefined, limit: number, output: Output): ExitCode {
  const root = named === undefined ? runsRoot(process.cwd()) : namedFolder(named);
  const names = namesIn(root);
  if (named !== undefined && names.length === 0) throw new Refusal(EXIT.usage, `${named} holds no runs.`);
  const runs = names.slice(0, limit).map((name) => recordedRun(resolve(root), name));
  const left = names.length - runs.length;
  output.print(runs.length === 0 ? `No run has been recorded in ${root} yet.` : textOf({ runs, left }, output.columns));
  output.document({ exitCode: EXIT.confirmed, folder: resolve(root), runs, left });
  return EXIT.confirmed;
}

/** @throws Refusal for what holds no runs, whatever is in it. */
function namedFolder(named: string): string {
  if (named.trim() === '') throw new Refusal(EXIT.usage, 'An empty name is no folder.');
  const standing = standingOf(named);
  if (standing.is === 'nothing') throw new Refusal(EXIT.usage, `There is no folder ${named}.`);
  if (standing.is === 'useless') throw new Refusal(EXIT.usage, `${named} ${standing.why}.`);
  if (standing.is === 'file') throw new Refusal(EXIT.usage, `${named} is a file, not a folder.`);
  const parts = resolve(followLatest(named)).split(/[\\/]/);
  if (isRunName(parts.at(-1) ?? ''))
    throw new Refusal(
      EXIT.usage,
      `${named} is one run. Give the folder that it lies in: ${resolve(followLatest(named), '..')}`,
    );
  return named;
}

function namesIn(root: string): readonly string[] {
  if (standingOf(root).is === 'nothing') return [];
  try {
    return runNamesIn(root);
  } catch (error) {
    throw new Refusal(EXIT.usage, `${root} cannot be read: ${systemReason(error)}.`);
  }
}

function textOf(
  { runs, left }: { readonly runs: readonly RecordedRun[]; readonly left: number },
  columns: number,
): string {
  const notes = runs.flatMap((run) => (run.state === 'finished' ? [] : [`${run.name} ${run.why}.`]));
  return [
    textTable(['when (UTC)', 'scenarios', 'verdict', 'counts', 'commit', 'folder'], runs.map(cellsOf)),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => wrapped(note, columns))]),
    ...(left === 0
      ? []
      : ['', `${left} older ${left === 1 ? 'run is' : 'runs are'} not listed: --limit ${runs.length + left}`]),
  ].join('\n');
}

function cellsOf(run: RecordedRun): readonly string[] {
  const when = run.beganAt.replace('T', ' ').replace('Z', '');
  const folder = relative(process.cwd(), run.folder);
  const shown = folder.startsWith('..') ? run.folder : folder;
  if (run.state !== 'finished') return [when, '-', run.state, '-', '-', shown];
  const counts = Object.entries(run.counts).map(([verdict, count]) => `${count} ${verdict}`);
  return [when, String(run.scenarios), run.status, counts.join(', ') || '-', shortCommit(run.commit), shown];
}

/** As many digits as git itself shows. */
function shortCommit(commit: string): string {
  return commit.replace(/^([0-9a-f]{10})[0-9a-f]{30}/, '$1');
}
