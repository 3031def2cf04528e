import type { Duration } from '@lapse/protocol';
import type { Outcome, Symptom } from '../claims.ts';
import type { Scenario, Side } from '../scenario.ts';
import { type Clock, dueOf, ringsAt } from './clocks.ts';
import type { Moment } from './moment.ts';
import type { Ending } from './race.ts';
import type { Rule } from './rule.ts';
import { PROCESS_FROZEN } from './stillness.ts';

/** A claim before it knows its window, its losers and its margin. */
export interface Draft {
  readonly side: Side;
  /** The call that it is about. */
  readonly call?: number;
  readonly outcome: Outcome;
  readonly symptom?: Symptom | null;
  /** The setting that the firing timer is armed with. */
  readonly span?: Duration;
  /** The longest timer that its lateness may come from. */
  readonly windowSpan: Duration;
  readonly at: Moment;
  readonly rule: Rule;
  /** `graceful`: End/End. `abruptly`: the session is unusable from here on. `call`: a call fails, and the session goes on. */
  readonly ends: 'no' | 'graceful' | 'abruptly' | 'call';
}

/** A clock that rings. What was due while its process was frozen is known to ring at the thaw: it is not late by its span then. */
export function firing(clock: Clock, symptom?: Symptom): Draft {
  const due = dueOf(clock);
  const at = ringsAt(clock) ?? due;
  return {
    side: clock.side,
    ...(clock.call === undefined ? {} : { call: clock.call }),
    outcome: { is: 'fires', timer: clock.timer },
    ...(symptom && { symptom }),
    span: clock.span,
    windowSpan: clock.span,
    at,
    rule: at.at === due.at ? clock.rule : PROCESS_FROZEN,
    ends: 'abruptly',
  };
}

export function endedByPeer(
  side: Side,
  ending: Ending,
  { rule, symptom }: { readonly rule: Rule; readonly symptom?: Symptom | undefined },
): Draft {
  return {
    side,
    outcome: { is: 'endedByPeer', how: ending.how },
    ...(symptom && { symptom }),
    windowSpan: ending.causedBySpan,
    at: ending.at,
    rule: ending.cut ?? rule,
    ends: 'abruptly',
  };
}

type SymptomName =
  | 'openTimedOut'
  | 'closeTimedOut'
  | 'requestTimedOut'
  | 'sendTimedOut'
  | 'refused'
  | 'rejected'
  | 'reset'
  | 'prematureEnd'
  | 'noReply'
  | 'autoClosed'
  | 'faulted';

/** What the client's application is shown, by client profile: wcf-timeouts 12, 0.4 and 0.5. */
export function symptomsOf({ profile }: Scenario): Readonly<Record<SymptomName, Symptom>> {
  const netfx = profile.client === 'netfx';
  const reset = { exception: 'CommunicationException', message: 'The socket connection was aborted' };
  return {
    openTimedOut: {
      exception: 'TimeoutException',
      message: 'The open operation did not complete within the allotted timeout',
    },
    closeTimedOut: {
      exception: 'TimeoutException',
      message: netfx
        ? 'Close timed out after'
        : 'asynchronous receive from the socket did not complete within the allotted timeout',
    },
    requestTimedOut: {
      exception: 'TimeoutException',
      message: 'did not receive a reply within the configured timeout',
    },
    sendTimedOut: {
      exception: 'TimeoutException',
      message: netfx
        ? 'You have exceeded the timeout set on your binding'
        : 'asynchronous send to the socket did not complete within the allotted timeout',
    },
    noReply: { exception: 'CommunicationException', message: 'did not provide a meaningful reply' },
    autoClosed: {
      exception: 'ProtocolException',
      message: 'the output session was auto-closed due to a server-initiated shutdown',
    },
    refused: { exception: 'EndpointNotFoundException', message: 'Could not connect to' },
    rejected: { exception: 'ProtocolException', message: 'rejected the session-establishment request' },
    reset: netfx
      ? reset
      : { exception: 'CommunicationException', message: 'A TCP error (104: Connection reset by peer)' },
    prematureEnd: { exception: 'ProtocolException', message: 'Error while reading message framing format at position' },
    faulted: {
      exception: 'CommunicationObjectFaultedException',
      message: 'cannot be used for communication because it is in the Faulted state',
    },
  };
}
