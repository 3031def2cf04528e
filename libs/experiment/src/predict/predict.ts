import type { Instant } from '@lapse/protocol';
import type { Claim, Prediction } from '../claims.ts';
import type { Scenario } from '../scenario.ts';
import type { Clock } from './clocks.ts';
import { type Course, courseOf, type Neighbours } from './course.ts';
import type { Draft } from './draft.ts';
import { requirePredictableCalls } from './exchange.ts';
import { requirePredictableFloods } from './flood.ts';
import { losersAt, marginAt } from './losers.ts';
import { exactly } from './moment.ts';
import { downAt, requirePredictablePlan } from './path.ts';
import { type Left, requirePredictablePool } from './pool.ts';
import { requireUndisturbedDrip } from './preamble.ts';
import { type Doubt, describeContender, earliestOf, momentOf, nearnessOf } from './race.ts';
import type { Rule } from './rule.ts';
import { livedBy, requirePredictableProcesses, stillnessOf } from './stillness.ts';
import { asSeen, bySight, nothingClaimed, requireSeenFromClient } from './target.ts';
import { Unpredictable } from './unpredictable.ts';
import { UNDECIDED, windowOf } from './window.ts';

export const SURVIVES: Rule = {
  id: 'session-survives',
  source: 'wcf-timeouts 15.9 rules 1 to 3: no candidate within the run',
  formula: 'no ending from zero to runFor',
  calibration: 'calibrated by dotnet plain-binary',
  restsOn: [
    'channel-initialization-timeout',
    'service-open-timeout',
    'receive-timeout',
    'pool-idle-timeout',
    'undecided',
    'window',
  ],
};

/** Injections happen over the injector's API, some milliseconds long; a step so near to one may fall on either side of it. */
const EDGE = 50;

/**
 * Says what will happen to a scenario's sessions, by rules alone: every event before `runFor`, what callers are shown, and why
 * every timer but the root lost. The root is the first event that makes a session unusable, or else the end of the last session.
 * Instants count from zero. Throws `Unpredictable`, with a sentence, for what these rules do not decide.
 */
export function predict(scenario: Scenario): Prediction {
  requirePredictablePlan(scenario);
  requireSeenFromClient(scenario);
  const sessions = sessionsOf(scenario);
  const told: SessionPrediction[] = [];
  for (const session of sessions) {
    const next = sessions[told.length + 1]?.workload[0];
    told.push(predictSession(session, told.length + 1, { left: told.at(-1)?.left, next }));
  }
  requireOneAfterAnother(sessions, told);
  const decisive = told.find(({ abrupt }) => abrupt) ?? told.at(-1);
  const root = decisive?.claims[decisive.root];
  const claims = inTime(told.flatMap((each) => each.claims));
  const argued = inTime(told.flatMap((each) => each.argued ?? []));
  return { claims, root: root === undefined ? 0 : claims.indexOf(root), ...(scenario.target && { argued }) };
}

function inTime(claims: readonly Claim[]): readonly Claim[] {
  return [...claims].sort((one, other) => one.at - other.at);
}

/** A prediction for one session; `abrupt`: its root makes it unusable. */
interface SessionPrediction extends Prediction {
  readonly abrupt: boolean;
  /** What it leaves in the client's pool. */
  readonly left?: Left | undefined;
}

/** One scenario for each session: it begins with its open, and the next open begins the next. */
function sessionsOf(scenario: Scenario): readonly Scenario[] {
  const { workload } = scenario;
  const starts = workload.flatMap((step, index) => (index > 0 && step.do === 'open' ? [index] : []));
  return [0, ...starts].map((start, index) => ({ ...scenario, workload: workload.slice(start, starts[index]) }));
}

/** Nothing of a session may be open when the next begins: then each is as if it were alone, but for a connection left in a pool. */
function requireOneAfterAnother(sessions: readonly Scenario[], told: readonly Prediction[]): void {
  sessions.slice(1).forEach(({ workload, processFaults = [] }, index) => {
    const opened = workload[0]?.at ?? 0;
    const open = told[index]?.claims.find(({ within }) => within.latest > opened - EDGE);
    if (open !== undefined)
      throw new Unpredictable(
        `Session ${index + 2} is opened at ${opened}, but session ${index + 1} may last until ${open.within.latest}: sessions follow each other, ${EDGE} ms apart.`,
      );
    if (processFaults.length > 0)
      throw new Unpredictable('What a killed or frozen process does to several sessions is not predicted.');
  });
}

function predictSession(scenario: Scenario, session: number, neighbours: Neighbours): SessionPrediction {
  requireOneSession(scenario);
  requirePredictablePool(scenario);
  requirePredictableCalls(scenario);
  requirePredictableFloods(scenario);
  requirePredictableProcesses(scenario);
  requireClearEdges(scenario);
  requireUndisturbedDrip(scenario);
  const course = courseOf(scenario, scenario.client.connectionPoolSettings ? neighbours : {});
  const undecided = undecidedIn(scenario, course);
  const drafts = withinRun(scenario, undecided ?? draftsOf(course));
  const endings = drafts.filter(({ ends }) => ends === 'graceful' || ends === 'abruptly');
  const all = [...drafts, ...(undecided ? [] : survivorsOf(scenario, course, endings))].sort(inOrder);
  const { seen, unseen } = bySight(scenario, all);
  const root = rootOf(seen);
  if (root === undefined) throw new Unpredictable(nothingClaimed(scenario));
  const claimed = (draft: Draft) => claimOf(draft, { scenario, session, course, isRoot: draft === root });
  return {
    claims: seen.map(claimed),
    argued: unseen.map(claimed),
    root: seen.indexOf(root),
    abrupt: root.ends === 'abruptly',
    left: course.left,
  };
}

/** Why `predict` refuses a scenario, or undefined when it does not. */
export function whyUnpredictable(scenario: Scenario): string | undefined {
  try {
    predict(scenario);
    return undefined;
  } catch (error) {
    if (error instanceof Unpredictable) return error.message;
    throw error;
  }
}

function requireOneSession({ workload, client }: Scenario): void {
  const [start, ...rest] = workload;
  const starts = client.raw ? start?.do === 'connect' : start?.do === 'open' || start?.do === 'call';
  if (!starts)
    throw new Unpredictable(`The first step must be ${client.raw ? 'connect' : 'open, or a call that opens'}.`);
  if (client.raw && rest.length > 0)
    throw new Unpredictable('A raw client only connects; its other steps are not predicted.');
  if (workload.some((step, index) => step.at <= (workload[index - 1]?.at ?? -1)))
    throw new Unpredictable('The steps are not in the order of their instants.');
}

function requireClearEdges({ workload, client, faults, processFaults = [] }: Scenario): void {
  const start = workload[0]?.at ?? 0;
  const writes = [...workload.map(({ at }) => at), ...(client.preambleCut ? [start + client.preambleCut.pause] : [])];
  for (const edge of [...faults, ...processFaults].flatMap(({ at, heal }) => [
    at,
    ...(heal === undefined ? [] : [heal]),
  ])) {
    const near = writes.find((at) => Math.abs(at - edge) < EDGE);
    if (near !== undefined)
      throw new Unpredictable(
        `The client writes at ${near}, and a fault changes at ${edge}: keep them ${EDGE} ms apart.`,
      );
  }
}

function draftsOf({ client, service }: Course): readonly Draft[] {
  return [...client.drafts, ...service.drafts];
}

/** Two timers too near to each other are one claim, `either`, if nothing happens after them that depends on which. */
function undecidedIn(scenario: Scenario, course: Course): readonly Draft[] | undefined {
  const doubt = earliestOf([course.across, course.client.doubt, course.service.doubt]);
  if (doubt === undefined || momentOf(doubt.first).at > scenario.runFor) return undefined;
  const { first, rival } = doubt;
  if (doubt.because !== undefined || first.kind !== 'clock' || rival.kind !== 'clock')
    throw new Unpredictable(sentenceOf(doubt));
  const at = momentOf(first);
  const until = momentOf(rival);
  const either: Draft = {
    side: first.clock.side,
    outcome: { is: 'either', timers: [first.clock.timer, rival.clock.timer] },
    windowSpan: Math.max(first.clock.span, rival.clock.span),
    at: { at: at.at, spread: until.at + until.spread - at.at },
    rule: UNDECIDED,
    ends: 'abruptly',
  };
  const latest = windowOf(either.at, either.windowSpan).latest;
  const before = draftsOf(course).filter((draft) => draft.at.at < at.at);
  if (draftsOf(course).some((draft) => draft.at.at > latest && draft.at.at <= scenario.runFor))
    throw new Unpredictable(sentenceOf(doubt));
  return [...before, either];
}

function sentenceOf({ first, rival, because }: Doubt): string {
  return (
    because ??
    `${capitalised(describeContender(first))} and ${describeContender(rival)}: nearer to each other than ${nearnessOf(first)} ms, so that nobody can say which comes first.`
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What comes after the run is not claimed; what may fall on either side of its end cannot be. */
function withinRun({ runFor }: Scenario, drafts: readonly Draft[]): readonly Draft[] {
  return drafts.filter((draft) => {
    const { earliest: from, latest: to } = windowOf(draft.at, draft.windowSpan);
    if (from < runFor && to > runFor) {
      throw new Unpredictable(
        `The run ends at ${runFor}, between ${from} and ${to}, where ${draft.rule.id} is expected: choose another runFor.`,
      );
    }
    return to <= runFor;
  });
}

function survivorsOf(scenario: Scenario, { client, service }: Course, endings: readonly Draft[]): readonly Draft[] {
  const start = scenario.workload[0]?.at ?? 0;
  const connected = !downAt(scenario, start) && livedBy(scenario, 'service', exactly(start)) !== undefined;
  const runs = (side: Draft['side']) => runsAtEnd(scenario, side);
  const quit = (story: Course['client'], side: Draft['side']) =>
    endings.some((draft) => draft.side === side) || (story.over !== undefined && story.over.at.at <= scenario.runFor);
  const sides = [
    ...(!runs('client') || quit(client, 'client') ? [] : ['client' as const]),
    ...(!connected || !runs('service') || quit(service, 'service') ? [] : ['service' as const]),
  ];
  return sides.map((side) => ({
    side,
    outcome: { is: 'survives' },
    windowSpan: 0,
    at: exactly(scenario.runFor),
    rule: SURVIVES,
    ends: 'no',
  }));
}

/** Nothing is said about the survival of a process that is dead, or frozen at the end. */
function runsAtEnd(scenario: Scenario, side: Draft['side']): boolean {
  const still = stillnessOf(scenario, side);
  return still === undefined || still.from >= scenario.runFor || (still.until ?? scenario.runFor) < scenario.runFor;
}

/** The first abrupt end; without one the first call that fails alone; then the client's own graceful one; without any the first that survives. A cause stands before its echo. */
function rootOf(drafts: readonly Draft[]): Draft | undefined {
  const graceful = drafts.filter(({ ends }) => ends === 'graceful');
  return (
    drafts.find(({ ends }) => ends === 'abruptly') ??
    drafts.find(({ ends }) => ends === 'call') ??
    graceful.find(({ side }) => side === 'client') ??
    graceful[0] ??
    drafts.find(({ outcome }) => outcome.is === 'survives') ??
    drafts[0]
  );
}

function inOrder(one: Draft, other: Draft): number {
  return one.at.at - other.at.at || rank(one) - rank(other) || one.side.localeCompare(other.side);
}

/** At one instant: what happens to a pooled connection, a completed open, then what fires, then its echoes, then what ends well. */
function rank({ outcome, ends }: Draft): number {
  if (outcome.is === 'fires') return ends === 'no' ? 0 : 3;
  if (outcome.is === 'discards') return 1;
  if (outcome.is === 'completes' && outcome.operation === 'open') return 2;
  if (outcome.is === 'either') return 3;
  return ends === 'abruptly' ? 4 : 5;
}

function claimOf(
  draft: Draft,
  {
    scenario,
    session,
    course,
    isRoot,
  }: { readonly scenario: Scenario; readonly session: number; readonly course: Course; readonly isRoot: boolean },
): Claim {
  const clocks: readonly Clock[] = [...course.service.clocks, ...course.client.clocks];
  const survives = draft.outcome.is === 'survives';
  const margin = isRoot || draft.outcome.is === 'fires' ? marginAt(draft, clocks) : undefined;
  const at: Instant = draft.at.at;
  return {
    subject: { side: draft.side, session, ...(draft.call === undefined ? {} : { call: draft.call }) },
    outcome: draft.outcome,
    ...(draft.symptom === undefined ? {} : { symptom: draft.symptom }),
    ...(draft.span === undefined ? {} : { span: draft.span }),
    at,
    within: survives ? { earliest: 0, latest: scenario.runFor } : asSeen(scenario, draft),
    because: draft.rule.id,
    losers: isRoot ? losersAt(draft, clocks, scenario) : [],
    ...(margin === undefined ? {} : { margin }),
  };
}
