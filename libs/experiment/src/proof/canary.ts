import type { Duration, Instant } from '@lapse/protocol';
import { type Evidence, measured } from '../evidence/evidence.ts';
import type { Injection, Toxic } from '../scenario.ts';
import { type InPlace, LEAST_DELAY, PATIENCE, ROUNDING } from './flow.ts';
import { leastDelay, withholds } from './own-bytes.ts';

const PING_BYTES = 1;
/** After a heal a canary is given this long to answer again, if the measurement lasts that long. */
const REVIVAL: Duration = 250;

interface Ping {
  readonly sent: Instant;
  readonly answered?: Instant;
}

/** The canary is a connection of the session's age through the session's proxy: answered before, and not, or late, during it. */
export function canaryEffect({ toxic }: Injection, evidence: Evidence, place: InPlace): string | undefined {
  const pings = pingsIn(evidence);
  if (!pings.some(({ answered }) => answered !== undefined && answered < place.from)) return undefined;
  const during = pings.filter(({ sent }) => sent >= place.from && sent < place.until - PATIENCE);
  const first = during[0];
  if (first === undefined) return undefined;
  return withholds(toxic) ? silenced(during, pings, { evidence, place, toxic }) : slowed(during, toxic);
}

/** Down ends connections at once, refuses new ones, and leaves no bytes to look at. */
export function downEffect(evidence: Evidence, { from, until }: InPlace): string | undefined {
  const ended = evidence.canaries.find(
    (entry) => entry.type === 'canary' && entry.purpose === 'proof' && entry.what === 'ended',
  );
  const entries = measured(evidence).filter(
    ({ side, at }) => side === 'client' && at >= from - PATIENCE && at <= until,
  );
  const refused = entries.find(({ type }) => type === 'connectFailed');
  const cut = entries.find(({ type }) => type === 'peerEnded' || type === 'peerReset');
  const felt = refused ?? cut;
  if (ended === undefined || ended.at < from - PATIENCE || ended.at > until || felt === undefined) return undefined;
  return `The canary's connection ended at ${ended.at}, and the session's ${refused ? 'connect was refused' : 'own ended'} at ${felt.at}.`;
}

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

function slowed(during: readonly Ping[], toxic: Toxic): string | undefined {
  const least = leastDelay(toxic, PING_BYTES);
  const answered = during.filter((ping) => ping.answered !== undefined);
  if (least < LEAST_DELAY || answered.some((ping) => (ping.answered ?? 0) - ping.sent < least - ROUNDING))
    return undefined;
  const first = answered[0];
  return first && `A canary, answered before, got the answer to its ping of ${first.sent} only at ${first.answered}.`;
}
