import { readFile } from 'node:fs/promises';
import type { Health } from './health.ts';
import { checkHealth } from './health.ts';
import type { Ending } from './keeper-orders.ts';
import type { Keeper, KeptProcess } from './kept.ts';
import type { Part, ServerName } from './parts.ts';
import { freePort } from './ports.ts';
import type { Environment } from './surroundings.ts';
import { withoutTemporal } from './temporal-access.ts';

/** An executable to start, and where its log goes. */
export interface Launch {
  readonly part: Part;
  readonly file: string;
  readonly folder: string;
  readonly log: string;
  readonly environment: Environment;
  /** For Temporal: SQLite's file. */
  readonly databaseFile: string;
  readonly searchAttributes: Readonly<Record<string, SearchAttributeType>>;
  /** For Temporal: with its web UI. */
  readonly ui: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Temporal's types of search attributes. */
export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

/** A server that answers, or why it does not. */
export type Launched =
  | {
      readonly ok: true;
      readonly address: string;
      readonly version: string;
      readonly process: KeptProcess;
      /** URL of the web UI, where one was asked for and answers. */
      readonly ui?: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Milliseconds a server gets to answer. Temporal needs 0.2 s on an idle machine. */
const HEALTHY_WITHIN = 30_000;
/** Milliseconds between two looks. Also the head start before the first one: a server that finds its port taken says so within 30 ms. */
const LOOK_EVERY = 50;
/** A port can be taken between its choice and its use; more often than this something else is wrong. */
const ATTEMPTS = 3;
const LAST_LINES = 3;

/** Starts a server on a free port of the loopback and waits until it answers. */
export async function launch(order: Launch, keeper: Keeper): Promise<Launched> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const uiPort = order.ui ? await freePort() : undefined;
    const logged = (await readLog(order.log)).length;
    const process = keeper.start({
      command: order.file,
      args: argumentsOf(order, { port, uiPort }),
      // `temporal` takes flags from TEMPORAL_ variables, too.
      environment: withoutTemporal(order.environment),
      folder: order.folder,
      log: order.log,
    });
    const address = order.part.name === 'toxiproxy' ? `http://127.0.0.1:${port}` : `127.0.0.1:${port}`;
    const outcome = await untilHealthy(order, { process, address, logged });
    if (outcome.healthy) {
      const ui = uiPort === undefined ? undefined : await answeringUi(`http://127.0.0.1:${uiPort}`, order.signal);
      return { ok: true, address, version: outcome.version, process, ...(ui !== undefined && { ui }) };
    }
    await process.end();
    const portTaken = isPortTaken((await readLog(order.log)).slice(logged));
    if (!portTaken || attempt === ATTEMPTS)
      return { ok: false, reason: `${order.part.title} (${order.file}) ${outcome.reason}` };
  }
}

/** Milliseconds that the web UI gets to answer after its server does; it needs less than one on an idle machine. */
const UI_WITHIN = 5_000;

/** The URL when a page is had there; undefined: none came, as from a server that was built without its web UI. */
async function answeringUi(url: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  for (const deadline = performance.now() + UI_WITHIN; performance.now() < deadline; ) {
    signal?.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(UI_WITHIN) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return url;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return undefined;
}

interface Starting {
  readonly process: KeptProcess;
  readonly address: string;
  /** Length of the log before this start. */
  readonly logged: number;
}

/**
 * A healthy answer counts only while our own process lives and has not complained about its port: Toxiproxy lives on
 * without listening when its port is taken, and then somebody else answers in its name.
 */
async function untilHealthy(order: Launch, { process, address, logged }: Starting): Promise<Health> {
  const deadline = performance.now() + HEALTHY_WITHIN;
  let health: Health = { healthy: false, reason: 'was not asked' };
  while (performance.now() < deadline) {
    await Promise.race([process.ended, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))]);
    order.signal?.throwIfAborted();
    health = await checkHealth(order.part.name, address);
    const ending = process.ending();
    const log = (await readLog(order.log)).slice(logged);
    if (ending !== undefined) return { healthy: false, reason: `${describe(ending)}: ${lastLines(log)}` };
    if (isPortTaken(log)) return { healthy: false, reason: `found its port taken: ${lastLines(log)}` };
    if (health.healthy) return health;
  }
  return {
    healthy: false,
    reason: `did not answer within ${HEALTHY_WITHIN / 1000} s: ${health.healthy ? '' : health.reason}`,
  };
}

interface Ports {
  readonly port: number;
  /** Of the web UI, where there shall be one. */
  readonly uiPort: number | undefined;
}

const ARGUMENTS: Readonly<Record<ServerName, (order: Launch, ports: Ports) => readonly string[]>> = {
  temporal: temporalArguments,
  toxiproxy: (_, { port }) => ['-host', '127.0.0.1', '-port', String(port)],
};

function argumentsOf(order: Launch, ports: Ports): readonly string[] {
  return ARGUMENTS[order.part.name](order, ports);
}

/** The update check would ask the network for news of Temporal's versions. */
function temporalArguments({ databaseFile, searchAttributes }: Launch, { port, uiPort }: Ports): readonly string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', databaseFile],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...[
      '--log-format',
      'json',
      '--log-level',
      'warn',
      '--dynamic-config-value',
      'frontend.enableServerVersionCheck=false',
    ],
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

function isPortTaken(log: string): boolean {
  return /address already in use|Only one usage of each socket address/i.test(log);
}

/** How a process ended, in words that follow its name. */
export function describe(ending: Ending): string {
  switch (ending.how) {
    case 'exit':
      return `ended with exit code ${ending.code}`;
    case 'signal':
      return `was ended by ${ending.signal}`;
    case 'notStarted':
      return `could not be started: ${ending.reason}`;
  }
}

function lastLines(log: string): string {
  return log.trim().split('\n').slice(-LAST_LINES).join('\n  ') || 'its log is empty';
}

async function readLog(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
