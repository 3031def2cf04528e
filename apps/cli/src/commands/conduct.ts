import type { Command } from 'commander';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { ConductOptions } from '../planned-run.ts';
import { stationFlags } from './conducting-flags.ts';

/** `lapse conduct` */
export function addConduct(program: Command, invocation: Invocation): void {
  const command = stationFlags(program.command('conduct'))
    .description('Run scenarios as they are asked for on standard input, a JSON object a line, until it ends.')
    .addHelpText('after', `${MORE}${examples(['conduct --runs my/runs'])}`);
  performs<ConductOptions>(command, invocation, async (_, options, output) => {
    const { conductOnDemand } = await import('../on-demand.ts');
    return await conductOnDemand(options, {
      input: process.stdin,
      answer: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
      say: output.say,
    });
  });
}

const MORE = `
Servers are started once, so that a scenario costs little more than its own time
(@lapse/jest is made of this). A line on standard input is a request:
  {"run": 1, "name": "my/scenario.yaml"}   a file, or an id of the catalogue
  {"run": 2, "scenario": {"scenario": "mine", "about": "..."}}   as in a file
A line on standard output is an answer: docs/schema/conduct.json. The end of the
input ends everything; what still runs heals first.
`;
