import { SEARCH_ATTRIBUTES } from '@lapse/conduct';
import { type Ending, type Servers, startServers, type TemporalAccess, temporalNamedBy } from '@lapse/servers';
import { EXIT, Refusal } from './endings.ts';

/** Who conducts the experiments of a run. */
export type Conducting =
  | {
      readonly by: 'temporal';
      readonly access: TemporalAccess;
      /** It was named by the environment; otherwise it was started for the run. */
      readonly isNamed: boolean;
      /** Resolves, with a sentence, when the server that was started for the run has ended by itself. */
      readonly gone: Promise<string>;
      /** URL of the web UI that was asked for; absent where the server was started elsewhere, or has none. */
      readonly ui?: string;
    }
  /** This process. `why` is a sentence, `remedies` are what would make a Temporal server appear. */
  | { readonly by: 'inProcess'; readonly why: string; readonly remedies: readonly string[] };

/** The servers of a run, all there. */
export interface RunServers {
  readonly conducting: Conducting;
  /** Without a trailing slash; absent where no scenario goes through it. */
  readonly toxiproxyUrl?: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Ends what was started for the run, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface ServersWanted {
  /** Takes the servers' logs. */
  readonly logFolder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** A scenario goes through Toxiproxy. */
  readonly injects: boolean;
  /** Absent: Temporal, or where none can be had, this process. */
  readonly conductor?: Conducting['by'];
  /** Temporal's web UI, too. */
  readonly ui?: boolean;
}

/** Finds, gets and starts what a run needs. @throws Refusal, with the ways to get it, when a server is missing. */
export async function startRunServers({
  logFolder,
  say,
  signal,
  injects,
  conductor,
  ui = false,
}: ServersWanted): Promise<RunServers> {
  const servers = await startServers({
    need: [...(conductor === 'inProcess' ? [] : (['temporal'] as const)), ...(injects ? (['toxiproxy'] as const) : [])],
    folder: logFolder,
    progress: say,
    signal,
    ui,
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, 'Keyword'] as const)),
  });
  const { temporal, toxiproxy } = servers;
  if (toxiproxy?.found === false || (temporal?.found === false && isInsistedOn(conductor))) {
    await servers.stop();
    throw new Refusal(EXIT.unavailable, missingServers(servers));
  }
  const gone = tellingEnds(servers, { logFolder, say });
  return {
    conducting: conductingBy(temporal, gone),
    ...(toxiproxy && { toxiproxyUrl: toxiproxy.address.replace(/\/+$/, '') }),
    versions: {
      ...(temporal?.found && { temporal: temporal.version }),
      ...(toxiproxy && { toxiproxy: toxiproxy.version }),
    },
    stop: () => servers.stop(),
  };
}

/** Whoever names a server, by a flag or by its address, wants no substitute for it. */
function isInsistedOn(conductor: Conducting['by'] | undefined): boolean {
  return conductor === 'temporal' || isNamed('temporal');
}

function conductingBy(temporal: Servers['temporal'], gone: Promise<string>): Conducting {
  if (temporal === undefined)
    return { by: 'inProcess', why: 'That is what --conductor in-process asks for.', remedies: [] };
  if (temporal.found) {
    const { address, access = { address, namespace: 'default' }, route, ui } = temporal;
    return { by: 'temporal', access, isNamed: route === 'environment', gone, ...(ui !== undefined && { ui }) };
  }
  const why = `There is no Temporal by any route: ${temporal.reasons.join('; ')}.`;
  return { by: 'inProcess', why, remedies: temporal.remedies };
}

/** Says when a server ends by itself. Resolves when that was the conducting one. */
async function tellingEnds(
  servers: Servers,
  { logFolder, say }: Pick<ServersWanted, 'logFolder' | 'say'>,
): Promise<string> {
  const conductorGone = Promise.withResolvers<string>();
  void servers.exited.then((exit) => {
    if (exit === undefined) return;
    const sentence = `${TITLES[exit.name]} has ended (${describeEnding(exit.ending)}); its log is in ${logFolder}.`;
    say(sentence);
    if (exit.name === 'temporal') conductorGone.resolve(sentence);
  });
  return await conductorGone.promise;
}

const TITLES = { temporal: 'Temporal', toxiproxy: 'Toxiproxy' } as const;

const PURPOSES = {
  temporal: 'it conducts the experiments',
  toxiproxy: 'it injects the faults',
} as const;

function describeEnding(ending: Ending): string {
  switch (ending.how) {
    case 'exit':
      return `exit code ${ending.code}`;
    case 'signal':
      return ending.signal;
    case 'notStarted':
      return ending.reason;
  }
}

/** A server that the environment names by its address is the only one that is tried. */
function isNamed(name: keyof typeof TITLES): boolean {
  return Boolean(name === 'temporal' ? temporalNamedBy(process.env) : process.env.TOXIPROXY_URL);
}

function missingServers(servers: Servers): string {
  const lines = (['toxiproxy', 'temporal'] as const).flatMap((name) => {
    const server = servers[name];
    if (server === undefined || server.found) return [];
    const list = (words: readonly string[]) => words.map((word) => `  - ${word}`);
    return [
      `${isNamed(name) ? `The ${TITLES[name]} that was named is not to be had` : `No ${TITLES[name]} by any route`}; ${PURPOSES[name]}, so no scenario was started.`,
      ...list(server.reasons),
      'What would make it appear:',
      ...list(server.remedies),
    ];
  });
  return lines.join('\n');
}
