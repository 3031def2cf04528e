import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addDiagnose } from './commands/diagnose.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addJudge } from './commands/judge.ts';
import { addPredict } from './commands/predict.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addScenarios } from './commands/scenarios.ts';
import { addSuite } from './commands/suite.ts';
import { addWorker } from './commands/worker.ts';
import { EXIT, type ExitCode, messageOf, Refusal } from './endings.ts';
import { EXIT_CODES, examples, typed } from './help.ts';
import type { Invocation } from './invocation.ts';
import { standardOutput } from './output.ts';
import { INSTALLATION } from './places.ts';

const ABOUT = 'Says which timeout ends a WCF session: predicts it, measures it under injected faults, and judges.';

const MORE = examples(
  ['doctor', 'what is here, and what would make a missing part appear'],
  ['suite', 'every scenario of the catalogue'],
  ['run receive-idle-session', 'one of them'],
  ['run my/scenario.yaml --json', 'one of yours, as one JSON document on stdout'],
  ['predict my/scenario.yaml', 'what would happen, and why, without running it'],
  ['scenarios --template', 'a scenario to start from'],
  ['runs', 'what was run here'],
  ['judge .lapse/runs/20261124-233220-1', 'what was recorded, judged once more'],
  ['explain .lapse/runs/latest', 'what was recorded last, step by step'],
  ['report .lapse/runs/latest --open', 'the same as a page with pictures'],
  ['diagnose --file service.log', 'what may stand behind an exception of yours'],
);

/** Runs a command line (without program and script) and answers what the process shall end with. Never rejects. */
export async function runCommandLine(words: readonly string[]): Promise<ExitCode> {
  const invocation: Invocation = { exitCode: EXIT.confirmed };
  const output = standardOutput(words.includes('--json'));
  const fail = (exitCode: ExitCode, error: string) => {
    if (exitCode === EXIT.usage && isToStart(words)) output.say('Nothing was started.');
    output.document({ exitCode, error });
    return exitCode;
  };
  try {
    await program(invocation).parseAsync(words, { from: 'user' });
    return invocation.exitCode;
  } catch (error) {
    // Commander has written its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.confirmed : fail(EXIT.usage, error.message);
    const exitCode = error instanceof Refusal ? error.exitCode : EXIT.ourBug;
    output.say(exitCode === EXIT.ourBug ? bugReport(error) : messageOf(error));
    return fail(exitCode, messageOf(error));
  }
}

/** The first word that is no flag is the command. */
function isToStart(words: readonly string[]): boolean {
  return ['run', 'suite', 'worker'].includes(words.find((word) => !word.startsWith('-')) ?? '');
}

function program(invocation: Invocation): Command {
  const lapse = new Command('lapse')
    .description(ABOUT)
    .version(versionOf(), '--version', 'the version of Lapse and of the Node that it runs on')
    .option('--json', 'one JSON document on stdout; progress goes to stderr')
    .addHelpText('after', MORE)
    .addHelpText('afterAll', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(`More is said by: ${typed('--help')}`)
    .exitOverride();
  for (const add of [
    addRun,
    addSuite,
    addPredict,
    addScenarios,
    addRuns,
    addJudge,
    addExplain,
    addReport,
    addDiagnose,
    addDoctor,
    addWorker,
  ])
    add(lapse, invocation);
  return lapse;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(INSTALLATION, 'package.json'), 'utf8'));
  return `lapse ${version}, Node ${process.versions.node}`;
}

function bugReport(error: unknown): string {
  return `Something in Lapse broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
