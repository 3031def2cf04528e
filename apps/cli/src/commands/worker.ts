import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningWorker } from '@lapse/conduct';
import { type TemporalAccess, temporalAccess, temporalNamedBy } from '@lapse/servers';
import { type Command, InvalidArgumentError } from 'commander';
import { workflowBundle } from '../bundle.ts';
import { commitOf } from '../commit.ts';
import { EXIT, type ExitCode, messageOf, Refusal } from '../endings.ts';
import { whyUnwritable } from '../folders.ts';
import { examples } from '../help.ts';
import { type Invocation, nonEmpty, performs, positiveInteger } from '../invocation.ts';
import type { Output } from '../output.ts';
import { ENTRIES, INSTALLATION, runsRoot } from '../places.ts';

interface WorkerOptions {
  readonly address?: string;
  readonly namespace?: string;
  readonly queue: string;
  readonly station?: string;
  readonly runs?: string;
  readonly capacity: number;
  readonly toxiproxyUrl?: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly endWithStdin: boolean;
}

/** `lapse worker` */
export function addWorker(program: Command, invocation: Invocation): void {
  const { TOXIPROXY_URL } = process.env;
  const command = program
    .command('worker')
    .description('Make this machine a station: take experiments from a Temporal server and run them here.')
    .option(
      '--address <host:port>',
      'of the Temporal server (TEMPORAL_ADDRESS; TEMPORAL_API_KEY, TEMPORAL_TLS and their like are read, too)',
      nonEmpty,
    )
    .option('--namespace <name>', 'of the Temporal server (TEMPORAL_NAMESPACE, or else: default)', nonEmpty)
    .option('--queue <name>', 'the task queue that all stations share', nonEmpty, 'lapse')
    .option('--station <name>', "name of this machine: a-z, 0-9 and - (default: the host's name)", stationName)
    .option('--runs <folder>', 'where experiments are recorded (default: .lapse/runs/<station>)', nonEmpty)
    .option('--capacity <count>', 'experiments at a time', positiveInteger, 5)
    .option('--toxiproxy-url <url>', 'of the API of a Toxiproxy on this machine (TOXIPROXY_URL)', url, TOXIPROXY_URL)
    .option('--versions <json>', 'versions to name in the evidence, an object of strings', jsonVersions, {})
    .option('--end-with-stdin', 'end at the end of stdin, and stop what runs on this station', false)
    .addHelpText('after', HELP);
  performs<WorkerOptions>(command, invocation, (_, options, output) => work(options, output));
}

const HELP = examples(
  ['worker --address temporal.example:7233', 'with TOXIPROXY_URL set, it takes what goes through a proxy, too'],
  ['suite --queue lapse', 'on any machine, lets that worker run experiments, too'],
);

async function work(options: WorkerOptions, output: Output): Promise<ExitCode> {
  // Listened to before anything else, or a signal during the start would end us without healing.
  const retirement = endRequested(options.endWithStdin);
  try {
    const { worker, station } = await start(options, output);
    const broke = worker.ended.then(() => new Error('The worker ended.')).catch((error: unknown) => error);
    const trouble = await Promise.race([retirement, broke]);
    if (trouble !== undefined && !(await isRequestedSoon(retirement)))
      throw new Refusal(EXIT.unavailable, `The worker could not go on: ${messageOf(trouble)}`);
    const stopped = options.endWithStdin ? await worker.retire() : await stopQuietly(worker);
    output.document({ exitCode: EXIT.confirmed, station, queue: options.queue, stopped });
    return EXIT.confirmed;
  } finally {
    process.stdin.destroy();
  }
}

/**
 * A worker that broke leaves the experiments to the next one. But where whoever started it has died and taken the
 * servers along, there will be none, and which of the two is noticed first is chance.
 */
async function isRequestedSoon(retirement: Promise<undefined>): Promise<boolean> {
  return await Promise.race([retirement.then(() => true), sleep(1_000, false)]);
}

/** Experiments go on: another worker may take the station over. */
async function stopQuietly(worker: RunningWorker): Promise<readonly string[]> {
  await worker.stop().catch(() => undefined);
  return [];
}

async function start(
  options: WorkerOptions,
  output: Output,
): Promise<{ readonly worker: RunningWorker; readonly station: string }> {
  const { toxiproxyUrl, capacity, queue } = options;
  const access = await accessFor(options);
  if (!toxiproxyUrl)
    output.say('No Toxiproxy (--toxiproxy-url or TOXIPROXY_URL): only scenarios with path: direct can run here.');
  const { installRuntime, machineName, startWorker } = await import('@lapse/conduct');
  const station = options.station ?? machineName();
  const runsFolder = resolve(options.runs ?? join(runsRoot(process.cwd()), station));
  const unwritable = whyUnwritable(runsFolder);
  if (unwritable !== undefined)
    throw new Refusal(
      EXIT.unavailable,
      `No experiment could be recorded: ${unwritable}. --runs <folder> records elsewhere.`,
    );
  const settings = {
    ...{ ...access, queue, station, capacity },
    ...(toxiproxyUrl && { toxiproxyUrl: toxiproxyUrl.replace(/\/+$/, '') }),
    runsFolder,
    hostEntry: ENTRIES.host,
    serviceEntry: ENTRIES.service,
    versions: { node: process.versions.node, ...options.versions },
    commit: commitOf(INSTALLATION),
    bundle: await workflowBundle(output.say),
  };
  installRuntime();
  try {
    const worker = await startWorker(settings);
    output.say(`Worker of ${station} on ${queue}, up to ${capacity} experiments at a time.`);
    return { worker, station };
  } catch (error) {
    const reason = reasonIn(messageOf(error));
    throw new Refusal(EXIT.unavailable, `No worker at the Temporal server ${access.address}: ${reason}.`);
  }
}

/** What the flags leave open, the environment says: keys and certificates have no flags. */
async function accessFor({ address, namespace }: WorkerOptions): Promise<TemporalAccess> {
  const flags = { ...(address && { TEMPORAL_ADDRESS: address }), ...(namespace && { TEMPORAL_NAMESPACE: namespace }) };
  const environment = { ...process.env, ...flags };
  if (temporalNamedBy(environment) === undefined)
    throw new Refusal(EXIT.unavailable, 'A worker needs a Temporal server: --address or TEMPORAL_ADDRESS.');
  const found = await temporalAccess(environment);
  if (!found.ok) throw new Refusal(EXIT.unavailable, `A worker needs a Temporal server, but ${found.reason}.`);
  return found.access;
}

/** Temporal's core prints an error as its own source code would write it; the system's words are somewhere inside. */
function reasonIn(message: string): string {
  const [, words = message] = /(?:message|error): "([^"]+)"/.exec(message) ?? [];
  return words.replace(/\.$/, '');
}

/** Resolves when somebody wants the worker to end. */
function endRequested(withStdin: boolean): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined));
    if (!withStdin) return;
    process.stdin.resume();
    process.stdin.once('end', () => resolve(undefined));
    process.stdin.once('error', () => resolve(undefined));
  });
}

function stationName(text: string): string {
  if (!/^[a-z0-9-]{1,200}$/.test(text)) throw new InvalidArgumentError('It consists of a-z, 0-9 and -.');
  return text;
}

function url(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It is written http://<host>:<port>.');
}

function jsonVersions(text: string): Readonly<Record<string, string>> {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidArgumentError('It is a JSON object.');
  return Object.fromEntries(Object.entries(value).map(([name, version]) => [name, String(version)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
