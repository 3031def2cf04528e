import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findServer, type MissingServer, type Source } from './find.ts';
import type { Ending } from './keeper-orders.ts';
import { Keeper } from './kept.ts';
import { launch, type SearchAttributeType } from './launch.ts';
import { makeFolder } from './make-folder.ts';
import { PARTS, type ServerName } from './parts.ts';
import type { RouteName } from './routes.ts';
import type { Environment, Surroundings } from './surroundings.ts';
import type { TemporalAccess } from './temporal-access.ts';

/** What to start, and for whom. */
export interface ServersRequest {
  readonly need: readonly ServerName[];
  /** Takes `temporal.log`, `toxiproxy.log` and `keeper.log`; created if it is not there. */
  readonly folder: string;
  /** Takes one line for people at a time. */
  readonly progress: (line: string) => void;
  /** Registered with a Temporal server that is started here. */
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  /** A Temporal server that is started here brings its web UI. */
  readonly ui?: boolean;
  /** Temporal's SQLite file, kept afterwards. Without it a temporary one is used and deleted. */
  readonly databaseFile?: string;
  /** Environment variables; `process.env` if absent. */
  readonly environment?: Environment;
  /** Milliseconds between two lines while something takes long; 10,000 if absent. */
  readonly progressEvery?: number;
  /** Gives up while servers are built or started: nothing is left and `startServers` rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A server that answers. */
export interface FoundServer {
  readonly found: true;
  /** `host:port` of Temporal, URL of Toxiproxy. */
  readonly address: string;
  /** Of Temporal: how it is reached. A server that was started here is reached in plain text. */
  readonly access?: TemporalAccess;
  readonly route: RouteName;
  readonly version: string;
  /** Process id, where it was started here. */
  readonly pid?: number | undefined;
  /** Its log, where it was started here. */
  readonly log?: string;
  /** URL of Temporal's web UI, where it was asked for, was started here, and answers. */
  readonly ui?: string;
}

/** A server that ended although nobody asked it to. */
export interface ServerExit {
  readonly name: ServerName;
  readonly ending: Ending;
}

/** The servers of one run. What was started here ends with `stop`, and with this process in whatever way that ends. */
export interface Servers {
  /** Present if it was needed. */
  readonly temporal?: FoundServer | MissingServer;
  /** Present if it was needed. */
  readonly toxiproxy?: FoundServer | MissingServer;
  /** Undefined when nothing was started. */
  readonly keeperPid: number | undefined;
  /** The first server that ended by itself; undefined after `stop`. Servers of the environment are not watched. */
  readonly exited: Promise<ServerExit | undefined>;
  /** Ends what was started, and resolves when it is gone. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Finds, gets, starts and checks the servers that are needed. A server that cannot be had is a value with reasons and remedies, not an error;
 * the others are started all the same.
 */
export async function startServers(request: ServersRequest): Promise<Servers> {
  const surroundings: Surroundings = {
    environment: request.environment ?? process.env,
    progress: request.progress,
    progressEvery: request.progressEvery ?? 10_000,
    signal: request.signal,
  };
  const folder = resolve(request.folder);
  await makeFolder(folder);
  const session = new Session({ ...request, folder }, surroundings);
  try {
    return session.servers(await openAll(session, await findAll(request.need, surroundings)));
  } catch (error) {
    await session.stop();
    throw error;
  }
}

type Found = FoundServer | MissingServer;

type Sources = ReadonlyMap<ServerName, Source | MissingServer>;

/** One after the other: each build keeps two cores busy on its own. The short one comes first, and without Toxiproxy no run begins. */
async function findAll(need: readonly ServerName[], surroundings: Surroundings): Promise<Sources> {
  const sources = new Map<ServerName, Source | MissingServer>();
  for (const name of ['toxiproxy', 'temporal'] as const) {
    if (need.includes(name)) sources.set(name, await findServer(name, surroundings));
  }
  return sources;
}

/** All at once; every start comes to an end, so that nothing is still being started when one has failed. */
async function openAll(session: Session, sources: Sources): Promise<Partial<Record<ServerName, Found>>> {
  const found: Partial<Record<ServerName, Found>> = {};
  const settled = await Promise.allSettled(
    [...sources].map(async ([name, source]) => {
      found[name] = await session.open(name, source);
    }),
  );
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  return found;
}

/** One keeper for all that is started; none when nothing is. */
class Session {
  readonly #request: ServersRequest;
  readonly #surroundings: Surroundings;
  readonly #exited: Promise<ServerExit | undefined>;
  #settleExited: (exit: ServerExit | undefined) => void = () => {};
  #keeper: Keeper | undefined;

  constructor(request: ServersRequest, surroundings: Surroundings) {
    this.#request = request;
    this.#surroundings = surroundings;
    this.#exited = new Promise((resolve) => {
      this.#settleExited = resolve;
    });
  }

  async open(name: ServerName, source: Source | MissingServer): Promise<Found> {
    if ('found' in source) return source;
    const { route, version } = source;
    if (source.type === 'running') {
      const { address, access } = source;
      return { found: true, address, ...(access && { access }), route, version };
    }
    const keeper = this.#openKeeper();
    const log = join(this.#request.folder, `${name}.log`);
    const launched = await launch(
      {
        part: PARTS[name],
        file: source.file,
        folder: this.#request.folder,
        log,
        environment: this.#surroundings.environment,
        databaseFile: name === 'temporal' ? await this.#databaseFile(keeper) : '',
        searchAttributes: this.#request.searchAttributes ?? {},
        ui: name === 'temporal' && this.#request.ui === true,
        signal: this.#request.signal,
      },
      keeper,
    );
    if (!launched.ok) return { found: false, reasons: [launched.reason], remedies: [`see ${log}`] };
    void launched.process.ended.then((ending) => this.#settleExited({ name, ending }));
    // A server may answer before the keeper has told who it is.
    const pid = await launched.process.pid;
    const { address, ui } = launched;
    const access = name === 'temporal' ? { access: { address, namespace: 'default' } } : {};
    return { found: true, address, ...access, route, version, pid, log, ...(ui !== undefined && { ui }) };
  }

  servers(found: Partial<Record<ServerName, Found>>): Servers {
    const stop = (): Promise<void> => this.stop();
    return { ...found, keeperPid: this.#keeper?.pid, exited: this.#exited, stop, [Symbol.asyncDispose]: stop };
  }

  async stop(): Promise<void> {
    this.#settleExited(undefined);
    await this.#keeper?.close();
  }

  #openKeeper(): Keeper {
    this.#keeper ??= new Keeper(join(this.#request.folder, 'keeper.log'));
    return this.#keeper;
  }

  async #databaseFile(keeper: Keeper): Promise<string> {
    if (this.#request.databaseFile !== undefined) return this.#request.databaseFile;
    const folder = await mkdtemp(join(tmpdir(), 'lapse-temporal-'));
    keeper.discard(folder);
    return join(folder, 'temporal.db');
  }
}
