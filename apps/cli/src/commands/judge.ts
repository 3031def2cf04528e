import type { Command } from 'commander';
import type { ExitCode } from '../endings.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import { judgeFound } from '../judging.ts';
import type { Output } from '../output.ts';
import { findRecords } from '../record.ts';
import { summariseRecords } from '../record-summary.ts';

/** `lapse judge RECORD...` */
export function addJudge(program: Command, invocation: Invocation): void {
  const command = program
    .command('judge')
    .description("Judge what was recorded earlier by today's rules, and by the prediction that it was recorded with.")
    .argument('<record...>', "the folder of a run, the folder of an experiment, or an experiment's history.jsonl")
    .addHelpText(
      'after',
      examples(
        ['judge .lapse/runs/20261124-233220-1', 'every experiment of a run'],
        ['judge .lapse/runs/20261124-233220-1/open-refused-*', 'one of them'],
        ['judge .lapse/runs/latest', 'the newest run that has ended'],
        ['judge from/elsewhere/history.jsonl --json'],
      ),
    );
  performs<object>(command, invocation, async (paths, _, output) => judgeAll(paths, output));
}

function judgeAll(paths: readonly string[], output: Output): ExitCode {
  const records = paths.flatMap(findRecords).map(judgeFound);
  const { text, document } = summariseRecords(records, output.columns);
  output.print(text);
  output.document(document);
  return document.exitCode;
}
