import { existsSync } from 'node:fs';
import { inspectServers, type PartReport } from '@lapse/servers';
import type { Command } from 'commander';
import { bundlePath } from '../bundle.ts';
import { EXIT, type ExitCode } from '../endings.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { CATALOGUE, ENTRIES } from '../places.ts';
import { textTable } from '../table.ts';

/** One thing that Lapse needs. `ready`: now; `obtainable`: the next run gets it; `missing`: a run would stop, or be conducted in process. */
interface Finding {
  readonly part: string;
  readonly state: 'ready' | 'obtainable' | 'missing';
  readonly route: string;
  readonly version: string;
  readonly where: string;
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
}

/** `lapse doctor` */
export function addDoctor(program: Command, invocation: Invocation): void {
  const command = program
    .command('doctor')
    .description('List every part, its route and version, and what would make a missing one appear.')
    .addHelpText('after', '\nExamples:\n  lapse doctor\n  lapse doctor --json');
  performs<object>(command, invocation, (_, __, output) => examine(output));
}

async function examine(output: Output): Promise<ExitCode> {
  const parts = [...ownParts(), ...(await inspectServers()).map(serverFinding)];
  const exitCode = parts.some(({ state }) => state === 'missing') ? EXIT.unavailable : EXIT.confirmed;
  output.print(report(parts));
  output.document({ exitCode, parts });
  return exitCode;
}

/** What comes with the installation. */
function ownParts(): readonly Finding[] {
  const { node } = process.versions;
  const part = (name: string, where: string): Finding => ({
    part: name,
    state: existsSync(where) ? 'ready' : 'missing',
    route: 'installation',
    version: '-',
    where,
    reasons: existsSync(where) ? [] : [`there is no ${where}`],
    remedies: existsSync(where) ? [] : ['restore the installation: git status, then npm start'],
  });
  const bundle = part('workflow bundle', bundlePath());
  return [
    { ...part('Node', process.execPath), version: node },
    part('experiment host', ENTRIES.host),
    part('mock service', ENTRIES.service),
    part('catalogue', CATALOGUE),
    bundle.state === 'ready' ? bundle : { ...bundle, state: 'obtainable', remedies: ['the next run bundles it'] },
  ];
}

const IN_PROCESS = 'or do without: a run is conducted in process then, and ends with 0 only under --allow-in-process';

function serverFinding({ ok, name, title, route, version, where, reasons, ...report }: PartReport): Finding {
  // A server that was named by its address and does not answer is not replaced by another.
  const state = ok ? 'ready' : route === 'goInstall' ? 'obtainable' : 'missing';
  const substituted = state === 'missing' && name === 'temporal' && !process.env.TEMPORAL_ADDRESS;
  const remedies = substituted ? [...report.remedies, IN_PROCESS] : report.remedies;
  return { part: title, state, route: route ?? '-', version: version ?? '-', where: where ?? '-', reasons, remedies };
}

function report(parts: readonly Finding[]): string {
  const rows = parts.map(({ part, state, route, version, where }) => [part, state, route, version, where]);
  const notes = parts
    .filter(({ state }) => state !== 'ready')
    .flatMap(({ part, reasons, remedies }) => [
      '',
      `${part}:`,
      ...reasons.map((reason) => `  - ${reason}`),
      ...remedies.map((remedy) => `  > ${remedy}`),
    ]);
  return [textTable(['part', 'state', 'route', 'version', 'where'], rows), ...notes].join('\n');
}
