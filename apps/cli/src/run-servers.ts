import { SEARCH_ATTRIBUTES } from '@lapse/conduct';
import { type Ending, type FoundServer, type Servers, startServers } from '@lapse/servers';
import { EXIT, Refusal } from './endings.ts';

/** The servers of a run, all there. */
export interface RunServers {
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Without a trailing slash. */
  readonly toxiproxyUrl: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Resolves, with a sentence, when the conducting server that was started for the run has ended by itself. */
  readonly conductorGone: Promise<string>;
  /** Ends what was started for the run, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface ServersWanted {
  /** Takes the servers' logs. */
  readonly logFolder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Finds, gets and starts what a run needs. @throws Refusal, with the ways to get it, when a server is missing. */
export async function startRunServers({ logFolder, say, signal }: ServersWanted): Promise<RunServers> {
  const servers = await startServers({
    need: ['temporal', 'toxiproxy'],
    folder: logFolder,
    progress: say,
    signal,
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, 'Keyword'] as const)),
  });
  const { temporal, toxiproxy } = servers;
  if (!temporal?.found || !toxiproxy?.found) {
    await servers.stop();
    throw new Refusal(EXIT.unavailable, missingServers(servers));
  }
  const conductorGone = Promise.withResolvers<string>();
  void servers.exited.then((exit) => {
    if (exit === undefined) return;
    const sentence = `${TITLES[exit.name]} has ended (${describeEnding(exit.ending)}); its log is in ${logFolder}.`;
    say(sentence);
    if (exit.name === 'temporal') conductorGone.resolve(sentence);
  });
  return {
    temporal: { address: temporal.address, namespace: namespaceOf(temporal) },
    toxiproxyUrl: toxiproxy.address.replace(/\/+$/, ''),
    versions: { temporal: temporal.version, toxiproxy: toxiproxy.version },
    conductorGone: conductorGone.promise,
    stop: () => servers.stop(),
  };
}

const TITLES = { temporal: 'Temporal', toxiproxy: 'Toxiproxy' } as const;

const PURPOSES = {
  temporal: 'it conducts the experiments',
  toxiproxy: 'it injects the faults',
} as const;

/** A server that was started here has the one namespace of every development server. */
function namespaceOf({ route }: FoundServer): string {
  return (route === 'environment' && process.env.TEMPORAL_NAMESPACE) || 'default';
}

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

function missingServers(servers: Servers): string {
  const lines = (['toxiproxy', 'temporal'] as const).flatMap((name) => {
    const server = servers[name];
    if (server === undefined || server.found) return [];
    const list = (words: readonly string[]) => words.map((word) => `  - ${word}`);
    return [
      `No ${TITLES[name]} by any route; ${PURPOSES[name]}, so no scenario was started.`,
      ...list(server.reasons),
      'What would make it appear:',
      ...list(server.remedies),
    ];
  });
  return lines.join('\n');
}
