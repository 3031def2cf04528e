import type { Observation } from '../observation.ts';
import type { HistoryProblem } from './evidence.ts';
import { stopsIn } from './stops.ts';

/** Which session each entry belongs to. */
export interface Pairing {
  readonly sessionOf: (entry: Observation) => number | undefined;
  /** Whether an entry is of a connection on the service that turned out to be a canary's. */
  readonly canary: (entry: Observation) => boolean;
  readonly problems: readonly HistoryProblem[];
}

/**
 * The client's numbers are the sessions'. A connection of the service is paired by port where nothing lies between
 * (its peer port is the client's local one), and by order of accept through a proxy: connects are serialised until accepted.
 */
export function pairConnections(entries: readonly Observation[]): Pairing {
  const canaries = new Set(
    entries.filter(({ type, source }) => type === 'canary' && source === 'service').map(({ connection }) => connection),
  );
  const connected = entries.filter((entry) => entry.type === 'connected').filter(({ side }) => side === 'client');
  const accepted = entries
    .filter((entry) => entry.type === 'accepted')
    .filter(({ connection }) => !canaries.has(connection));
  const direct = !entries.some(({ type }) => type === 'proxied');
  const sessions = new Map<number | undefined, number>();
  accepted.forEach(({ connection, peerPort }, index) => {
    const partner = direct ? partnerOf(peerPort, connected, accepted) : connected[index];
    if (partner?.connection !== undefined) sessions.set(connection, partner.connection);
  });
  const isService = ({ side }: Observation) => side === 'service';
  return {
    sessionOf: (entry) => (isService(entry) ? sessions.get(entry.connection) : entry.connection),
    canary: (entry) => isService(entry) && canaries.has(entry.connection),
    problems: [...strangers(accepted, sessions), ...lonely(connected.filter(awaited(entries)), sessions)],
  };
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
  sessions: ReadonlyMap<number | undefined, number>,
): readonly HistoryProblem[] {
  return accepted
    .filter(({ connection }) => !sessions.has(connection))
    .map(({ connection }) => ({
      kind: 'pairing',
      message: `The service accepted connection ${connection}, which no client of this experiment made.`,
    }));
}

function lonely(
  connected: readonly Observation[],
  sessions: ReadonlyMap<number | undefined, number>,
): readonly HistoryProblem[] {
  const paired = new Set(sessions.values());
  return connected
    .filter(({ connection }) => connection === undefined || !paired.has(connection))
    .map(({ connection }) => ({
      kind: 'pairing',
      message: `The client connected session ${connection}, but the service accepted no connection for it.`,
    }));
}
