import { type Configuration, diagnose, readConfiguration } from '@lapse/experiment';
import type { Command } from 'commander';
import { diagnosisDocument, diagnosisText, isTold } from '../diagnosis.ts';
import { duration } from '../duration.ts';
import { EXIT, type ExitCode, Refusal } from '../endings.ts';
import { examples, typed } from '../help.ts';
import { type Invocation, nonEmpty, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { standingOf } from '../standing.ts';
import { readStandardInput, readTextFile } from '../text-file.ts';
import { wrapped } from '../wrapped.ts';

interface DiagnoseFlags {
  readonly file?: string;
  readonly config?: readonly string[];
  readonly after?: number;
}

/** `lapse diagnose TEXT` */
export function addDiagnose(program: Command, invocation: Invocation): void {
  const command = program
    .command('diagnose')
    .description('Say which timeout or event may stand behind an exception, and what would tell the candidates apart.')
    .argument('[text...]', 'the exception as text, with its stack trace or without; - reads it from standard input')
    .option('--file <file>', 'a file that holds it: a log, a stack trace, a service trace', nonEmpty)
    .option(
      '--config <file>',
      'a configuration file (app.config, web.config) of the client or of the service; may be given for both',
      (file: string, before: readonly string[] = []) => [...before, nonEmpty(file)],
    )
    .option(
      '--after <duration>',
      'how long after the last call that succeeded it failed: 10min, 45s, 00:10:00',
      duration,
    )
    .addHelpText(
      'after',
      `${examples(
        ['diagnose "The socket connection was aborted." --after 10min'],
        ['diagnose --file service.log --config web.config'],
        ['diagnose - --json < trace.txt'],
      )}\n\n${LIMITS}`,
    );
  performs<DiagnoseFlags>(command, invocation, diagnoseText);
}

const LIMITS = `Texts are matched in English. Of another language only types, numbers, times
and method names are read, and it says so. It ends with 2 where no row of the
signature table fits by its words.`;

async function diagnoseText(
  words: readonly string[],
  { file, config = [], after }: DiagnoseFlags,
  output: Output,
): Promise<ExitCode> {
  const text = await textOf(words, file);
  const configurations = config.map((path): Configuration => readConfiguration(readTextFile(path), path));
  const diagnoses = diagnose(text, { configurations, ...(after !== undefined && { after }) });
  const exitCode = diagnoses.some(isTold) ? EXIT.confirmed : EXIT.inconclusive;
  output.print(wrapped(diagnosisText(diagnoses, configurations), output.columns));
  output.document({
    exitCode,
    ...(after !== undefined && { afterMs: after }),
    ...diagnosisDocument(diagnoses, configurations),
  });
  return exitCode;
}

async function textOf(words: readonly string[], file: string | undefined): Promise<string> {
  if (file !== undefined && words.length > 0) throw new Refusal(EXIT.usage, 'A text and --file: one of them.');
  if (file !== undefined) return requireText(readTextFile(file), `${file} is empty.`);
  if (words.length === 1 && words[0] === '-') return requireText(await readStandardInput(), 'Standard input is empty.');
  const text = words.join(' ');
  if (words.length === 1 && standingOf(text).is === 'file')
    throw new Refusal(
      EXIT.usage,
      `${text} is a file, not an exception. To read it: ${typed(`diagnose --file ${text}`)}`,
    );
  return requireText(text, `There is no exception to diagnose. More is said by: ${typed('diagnose --help')}`);
}

function requireText(text: string, otherwise: string): string {
  if (text.trim() === '') throw new Refusal(EXIT.usage, otherwise);
  return text;
}
