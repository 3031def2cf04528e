import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { findEngine } from '@lapse/containers';
import { inspectServers, type PartReport, serversFolder, temporalNamedBy } from '@lapse/servers';
import type { Command } from 'commander';
import { BUNDLE } from '../bundle.ts';
import { EXIT, type ExitCode } from '../endings.ts';
import { type Finding, findingsText } from '../findings-text.ts';
import { whyUnwritable } from '../folders.ts';
import { examples } from '../help.ts';
import { type Invocation, performs } from '../invocation.ts';
import type { Output } from '../output.ts';
import { CATALOGUE, ENTRIES, runsRoot } from '../places.ts';

/** `lapse doctor` */
export function addDoctor(program: Command, invocation: Invocation): void {
  const command = program
    .command('doctor')
    .description('List every part, its route and version, and what would make a missing one appear.')
    .addHelpText('after', examples(['doctor'], ['doctor --json']));
  performs<object>(command, invocation, (_, __, output) => examine(output));
}

async function examine(output: Output): Promise<ExitCode> {
  const servers = (await inspectServers()).map(serverFinding);
  const parts = [...ownParts(), ...servers, await engineFinding(), ...foldersFor(servers)];
  const exitCode = parts.some(({ state }) => state === 'missing') ? EXIT.unavailable : EXIT.confirmed;
  output.print(findingsText(parts, output.columns));
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
  return [
    { ...part('Node', process.execPath), version: node },
    part('experiment host', ENTRIES.host),
    part('mock service', ENTRIES.service),
    part('catalogue', CATALOGUE),
    existsSync(BUNDLE) ? part('workflow bundle', BUNDLE) : missingBundle(part('workflow bundle', BUNDLE)),
  ];
}

/** What is not bundled yet, the next run bundles, if it can. */
function missingBundle(bundle: Finding): Finding {
  const unwritable = whyUnwritable(dirname(BUNDLE));
  if (unwritable === undefined) return { ...bundle, state: 'obtainable', remedies: ['the next run bundles it'] };
  const remedies = ['let this user write there, or bundle it as one who may: npm start'];
  return { ...bundle, reasons: [...bundle.reasons, unwritable], remedies };
}

/** Whoever wants the mock service in a container has an engine; nobody else needs one. */
async function engineFinding(): Promise<Finding> {
  const part = 'container engine';
  const engine = await findEngine();
  if (!engine.found) {
    const reasons = [...engine.reasons, 'only --service container needs it'];
    return { part, state: 'absent', route: '-', version: '-', where: '-', reasons, remedies: engine.remedies };
  }
  const { address, version, network } = engine;
  return { part, state: 'ready', route: `network ${network}`, version, where: address.url, reasons: [], remedies: [] };
}

/** Where runs are recorded from here; and where a server that is not there yet would be put. */
function foldersFor(servers: readonly Finding[]): readonly Finding[] {
  const isGot = servers.some(({ state }) => state === 'obtainable');
  return [
    folderFinding('folder for runs', runsRoot(process.cwd()), '--runs <folder> records a run elsewhere'),
    ...(isGot
      ? [folderFinding('folder for servers', serversFolder(process.env), 'LAPSE_CACHE=<folder> keeps them elsewhere')]
      : []),
  ];
}

function folderFinding(part: string, where: string, remedy: string): Finding {
  const unwritable = whyUnwritable(where);
  const found = { part, route: '-', version: '-', where };
  if (unwritable === undefined) return { ...found, state: 'ready', reasons: [], remedies: [] };
  return { ...found, state: 'missing', reasons: [unwritable], remedies: [remedy, 'let this user write there'] };
}

const IN_PROCESS = 'or do without: a run is conducted in process then, and ends with 0 only under --allow-in-process';

function serverFinding({ name, title, state, route, version, where, ...report }: PartReport): Finding {
  // A server that was named by its address and does not answer is not replaced by another.
  const substituted = state === 'missing' && name === 'temporal' && temporalNamedBy(process.env) === undefined;
  const remedies = substituted ? [...report.remedies, IN_PROCESS] : report.remedies;
  const { reasons, routes } = report;
  const found = { part: title, state, route: route ?? '-', version: version ?? '-', where: where ?? '-' };
  return { ...found, reasons, remedies, routes };
}
