import type { Instant } from '@lapse/protocol';
import type { Entry, Evidence } from '../evidence/evidence.ts';
import type { Scenario } from '../scenario.ts';
import { type Account, accountOf, toldOf } from './account.ts';
import { describeEntry, isAbruptEnd } from './observed.ts';

/** The account of a session, and what ended it before whoever used it wanted that. */
export interface SessionAccount extends Account {
  /** Absent: nothing did, or (`root` is `unknown`) the record does not say. */
  readonly end?: SessionEnd;
}

/** A call may fail and leave its session alone: then there is a root, and no end. */
export interface SessionEnd {
  readonly at: Instant;
  readonly words: string;
}

/** An account of every session that is on record, in the order of their numbers. */
export function accountsOf(evidence: Evidence, scenario: Scenario): readonly SessionAccount[] {
  const sessions = new Set(toldOf(evidence).flatMap(({ session }) => (session === undefined ? [] : [session])));
  return [...sessions]
    .sort((one, other) => one - other)
    .map((session) => {
      const end = endOf(evidence, scenario, session);
      return { ...accountOf(evidence, scenario, session), ...(end && { end }) };
    });
}

function endOf(evidence: Evidence, scenario: Scenario, session: number): SessionEnd | undefined {
  const all = toldOf(evidence);
  const entries = all.filter((entry) => entry.session === session);
  const left = entries.find(isLeft);
  const used = left === undefined ? entries : entries.slice(0, entries.indexOf(left));
  const abrupt = used.find((entry) => isAbruptEnd(entry) || entry.type === 'peerReset');
  const killed = all.filter((entry) => entry.type === 'signalled').find(({ signal }) => signal === 'SIGKILL');
  if (killed !== undefined && killed.before < ((abrupt ?? left)?.at ?? Number.POSITIVE_INFINITY)) {
    const side = scenario.processFaults?.[killed.fault]?.side;
    return { at: killed.before, words: `the ${side === undefined ? 'process' : `${side}'s process`} was killed` };
  }
  return abrupt && { at: abrupt.at, words: describeEntry(abrupt) };
}

/** The client is done with it: whatever the service makes of that is no news. */
function isLeft(entry: Entry): boolean {
  if (entry.side !== 'client') return false;
  return entry.type === 'abort' || (entry.type === 'sessionEnded' && entry.why.code === 'closed');
}
