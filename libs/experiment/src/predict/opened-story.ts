import type { Symptom } from '../claims.ts';
import type { Scenario, Step } from '../scenario.ts';
import {
  breaksFraming,
  type Called,
  callOnEnded,
  callStory,
  isPumping,
  type Standing,
  stillOut,
  waitingFor,
  whenDoubted,
} from './call-story.ts';
import { type Clock, closeClock } from './clocks.ts';
import { type Draft, endedByPeer, firing, symptomsOf } from './draft.ts';
import type { CallMail } from './exchange.ts';
import type { Mail } from './mail.ts';
import { exactly } from './moment.ts';
import { type Contender, type Doubt, type Ending, momentOf, race } from './race.ts';
import type { Rule } from './rule.ts';
import type { Over, Story } from './service-story.ts';

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
}

/** What the client does with an opened session, step by step, until it is closed, aborted, or the run ends. */
export function openedStory(scenario: Scenario, steps: readonly Step[], told: Told): Story {
  const session = new OpenedSession(scenario, told);
  for (const [index, step] of steps.entries()) session.take(step, steps[index + 1]);
  return session.story();
}

/** Every further use of a channel that is faulted (wcf-timeouts 0.5, last point). */
export function usesOfFaulted(scenario: Scenario, steps: readonly Step[], mail: Mail): readonly Draft[] {
  return steps.flatMap((step) => {
    const call = mail.calls.find((each) => each.step === step);
    if (call !== undefined) return [callOnEnded(scenario, call, { mail, standing: { is: 'faulted' } }).draft];
    return step.do === 'close' ? [closing(step, symptomsOf(scenario).faulted, CLOSE_OF_FAULTED)] : [];
  });
}

class OpenedSession {
  readonly #scenario: Scenario;
  readonly #mail: Mail;
  readonly #ending: Ending | undefined;
  readonly #called: Called[] = [];
  #drafts: readonly Draft[] = [];
  #clocks: readonly Clock[] = [];
  #doubt: Doubt | undefined;
  #standing: Standing = { is: 'opened' };
  /** What a call that was lost has made of the session, from the end on. */
  #lost: Standing | undefined;
  #over: Over | undefined;
  /** Closed or aborted: nothing happens any more. */
  #done = false;

  constructor(scenario: Scenario, { mail, ending }: Told) {
    this.#scenario = scenario;
    this.#mail = mail;
    this.#ending = ending;
  }

  take(step: Step, next: Step | undefined): void {
    if (this.#done) return;
    this.#comeTo(step);
    if (step.do === 'call') this.#call(step, next);
    else if (step.do === 'close') this.#close(step, next);
    else this.#abort(step);
  }

  story(): Story {
    if (!this.#done && this.#standing.is === 'opened' && this.#ending !== undefined) this.#end(this.#ending);
    return {
      drafts: this.#drafts,
      clocks: this.#clocks,
      ...(this.#over && { over: this.#over }),
      ...(this.#doubt && { doubt: this.#doubt }),
    };
  }

  /** Whatever ends the session before a step has ended it when the step comes. */
  #comeTo(step: Step): void {
    if (this.#standing.is !== 'opened' || this.#ending === undefined) return;
    if (this.#ending.caused && this.#ending.at.at >= step.at) return;
    const { first, doubt } = race([
      { kind: 'end', ending: this.#ending },
      { kind: 'step', step },
    ]);
    this.#suspect(doubt);
    if (first?.kind === 'end') this.#end(this.#ending);
  }

  /** The end is told to the calls that wait, or else to nobody, or to a pump. */
  #end(ending: Ending): void {
    const { draft, standing } = this.#lost === undefined ? this.#idleLoss(ending) : { draft: [], standing: this.#lost };
    this.#drafts = [...this.#drafts, ...draft];
    this.#standing = standing;
    this.#over ??= { at: ending.at, abrupt: true };
  }

  /** The end of an opened session that no call waits on: told at once to a pump, and otherwise to the next use. */
  #idleLoss(ending: Ending): { readonly draft: readonly Draft[]; readonly standing: Standing } {
    const { reset, prematureEnd } = symptomsOf(this.#scenario);
    const faults = ending.how === 'rst' || breaksFraming(this.#mail, ending);
    if (!this.#isRead)
      return { draft: [endedByPeer('client', ending, { rule: ENDED_UNSEEN })], standing: { is: 'ended', ending } };
    if (!faults)
      return { draft: [endedByPeer('client', ending, { rule: PUMP_ENDED })], standing: { is: 'ended', ending } };
    const symptom = ending.how === 'rst' ? reset : prematureEnd;
    return { draft: [endedByPeer('client', ending, { rule: PUMP_ENDED, symptom })], standing: { is: 'faulted' } };
  }

  /** A duplex client reads from open on, an asynchronous one from its first call on. */
  get #isRead(): boolean {
    return this.#scenario.client.callStyle === 'duplex' || (isPumping(this.#scenario) && this.#called.length > 0);
  }

  #call(step: Step, next: Step | undefined): void {
    const call = this.#mail.calls.find((each) => each.step === step);
    if (call === undefined) return;
    if (this.#standing.is === 'opened') this.#callOnOpened(call, next);
    else {
      const { draft, standing } = callOnEnded(this.#scenario, call, { mail: this.#mail, standing: this.#standing });
      this.#drafts = [...this.#drafts, draft];
      this.#standing = standing;
    }
  }

  #callOnOpened(call: CallMail, next: Step | undefined): void {
    const called = callStory(this.#scenario, call, { mail: this.#mail, ending: this.#ending });
    const { drafts, clocks, standing, faultedBy, returned } = called;
    this.#called.push(called);
    this.#suspect(called.doubt ?? (isPumping(this.#scenario) ? undefined : waitingFor(call, next, called)));
    this.#drafts = [...this.#drafts, ...drafts.filter((draft) => !this.#isToldAlready(draft))];
    this.#clocks = [...this.#clocks, ...clocks];
    if (faultedBy !== undefined && returned !== undefined) {
      this.#standing = standing;
      this.#over = { at: returned, abrupt: true, clock: faultedBy };
    } else if (standing.is !== 'opened') this.#lost = standing;
  }

  /** Calls that wait side by side see one end. */
  #isToldAlready({ outcome }: Draft): boolean {
    return outcome.is === 'endedByPeer' && this.#drafts.some((draft) => draft.outcome.is === 'endedByPeer');
  }

  #abort(step: Step): void {
    this.#suspectWaiting(step, 'aborted');
    this.#leave({ over: { at: exactly(step.at), abrupt: true } });
  }

  #suspectWaiting(step: Step, what: 'closed' | 'aborted'): void {
    if (stillOut(this.#called, step.at) && this.#standing.is === 'opened')
      this.#suspect(doubtful(step, `The session is ${what} at ${step.at} while a call waits: set that later.`));
  }

  #close(step: Step, next: Step | undefined): void {
    this.#suspectWaiting(step, 'closed');
    this.#leave(this.#standing.is === 'opened' ? this.#closing(step, next) : { drafts: this.#closeOfEnded(step) });
  }

  #leave({ drafts = [], clocks = [], over, doubt }: Partial<Story>): void {
    this.#done = true;
    this.#drafts = [...this.#drafts, ...drafts];
    this.#clocks = [...this.#clocks, ...clocks];
    this.#over ??= over;
    this.#suspect(doubt);
  }

  #closeOfEnded(step: Step): readonly Draft[] {
    const { faulted, reset, prematureEnd } = symptomsOf(this.#scenario);
    if (this.#standing.is !== 'ended') return [closing(step, faulted, CLOSE_OF_FAULTED)];
    const { ending } = this.#standing;
    if (ending.how === 'rst') return [closing(step, reset, CLOSE_OF_ENDED)];
    return [closing(step, breaksFraming(this.#mail, ending) ? prematureEnd : null, CLOSE_OF_ENDED)];
  }

  #closing(step: Step, next: Step | undefined): Partial<Story> {
    const { endAtClient, calls } = this.#mail;
    const busy = calls.find(({ done }) => done !== undefined && done.at + done.spread > step.at);
    const because = `The service is busy with call ${busy?.number} when the session is closed at ${step.at}: close it later.`;
    if (busy !== undefined) this.#suspect(doubtful(step, because));
    const clock = closeClock(this.#scenario, step.at, endAtClient);
    const answered: Contender | undefined = endAtClient && { kind: 'mail', at: endAtClient, what: 'End' };
    const end: Contender | undefined = this.#ending && { kind: 'end', ending: this.#ending };
    const { first, doubt: near } = race([{ kind: 'clock', clock }, answered, end]);
    const doubt = near ?? waiting(next, { clock, first });
    const draft = first && this.#closed(clock, first);
    const over = draft && overBy(draft, first, this.#scenario);
    return { clocks: [clock], ...(draft && { drafts: [draft] }), ...(over && { over }), ...(doubt && { doubt }) };
  }

  #closed(clock: Clock, first: Contender): Draft | undefined {
    const { closeTimedOut, prematureEnd, reset } = symptomsOf(this.#scenario);
    switch (first.kind) {
      case 'clock':
        return firing(clock, closeTimedOut);
      case 'end': {
        const { ending } = first;
        const symptom = ending.how === 'fin' ? prematureEnd : reset;
        if (ending.how === 'fin' && !breaksFraming(this.#mail, ending)) return gracefully(ending.at, CLOSE_INTERRUPTED);
        return endedByPeer('client', ending, { rule: CLOSE_INTERRUPTED, symptom });
      }
      case 'mail':
        return gracefully(first.at, CLOSE_COMPLETES);
      case 'step':
        return undefined;
    }
  }

  #suspect(doubt: Doubt | undefined): void {
    if (whenDoubted(doubt) < whenDoubted(this.#doubt)) this.#doubt = doubt;
  }
}

/** What these rules do not decide about a step. */
function doubtful(step: Step, because: string): Doubt {
  const contender = { kind: 'step', step } as const;
  return { first: contender, rival: contender, because };
}

function gracefully(at: Draft['at'], rule: Rule): Draft {
  return {
    side: 'client',
    outcome: { is: 'completes', operation: 'close' },
    symptom: null,
    windowSpan: 0,
    at,
    rule,
    ends: 'graceful',
  };
}

/** A close at once, of a session that is over already. */
function closing({ at }: Step, symptom: Symptom | null, rule: Rule): Draft {
  return {
    side: 'client',
    outcome: { is: 'completes', operation: 'close' },
    symptom,
    windowSpan: 0,
    at: exactly(at),
    rule,
    ends: 'no',
  };
}

function overBy(draft: Draft, first: Contender | undefined, { client }: Scenario): Over {
  const abrupt = draft.ends === 'abruptly';
  const clock = first?.kind === 'clock' ? { clock: first.clock } : {};
  const pooled = !abrupt && client.connectionPoolSettings !== undefined;
  return { at: draft.at, abrupt, ...clock, ...(pooled && { pooled }) };
}

/** The caller is one thread: what it does next waits for the call under way, and then comes at another instant than planned. */
export function waiting(
  step: Step | undefined,
  { clock, first }: { readonly clock: Clock; readonly first: Contender | undefined },
): Doubt | undefined {
  if (step === undefined) return undefined;
  const until = first && momentOf(first);
  if (until !== undefined && step.at >= until.at + until.spread) return undefined;
  const because = `The ${step.do} at ${step.at} comes while the ${clock.timer} still runs, and waits for its end: set it later.`;
  return { first: { kind: 'step', step }, rival: { kind: 'clock', clock }, because };
}
