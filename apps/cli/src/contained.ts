import { type Engine, findEngine } from '@lapse/containers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Catalogued } from './catalogue.ts';
import { EXIT, Refusal } from './endings.ts';

/** What `--service` says. */
export interface ServiceFlag {
  readonly service: 'process' | 'container';
}

/** The flag of every command that runs scenarios against the mock service. */
export function serviceFlag(command: Command): Command {
  return command.addOption(
    new Option('--service <form>', 'what the mock service runs in: process, or container')
      .default('process')
      .argParser(parseForm),
  );
}

function parseForm(text: string): ServiceFlag['service'] {
  if (text === 'process' || text === 'container') return text;
  throw new InvalidArgumentError('It is process or container.');
}

/** The scenarios, each with its service where the flag wants it. @throws Refusal where a container is wanted and no engine answers. */
export async function contained(
  scenarios: readonly Catalogued[],
  { service }: ServiceFlag,
): Promise<readonly Catalogued[]> {
  if (service === 'process') return scenarios;
  if (scenarios.some(({ scenario }) => scenario.target !== undefined))
    throw new Refusal(
      EXIT.usage,
      'A service of yours is in no container of ours: --target and --service container exclude each other.',
    );
  const { network } = await requireEngine();
  return scenarios.map((each) => ({ ...each, scenario: { ...each.scenario, container: network } }));
}

async function requireEngine(): Promise<Engine> {
  const engine = await findEngine();
  if (engine.found) return engine;
  throw new Refusal(
    EXIT.unavailable,
    [
      `No container engine answers (${engine.reasons.join('; ')}), and --service container needs one, so no scenario was started.`,
      'What would make it appear:',
      ...engine.remedies.map((remedy) => `  - ${remedy}`),
    ].join('\n'),
  );
}
