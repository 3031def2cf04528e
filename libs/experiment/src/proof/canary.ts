import type { Duration, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import type { Injection, Toxic } from '../scenario.ts';
import { type InPlace, LEAST_DELAY, PATIENCE, ROUNDING } from './flow.ts';
import { escapedBytes, leastDelay, UNARRIVED, withholds } from './own-bytes.ts';

const PING_BYTES = 1;
/** After a heal a canary is given this long to answer again, if the measurement lasts that long. */
const REVIVAL: Duration = 250;

interface Ping {
  readonly sent: Instant;
  readonly answered?: Instant;
}

/**
 * The canary is a connection of the session's age through the session's proxy: answered before, and not, or late, during it.
 * It cannot speak for a session whose own bytes say the contrary.
 */
export function canaryEffect(injection: Injection, evidence: Evidence, place: InPlace): string | undefined {
  if (escapedBytes(injection, evidence, place)) return undefined;
  const { toxic } = injection;
  const pings = pingsIn(evidence);
  if (!pings.some(({ answered }) => answered !== undefined && answered < place.from)) return undefined;
  const during = pings.filter(({ sent }) => sent >= place.from && sent < place.until - PATIENCE);
  const first = during[0];
  if (first === undefined) return undefined;
  return withholds(toxic)
    ? silenced(during, pings, { evidence, place, toxic })
    : slowed(during, toxic, { evidence, place });
}

/** Down ends connections at once, refuses new ones, and leaves no bytes to look at. */
export function downEffect(evidence: Evidence, { from, until }: InPlace): string | undefined {
  const during = ({ at }: { readonly at: Instant }) => at >= from - PATIENCE && at <= until;
  const ended = endOfCanary(evidence, { from: from - PATIENCE, until });
  const client = measured(evidence).filter(({ side }) => side === 'client');
  const felt = client.find((entry) => during(entry) && ENDS.has(entry.type));
  const canary = ended && `The canary's connection ended at ${ended.at}`;
  if (felt !== undefined)
    return (
      canary &&
      `${canary}, and the session's ${felt.type === 'connectFailed' ? 'connect was refused' : 'own ended'} at ${felt.at}.`
    );
  if (canary === undefined || client.some(during) || !allOver(client, from)) return undefined;
  return `${canary}; ${client.every(({ at }) => at > until) ? 'the session began only after the heal' : 'no session was under way'}.`;
}

/** Whether no session that had connected by an instant was still connected then. */
function allOver(client: readonly Entry[], at: Instant): boolean {
  const before = client.filter((entry) => entry.at < at);
  return before
    .filter(({ type }) => type === 'connected')
    .every(({ session }) => before.some((entry) => entry.type === 'disconnect' && entry.session === session));
}

const ENDS: ReadonlySet<string> = new Set(['connectFailed', 'peerEnded', 'peerReset']);

function pingsIn(evidence: Evidence): readonly Ping[] {
  const proofs = evidence.canaries
    .filter((entry) => entry.type === 'canary')
    .filter(({ purpose, at }) => purpose === 'proof' && at <= (evidence.until ?? at));
  const answers = new Map(proofs.filter(({ what }) => what === 'answered').map(({ ping, at }) => [ping, at]));
  return proofs
    .filter(({ what }) => what === 'sent')
    .map(({ ping, at }) => {
      const answered = answers.get(ping);
      return answered === undefined ? { sent: at } : { sent: at, answered };
    });
}

function silenced(
  during: readonly Ping[],
  pings: readonly Ping[],
  { evidence, place, toxic }: { readonly evidence: Evidence; readonly place: InPlace; readonly toxic: Toxic },
): string | undefined {
  if (during.some(({ answered }) => answered !== undefined && answered <= place.until)) return undefined;
  const until = evidence.until ?? place.until;
  const healed = place.until + REVIVAL < until && toxic.type !== 'timeout';
  const revived = pings.find(({ answered }) => answered !== undefined && answered > place.until);
  if (healed && revived === undefined) return undefined;
  const after = revived === undefined ? '' : `, and it was answered again at ${revived.answered}`;
  return `A canary, answered before, sent ${during.length} pings from ${during[0]?.sent} on: none was answered during the fault${after}.`;
}

function slowed(
  during: readonly Ping[],
  toxic: Toxic,
  { evidence, place: { until } }: { readonly evidence: Evidence; readonly place: InPlace },
): string | undefined {
  const expected = ({ sent }: Ping) => Math.min(sent + leastDelay(toxic, PING_BYTES), until);
  if (during.some((ping) => ping.answered !== undefined && ping.answered < expected(ping) - ROUNDING)) return undefined;
  const first = during.find((ping) => ping.answered !== undefined && expected(ping) - ping.sent >= LEAST_DELAY);
  if (first !== undefined)
    return `A canary, answered before, got the answer to its ping of ${first.sent} only at ${first.answered}.`;
  const waiting = during.find((ping) => Math.min(expected(ping), until) - ping.sent >= UNARRIVED);
  if (waiting === undefined || endOfCanary(evidence, { from: Number.NEGATIVE_INFINITY, until })) return undefined;
  return `A canary, answered before, still waited for the answer to its ping of ${waiting.sent} at ${until}.`;
}

/** How the canary's connection ended in a time: nobody waits on it for an answer any more. */
function endOfCanary({ canaries }: Evidence, { from, until }: InPlace) {
  return canaries
    .filter((entry) => entry.type === 'canary')
    .find(({ purpose, what, at }) => purpose === 'proof' && what === 'ended' && at >= from && at <= until);
}
