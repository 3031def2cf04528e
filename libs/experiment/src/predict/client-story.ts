import type { Instant } from '@lapse/protocol';
import type { Scenario, Step } from '../scenario.ts';
import { type Clock, closeClock, openClock } from './clocks.ts';
import { type Draft, endedByPeer, firing, symptomsOf } from './draft.ts';
import type { Mail } from './mail.ts';
import { exactly } from './moment.ts';
import { discarding, POOLED_PREAMBLE_FAILS } from './pool.ts';
import { type Contender, type Doubt, type Ending, momentOf, race } from './race.ts';
import type { Rule } from './rule.ts';
import type { Story } from './service-story.ts';

export const OPEN_COMPLETES: Rule = {
  id: 'open-completes',
  source: 'wcf-wire 1.5, wcf-timeouts 1.3 (round trips until Open returns)',
  formula: 't0 + L_cs + L_sc, with what the toxics add to the preamble and to its acknowledgement',
  calibration: 'calibrated by dotnet plain-binary',
  restsOn: ['preamble', 'window', 'path-endings'],
};

export const OPEN_REFUSED: Rule = {
  id: 'open-refused',
  source: 'wcf-timeouts 1.4, 15.1 (port refused, configuration A), 12 (E9)',
  formula: 't0: Linux refuses at once; EndpointNotFoundException',
  calibration: 'calibrated by dotnet T-open-refused-plain-T5',
  restsOn: ['window'],
};

export const OPEN_REJECTED: Rule = {
  id: 'open-rejected',
  source: 'wcf-timeouts 1.4, 5.2 (client view), 12 (E24 for FIN, E13 for RST)',
  formula: "the instant at which the end of the service's connection arrives before the acknowledgement",
  calibration: 'calibrated by dotnet T-open-rst-plain (RST), T-open-fin-rm (FIN)',
  restsOn: ['path-endings'],
};

export const ENDED_UNSEEN: Rule = {
  id: 'ended-unseen',
  source: 'wcf-timeouts 0.5 (connection loss while idle, non-pumping): sync, and async before its first call',
  formula:
    'the instant at which the end arrives; nobody reads, the state stays opened, no exception before the next use',
  calibration: 'calibrated by dotnet-server idle-abort-sync for the state and the next use',
  restsOn: ['path-endings'],
};

export const PUMP_ENDED: Rule = {
  id: 'pump-ended',
  source:
    'wcf-timeouts 0.5 (pumping: a duplex contract reads from open on), 15.5 (FIN before the first envelope: premature EOF)',
  formula: 'the instant at which the end arrives; RST: Faulted with E13; FIN: ProtocolException of the framing (E28)',
  calibration: 'uncalibrated',
  restsOn: ['path-endings'],
};

export const RAW_CLIENT_ENDED: Rule = {
  id: 'raw-client-ended',
  source: 'wcf-timeouts 0.3 (abort is RST), docs/JUDGING.md, "Endings travel a path"',
  formula: 'the instant at which the end arrives at a bare socket',
  calibration: 'calibrated by dotnet-server cit-silent',
  restsOn: ['path-endings'],
};

export const CLOSE_COMPLETES: Rule = {
  id: 'close-completes',
  source: 'wcf-timeouts 1.7, wcf-wire 1.8',
  formula: 't_close + L_cs + L_sc: End out, End back, then FIN',
  calibration: 'calibrated by dotnet plain-binary, dotnet-server plain-binary',
  restsOn: ['path-endings', 'window'],
};

export const CLOSE_INTERRUPTED: Rule = {
  id: 'close-interrupted',
  source: 'wcf-timeouts 1.7, 0.4, 15.5 (FIN before the first envelope: premature EOF)',
  formula: 'the instant at which the connection ends while Close waits for End; RST: E13, FIN: E28',
  calibration: 'uncalibrated',
  restsOn: ['path-endings'],
};

export const CLOSE_OF_ENDED: Rule = {
  id: 'close-of-ended-session',
  source: 'wcf-timeouts 0.4, 0.5 (next use after a loss that nobody read), 15.5',
  formula:
    't_close; after RST CommunicationException (E13: the first write is told of it), after FIN before any envelope ProtocolException (E28)',
  calibration: 'uncalibrated',
};

export const CLOSE_OF_FAULTED: Rule = {
  id: 'close-of-faulted',
  source: 'wcf-timeouts 0.5 (last point), 12 (E22)',
  formula: 't_close: Close on a faulted object throws and aborts',
  calibration: 'calibrated by dotnet-server idle-after-call (use after the fault)',
};

interface Told {
  readonly mail: Mail;
  readonly ending: Ending | undefined;
  /** The connection has had a session before. */
  readonly reused: boolean;
}

/** A bare socket: it sees its connection end, and has no clocks. */
export function rawClientStory(ending: Ending | undefined): Story {
  if (ending === undefined) return { drafts: [], clocks: [] };
  const draft = endedByPeer('client', ending, { rule: RAW_CLIENT_ENDED });
  return { drafts: [draft], clocks: [], over: { at: ending.at, abrupt: true } };
}

/** Nothing listens where it connects to at `attemptedAt`: the open fails at once. A raw client is shown no exception. */
export function refusedStory(scenario: Scenario, [start, ...steps]: readonly Step[], attemptedAt: Instant): Story {
  if (start === undefined) return { drafts: [], clocks: [] };
  const at = exactly(attemptedAt);
  const raw = scenario.client.raw;
  const symptom = raw ? {} : { symptom: symptomsOf(scenario).refused };
  const refused: Draft = {
    side: 'client',
    outcome: { is: 'refused' },
    ...symptom,
    windowSpan: 0,
    at,
    rule: OPEN_REFUSED,
    ends: 'abruptly',
  };
  const clocks = raw ? [] : [openClock(scenario, start.at, undefined)];
  return { drafts: [refused, ...closeOfFaulted(scenario, steps)], clocks, over: { at, abrupt: true } };
}

/** A WCF client's side of a session: open, then what its caller does with it (wcf-timeouts 1, 0.5). */
export function clientStory(scenario: Scenario, [start, ...steps]: readonly Step[], told: Told): Story {
  if (start === undefined) return { drafts: [], clocks: [] };
  const { mail, ending, reused } = told;
  const clock = openClock(scenario, start.at, mail.acknowledged);
  const acknowledged: Contender | undefined = mail.acknowledged && {
    kind: 'mail',
    at: mail.acknowledged,
    what: 'the acknowledgement',
  };
  const { first, doubt: near } = race([{ kind: 'clock', clock }, acknowledged, asEnd(ending)]);
  const doubt = near ?? waiting(steps[0], { clock, first });
  const doubted = { clocks: [clock], ...(doubt && { doubt }) };
  switch (first?.kind) {
    case 'clock': {
      const draft = firing(clock, symptomsOf(scenario).openTimedOut);
      const story = faulted(scenario, { draft, steps, clock, ...doubted });
      const given = reused ? [discarding(draft.at, POOLED_PREAMBLE_FAILS, clock.span)] : [];
      return { ...story, drafts: [...given, ...story.drafts] };
    }
    case 'end': {
      if (reused) return { drafts: [], clocks: [], preambleFailed: first.ending.at, ...(doubt && { doubt }) };
      const { rejected, reset } = symptomsOf(scenario);
      const symptom = first.ending.how === 'fin' ? rejected : reset;
      return faulted(scenario, {
        draft: endedByPeer('client', first.ending, { rule: OPEN_REJECTED, symptom }),
        steps,
        ...doubted,
      });
    }
    case 'mail': {
      const open: Draft = {
        side: 'client',
        outcome: { is: 'completes', operation: 'open' },
        symptom: null,
        windowSpan: 0,
        at: first.at,
        rule: OPEN_COMPLETES,
        ends: 'no',
      };
      return doubt ? { drafts: [open], ...doubted } : begun(open, [clock], openedStory(scenario, steps, told));
    }
    default:
      return { drafts: [], ...doubted };
  }
}

function openedStory(scenario: Scenario, steps: readonly Step[], told: Told): Story {
  const { ending } = told;
  const { first, doubt } = race([asEnd(ending), asStep(steps[0])]);
  const doubted = doubt && { doubt };
  if (first?.kind === 'end') return { ...lossOf(scenario, first.ending, steps), ...doubted };
  if (first?.kind !== 'step') return { drafts: [], clocks: [] };
  if (first.step.do === 'close') return { ...closingStory(scenario, steps, told), ...doubted };
  return { drafts: [], clocks: [], over: { at: exactly(first.step.at), abrupt: true }, ...doubted };
}

function closingStory(scenario: Scenario, [close, ...steps]: readonly Step[], { mail, ending }: Told): Story {
  if (close === undefined) return { drafts: [], clocks: [] };
  const clock = closeClock(scenario, close.at, mail.endAtClient);
  const answered: Contender | undefined = mail.endAtClient && { kind: 'mail', at: mail.endAtClient, what: 'End' };
  const { first, doubt: near } = race([{ kind: 'clock', clock }, answered, asEnd(ending)]);
  const doubt = near ?? waiting(steps[0], { clock, first });
  const draft = first && closingDraft(scenario, clock, first);
  return { clocks: [clock], ...over(draft, first, scenario), ...(doubt && { doubt }) };
}

function closingDraft(scenario: Scenario, clock: Clock, first: Contender): Draft | undefined {
  const { closeTimedOut, prematureEnd, reset } = symptomsOf(scenario);
  switch (first.kind) {
    case 'clock':
      return firing(clock, closeTimedOut);
    case 'end':
      return endedByPeer('client', first.ending, {
        rule: CLOSE_INTERRUPTED,
        symptom: first.ending.how === 'fin' ? prematureEnd : reset,
      });
    case 'mail':
      return {
        side: 'client',
        outcome: { is: 'completes', operation: 'close' },
        symptom: null,
        windowSpan: 0,
        at: first.at,
        rule: CLOSE_COMPLETES,
        ends: 'graceful',
      };
    case 'step':
      return undefined;
  }
}

function over(
  draft: Draft | undefined,
  first: Contender | undefined,
  { client }: Scenario,
): Pick<Story, 'drafts' | 'over'> {
  if (draft === undefined) return { drafts: [] };
  const abrupt = draft.ends === 'abruptly';
  const clock = first?.kind === 'clock' ? { clock: first.clock } : {};
  const pooled = !abrupt && client.connectionPoolSettings !== undefined;
  return { drafts: [draft], over: { at: draft.at, abrupt, ...clock, ...(pooled && { pooled }) } };
}

/** The end of an opened session that no call waits on: told at once to a pump, and otherwise to the next use. */
function lossOf(scenario: Scenario, ending: Ending, steps: readonly Step[]): Story {
  const { reset, prematureEnd } = symptomsOf(scenario);
  if (scenario.client.callStyle === 'duplex') {
    const symptom = ending.how === 'rst' ? reset : prematureEnd;
    return faulted(scenario, {
      draft: endedByPeer('client', ending, { rule: PUMP_ENDED, symptom }),
      steps,
      clocks: [],
    });
  }
  const ended = endedByPeer('client', ending, { rule: ENDED_UNSEEN });
  const nextUse = closeThatThrows(steps, {
    rule: CLOSE_OF_ENDED,
    symptom: ending.how === 'rst' ? reset : prematureEnd,
  });
  return { drafts: [ended, ...nextUse], clocks: [], over: { at: ending.at, abrupt: true } };
}

function faulted(
  scenario: Scenario,
  {
    draft,
    steps,
    clocks,
    clock,
    doubt,
  }: {
    readonly draft: Draft;
    readonly steps: readonly Step[];
    readonly clocks: readonly Clock[];
    readonly clock?: Clock;
    readonly doubt?: Doubt;
  },
): Story {
  const over = { at: draft.at, abrupt: true, ...(clock && { clock }) };
  return { drafts: [draft, ...closeOfFaulted(scenario, steps)], clocks, over, ...(doubt && { doubt }) };
}

function closeOfFaulted(scenario: Scenario, steps: readonly Step[]): readonly Draft[] {
  return closeThatThrows(steps, { rule: CLOSE_OF_FAULTED, symptom: symptomsOf(scenario).faulted });
}

/** A close comes before any abort, or it is no close any more. */
function closeThatThrows(
  [next]: readonly Step[],
  { rule, symptom }: { readonly rule: Rule; readonly symptom: Draft['symptom'] },
): readonly Draft[] {
  if (next?.do !== 'close' || symptom === undefined) return [];
  return [
    {
      side: 'client',
      outcome: { is: 'completes', operation: 'close' },
      symptom,
      windowSpan: 0,
      at: exactly(next.at),
      rule,
      ends: 'no',
    },
  ];
}

/** The caller is one thread: what it does next waits for the call under way, and then comes at another instant than planned. */
function waiting(
  step: Step | undefined,
  { clock, first }: { readonly clock: Clock; readonly first: Contender | undefined },
): Doubt | undefined {
  if (step === undefined) return undefined;
  const until = first && momentOf(first);
  if (until !== undefined && step.at >= until.at + until.spread) return undefined;
  const because = `The ${step.do} at ${step.at} comes while the ${clock.timer} still runs, and waits for its end: set it later.`;
  return { first: { kind: 'step', step }, rival: { kind: 'clock', clock }, because };
}

function begun(open: Draft, clocks: readonly Clock[], rest: Story): Story {
  return { ...rest, drafts: [open, ...rest.drafts], clocks: [...clocks, ...rest.clocks] };
}

function asEnd(ending: Ending | undefined): Contender | undefined {
  return ending && { kind: 'end', ending };
}

function asStep(step: Step | undefined): Contender | undefined {
  return step && { kind: 'step', step };
}
