import type { Status } from '@lapse/experiment';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../endings.ts';
import { explainFound, explanationDocument, explanationText } from '../explanation.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { findRecords } from '../record.ts';

/** `lapse explain RECORD...` */
export function addExplain(program: Command, invocation: Invocation): void {
  const command = program
    .command('explain')
    .description(
      'Say what ended the session of a record: root, carrier, what the caller saw, what to change; with a timeline.',
    )
    .argument('<record...>', "the folder of a run, the folder of an experiment, or an experiment's history.jsonl")
    .addHelpText(
      'after',
      `${examples(
        ['explain .lapse/runs/20261124-233220-1/open-refused-*', 'one experiment of a run'],
        ['explain .lapse/runs/20261124-233220-1', 'every experiment of it'],
        ['explain .lapse/runs/latest', 'the newest run that has ended'],
        ['explain from/elsewhere/history.jsonl --json'],
      )}\n\nIt is told from what was recorded. It ends as judging the record does.`,
    );
  performs<object>(command, invocation, async (paths, _, output) => explainAll(paths, output));
}

function explainAll(paths: readonly string[], output: Output): ExitCode {
  const explanations = paths.flatMap(findRecords).map(explainFound);
  const isAny = (status: Status) => explanations.some(({ verdict }) => verdict === status);
  const exitCode = EXIT[(['refuted', 'inconclusive'] as const).find(isAny) ?? 'confirmed'];
  output.print(explanations.map(explanationText).join('\n\n\n'));
  output.document({ exitCode, records: explanations.map(explanationDocument) });
  return exitCode;
}
