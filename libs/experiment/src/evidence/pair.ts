import type { Observation } from '../observation.ts';
import { type HistoryProblem, isExternal } from './evidence.ts';
import { stopsIn } from './stops.ts';

/** What an entry is about: the session, by the client's number; and the connection, by the order in which the client made them. */
export interface Place {
  readonly session?: number;
  readonly link?: number;
}

/** Which session and connection each entry belongs to. */
export interface Pairing {
  readonly placeOf: (entry: Observation) => Place;
  /** Whether an entry is of a connection on the service that turned out to be a canary's. */
  readonly canary: (entry: Observation) => boolean;
  readonly problems: readonly HistoryProblem[];
}

/**
 * The client's numbers are the sessions'. A connection of the service is paired by port where nothing lies between
 * (its peer port is the client's local one), and by order of accept through a proxy: connects are serialised until accepted.
 * A connection that serves several sessions is the next one's from the instant at which the client reuses it.
 */
export function pairConnections(entries: readonly Observation[]): Pairing {
  const canaries = new Set(
    entries.filter(({ type, source }) => type === 'canary' && source === 'service').map(({ connection }) => connection),
  );
  const connected = entries
    .filter((entry) => entry.type === 'connected')
    .filter(({ side, reused }) => side === 'client' && !reused);
  const accepted = entries
    .filter((entry) => entry.type === 'accepted')
    .filter(({ connection }) => !canaries.has(connection));
  const anchor = entries.find((entry) => entry.type === 'experiment');
  const direct = !entries.some(({ type }) => type === 'proxied');
  const links = new Map<number | undefined, number>();
  accepted.forEach(({ connection, peerPort }, index) => {
    const partner = direct ? partnerOf(peerPort, connected, accepted) : connected[index];
    if (partner !== undefined) links.set(connection, connected.indexOf(partner) + 1);
  });
  const places = placesOf(entries, connected, links);
  return {
    placeOf: (entry) => places.get(entry) ?? {},
    canary: ({ side, connection }) => side === 'service' && canaries.has(connection),
    problems: [
      ...strangers(accepted, links),
      ...(isExternal(anchor ?? {}) ? [] : lonely(connected, { links, awaited: awaited(entries) })),
    ],
  };
}

/** Goes through a history once: a client's `connected` says on which connection its session goes on from there. */
function placesOf(
  entries: readonly Observation[],
  connected: readonly Connected[],
  links: ReadonlyMap<number | undefined, number>,
): ReadonlyMap<Observation, Place> {
  const owners = connected.map(({ connection }) => connection);
  const current = new Map<number | undefined, number>();
  const places = new Map<Observation, Place>();
  for (const entry of entries) {
    if (entry.type === 'connected' && entry.side === 'client') {
      const link = connected.findLastIndex(({ localPort, at }) => localPort === entry.localPort && at <= entry.at) + 1;
      owners[link - 1] = entry.connection;
      current.set(entry.connection, link);
    }
    const isService = entry.side === 'service';
    const link = isService ? links.get(entry.connection) : current.get(entry.connection);
    const session = isService ? owners[(link ?? 0) - 1] : entry.connection;
    places.set(entry, { ...(session === undefined ? {} : { session }), ...(link === undefined ? {} : { link }) });
  }
  return places;
}

type Connected = Extract<Observation, { readonly type: 'connected' }>;
type Accepted = Extract<Observation, { readonly type: 'accepted' }>;

/** By port. A peer that was gone before it was accepted has none left: it is the one that nobody else names. */
function partnerOf(
  peerPort: number,
  connected: readonly Connected[],
  accepted: readonly Accepted[],
): Connected | undefined {
  const named = connected.find(({ localPort }) => localPort === peerPort);
  if (named !== undefined || peerPort !== 0) return named;
  return connected.find(({ localPort }) => !accepted.some((other) => other.peerPort === localPort));
}

/** A process that does not run accepts nothing: its kernel connects in its place, and the client is none the wiser. */
function awaited(entries: readonly Observation[]): (connected: Observation) => boolean {
  const stops = stopsIn(entries).filter(({ side }) => side === 'service');
  return ({ at }) => !stops.some(({ from, until }) => from <= at && at <= until);
}

function strangers(
  accepted: readonly Observation[],
  links: ReadonlyMap<number | undefined, number>,
): readonly HistoryProblem[] {
  return accepted
    .filter(({ connection }) => !links.has(connection))
    .map(({ connection }) => ({
      kind: 'pairing',
      message: `The service accepted connection ${connection}, which no client of this experiment made.`,
    }));
}

function lonely(
  connected: readonly Connected[],
  {
    links,
    awaited,
  }: {
    readonly links: ReadonlyMap<number | undefined, number>;
    readonly awaited: (connected: Observation) => boolean;
  },
): readonly HistoryProblem[] {
  const paired = new Set(links.values());
  return connected
    .filter((entry, index) => awaited(entry) && !paired.has(index + 1))
    .map(({ connection }) => ({
      kind: 'pairing',
      message: `The client connected session ${connection}, but the service accepted no connection for it.`,
    }));
}
