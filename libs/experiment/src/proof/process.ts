import type { Duration, Instant } from '@lapse/protocol';
import { type Evidence, measured } from '../evidence/evidence.ts';
import type { Observation } from '../observation.ts';
import type { ProcessFault } from '../scenario.ts';
import { PATIENCE } from './flow.ts';

/** A signal reaches every thread of a process within this time. */
const DELIVERY: Duration = 10;

type Signalled = Extract<Observation, { readonly type: 'signalled' }>;

/** Whether a process fault took effect: `missing` says what there is no proof of, `effect` what shows it. */
export type ProcessEffect = { readonly missing: string } | { readonly effect: string };

/** A kill is proven by the exit, a freeze by the process's silence and by what it, or a canary, was kept waiting. */
export function processEffect(fault: ProcessFault, index: number, evidence: Evidence): ProcessEffect {
  const [first] = signalsOf(index, evidence.entries);
  if (first === undefined || !measured(evidence).includes(first)) return { missing: 'The process was not signalled.' };
  return fault.how === 'kill' ? killed(fault, first, evidence) : frozen(fault, first, { index, evidence });
}

function signalsOf(index: number, entries: readonly Observation[]): readonly Signalled[] {
  return entries.filter((entry) => entry.type === 'signalled').filter(({ fault }) => fault === index);
}

function killed({ side }: ProcessFault, signal: Signalled, evidence: Evidence): ProcessEffect {
  const exit = measured(evidence).find((entry) => entry.type === 'exited' && entry.process === side);
  if (exit?.type !== 'exited') return { missing: `The ${side} was killed, but its exit is not on record.` };
  if (!exit.planned || exit.how !== 'SIGKILL' || exit.at < signal.before)
    return { missing: `The ${side} ended otherwise than by the kill: at ${exit.at} (${exit.how}).` };
  const word = wordOf(evidence, side, { from: signal.after + DELIVERY, until: Number.POSITIVE_INFINITY });
  if (word !== undefined) return { missing: `The ${side} was killed, but logged something at ${word.at}.` };
  return { effect: `The ${side} was killed at ${signal.after}, and its exit is on record at ${exit.at}.` };
}

function frozen(
  { side, heal }: ProcessFault,
  signal: Signalled,
  { index, evidence }: { readonly index: number; readonly evidence: Evidence },
): ProcessEffect {
  const thaw = signalsOf(index, evidence.entries).find((other) => other.signal === 'SIGCONT');
  if (heal !== undefined && (thaw === undefined || !measured(evidence).includes(thaw)))
    return { missing: `The ${side} was to run again, and was not let.` };
  const until = thaw?.before ?? evidence.until ?? signal.after;
  const word = wordOf(evidence, side, { from: signal.after + DELIVERY, until });
  if (word !== undefined) return { missing: `The ${side} was frozen, but logged something at ${word.at}.` };
  const shown =
    gapAfter(evidence, side, { from: signal.after, until }) ??
    (side === 'service' ? unanswered(evidence, { from: signal.after, until }) : undefined);
  if (shown === undefined) return { missing: `Nothing shows that the ${side} stood still.` };
  return { effect: `The ${side} logged nothing from ${signal.after} to ${until}; ${shown}.` };
}

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** What a process logged itself. A client in the host's own process is never signalled. */
function wordOf({ entries }: Evidence, source: ProcessFault['side'], { from, until }: Span): Observation | undefined {
  return entries.find((entry) => entry.source === source && entry.at > from && entry.at < until);
}

/** Its event loop found itself late by the whole freeze, once it ran again. */
function gapAfter({ entries }: Evidence, source: ProcessFault['side'], { from, until }: Span): string | undefined {
  const gap = entries
    .filter((entry) => entry.type === 'noise')
    .find((entry) => entry.source === source && entry.at >= until && entry.ms >= until - from - PATIENCE);
  return gap && `afterwards its event loop was late by ${gap.ms} ms`;
}

/** A canary that had been answered before was not, through a kernel that took its bytes. */
function unanswered({ canaries }: Evidence, { from, until }: Span): string | undefined {
  const pings = canaries.filter((entry) => entry.type === 'canary').filter(({ purpose }) => purpose === 'proof');
  const answers = pings.filter(({ what }) => what === 'answered');
  const during = ({ at }: Observation) => at > from + DELIVERY && at < until;
  const sent = pings.filter((ping) => ping.what === 'sent' && during(ping));
  if (!answers.some(({ at }) => at < from) || sent.length === 0 || answers.some(during)) return undefined;
  return `a canary, answered before, sent ${sent.length} pings, and none was answered`;
}
