import { type Prediction, predict, type Scenario, type Target, whyUnmeasurable } from '@lapse/experiment';
import type { Command } from 'commander';
import { requirePredictable, resolveScenarios } from '../catalogue.ts';
import { EXIT, type ExitCode } from '../endings.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { predictionText } from '../prediction-text.ts';
import { against, type TargetFlag, targetFlag } from '../target.ts';
import { wrapped } from '../wrapped.ts';

/** A prediction as `--json` puts it out. */
interface PredictedScenario {
  readonly scenario: string;
  readonly about: string;
  readonly file: string;
  readonly prediction: Prediction;
  /** Why nothing here can measure it; absent: something can. */
  readonly unmeasurable?: string;
}

/** `lapse predict FILE|ID...` */
export function addPredict(program: Command, invocation: Invocation): void {
  const command = targetFlag(program.command('predict'))
    .description('Say what would happen, and why, without running anything.')
    .argument('<scenario...>', 'a scenario file, or the id of a scenario in the catalogue')
    .addHelpText(
      'after',
      examples(
        ['predict receive-idle-session'],
        ['predict my/first.yaml my/second.yaml'],
        ['predict my/first.yaml --json'],
      ),
    );
  performs<TargetFlag>(command, invocation, (names, { target }, output) => predictAll(names, target, output));
}

async function predictAll(names: readonly string[], target: Target | undefined, output: Output): Promise<ExitCode> {
  const found = against(await resolveScenarios(names), target);
  requirePredictable(found);
  const predictions = found.map(({ file, scenario }) => predicted(file, scenario));
  output.print(wrapped(predictions.map(predictionText).join('\n\n\n'), output.columns));
  output.document({ exitCode: EXIT.confirmed, predictions });
  return EXIT.confirmed;
}

function predicted(file: string, scenario: Scenario): PredictedScenario {
  const unmeasurable = whyUnmeasurable(scenario);
  return {
    ...{ scenario: scenario.scenario, about: scenario.about, file, prediction: predict(scenario) },
    ...(unmeasurable !== undefined && { unmeasurable }),
  };
}
