import type { CauseName } from './causes.ts';
import type { CandidateOf, Signature } from './signature.ts';
import { TIMEOUT_SIGNATURES } from './signatures-of-timeouts.ts';

const of = (...causes: readonly CauseName[]): readonly CandidateOf[] => causes.map((cause) => ({ cause }));

/** A connection that was reset, in the numbers of Windows and of Linux. */
const RESET = {
  type: 'SocketException',
  codes: [10054, 10053, 10052, 104, 32],
  text: /forcibly closed|connection was aborted|connection reset|broken pipe/i,
};

const COMMUNICATION: readonly Signature[] = [
  {
    id: 'E9',
    types: ['EndpointNotFoundException'],
    texts: [/Could not connect to/, /No DNS entries exist for host/],
    means: 'no connection came about',
    prints: 'how long the attempt lasted',
    candidates: [
      { cause: 'refused', told: /10061|refused/i },
      { cause: 'blackHole', told: /10060|10065|10051|did not properly respond|unreachable/i },
      { cause: 'unknownHost', told: /DNS|11001|host is known|Name or service not known/i },
    ],
  },
  {
    id: 'E10',
    types: ['EndpointNotFoundException'],
    texts: [/There was no endpoint listening at/],
    means: 'something listens, but has no such endpoint',
    candidates: of('wrongAddress'),
  },
  {
    id: 'E11',
    types: ['ServerTooBusyException'],
    texts: [/is too busy to process this request/],
    means: 'the service refused the session for want of room',
    candidates: of('serviceFull'),
  },
  {
    id: 'E12',
    types: ['ServerTooBusyException', 'FaultException'],
    texts: [
      /sent back a fault indicating it is too busy/,
      /too many pending secure conversations/,
      /too many active security negotiations/,
    ],
    means: 'the service refused a security session for want of room',
    candidates: [
      { cause: 'pendingSessions', told: /too many pending secure conversations/ },
      { cause: 'statefulNegotiations', told: /too many active security negotiations/ },
    ],
  },
  {
    id: 'E13',
    types: ['CommunicationException'],
    texts: [
      /The socket connection was aborted/,
      /A TCP error \((?:104|32|10054|10053): /,
      /An existing connection was forcibly closed/,
    ],
    inner: RESET,
    means:
      'the connection was reset; "receive timeout being exceeded" in its text is a guess that stands there for every reset',
    prints: 'what was left of the local deadline, not what ended the connection',
    candidates: of(
      ...(['idleAbort', 'idleAbortInCall', 'serviceGone', 'middlebox'] as const),
      ...(['channelInitialization', 'oversizedRequest', 'serviceSend'] as const),
    ),
  },
  {
    id: 'E14',
    types: ['CommunicationException'],
    texts: [/^(?!.*remote endpoint).*inactivity timeout of \(.*has been exceeded/],
    means: 'the inactivity timeout of this very side fired',
    prints: 'the InactivityTimeout of this side',
    printsOneOf: ['inactivityTimeout'],
    candidates: of('inactivityHere', 'longRoundTrip'),
  },
  {
    id: 'E15',
    types: ['CommunicationException'],
    texts: [/terminated by the remote endpoint\.? .*inactivity timeout of/],
    means: 'the inactivity timeout of the other side fired, and it could still say so',
    prints: 'the InactivityTimeout of the other side',
    printsOneOf: ['inactivityTimeout'],
    candidates: of('inactivityThere'),
  },
  {
    id: 'E16',
    types: ['CommunicationException'],
    texts: [/terminated by the remote endpoint\.? .*user abort/],
    means: 'the other side gave the reliable session up; nobody need have called Abort()',
    candidates: of('idleAbortReliable'),
  },
  {
    id: 'E17',
    types: ['CommunicationException'],
    texts: [/^(?!.*remote endpoint\. .*specified).*maximum retry count has been exceeded/],
    means: 'this side repeated a message until its retries were used up',
    candidates: of('retriesHere', 'receiverStalls'),
  },
  {
    id: 'E18',
    types: ['CommunicationException'],
    texts: [/terminated by the remote endpoint\.? .*user specified maximum retry count/],
    means: 'the other side repeated a message until its retries were used up',
    candidates: of('retriesThere'),
  },
  {
    id: 'E19',
    types: ['CommunicationException'],
    texts: [/no longer recognizes this sequence/],
    means: 'the client came back, and the service does not know the session any more',
    candidates: of('serviceRestarted', 'expiredUnheard'),
  },
  {
    id: 'E20',
    types: ['CommunicationException'],
    texts: [/underlying secure session has (?:faulted|closed|been closed)[^.]* before the reliable session/],
    means: 'the connection under a reliable session with transport security was lost',
    candidates: of('secureConnectionLost', 'createSequenceUnanswered'),
  },
  {
    id: 'E21',
    types: ['CommunicationException'],
    texts: [/did not provide a meaningful reply/],
    means: 'the session ended under a call, and the reader kept the reason to itself',
    candidates: of(
      ...(['endedByService', 'idleAbort', 'idleAbortInCall', 'serviceGone', 'middlebox', 'replyImpossible'] as const),
      ...(['idleAbortReliable', 'inactivityThere', 'inactivityHere', 'retriesHere', 'secureConnectionLost'] as const),
    ),
  },
  {
    id: 'S2.7',
    types: ['CommunicationException', 'QuotaExceededException'],
    texts: [/maximum message size quota for incoming messages/],
    means: 'a message was larger than its reader takes',
    candidates: of('quotaOfClient'),
  },
];

const STATES: readonly Signature[] = [
  {
    id: 'E22',
    types: ['CommunicationObjectFaultedException'],
    texts: [/because it is in the Faulted state/],
    means: 'the channel was used after it had failed; this is an echo, not the cause',
    candidates: of(
      ...(['earlierFault', 'faultedWhileIdle', 'idleAbortReliable', 'inactivityThere'] as const),
      ...(['inactivityHere', 'retriesHere', 'secureConnectionLost'] as const),
    ),
  },
  {
    id: 'E23',
    types: ['CommunicationObjectAbortedException'],
    texts: [/sessionful channel timed out waiting to receive a message/],
    means: 'thrown in the service: its own receive timeout had ended the session',
    candidates: of('callbackAfterIdleAbort'),
  },
  {
    id: 'S0.4',
    types: ['CommunicationObjectAbortedException'],
    texts: [
      /has been Aborted/,
      /A TCP error \((?:125|995): /,
      /socket connection has been disposed|aborted because it was/,
    ],
    means: 'this side itself had given the channel up',
    candidates: of('abortedHere'),
  },
];

const PROTOCOL: readonly Signature[] = [
  {
    id: 'S2.5',
    types: ['InvalidOperationException'],
    texts: [/would deadlock because the reply cannot be received until the current Message completes/],
    means: 'a callback that waits for its reply, from an operation that keeps the reply from being read',
    candidates: of('callbackDeadlock'),
  },
  {
    id: 'E24',
    types: ['ProtocolException'],
    texts: [/rejected the session-establishment request/],
    means: 'the connection was ended before the session was acknowledged',
    candidates: of('rejectedPreamble', 'channelInitialization'),
  },
  {
    id: 'E25',
    types: ['SecurityNegotiationException'],
    texts: [],
    means: 'the handshake or the authentication failed',
    candidates: of('handshakeFailed', 'statefulNegotiations'),
  },
  {
    id: 'E26',
    types: ['ProtocolException'],
    texts: [
      /session was closed before message transfer was complete/,
      /\bsequence\b.*(?:invalid|violat|not acceptable)/i,
    ],
    means: 'the protocol of the reliable session was broken',
    candidates: [
      { cause: 'lateReplyBeforeClose', told: /closed before message transfer was complete/ },
      { cause: 'protocolBroken' },
    ],
  },
  {
    id: 'E27',
    types: ['ProtocolException'],
    texts: [/output session was auto-closed due to a server-initiated shutdown/],
    means: 'the service had ended the session in order before this call',
    candidates: of('endedByService', 'serviceGone', 'middlebox', 'idleAbort'),
  },
  {
    id: 'E28',
    types: ['ProtocolException'],
    texts: [/Error while reading message framing format at position/],
    means: 'the connection ended in the middle of a record, or before the service had sent its first message',
    candidates: of('cutInRecord', 'endedByService', 'serviceGone', 'middlebox', 'idleAbort'),
  },
  {
    id: 'S1.4',
    types: ['ProtocolException'],
    texts: [
      /Content Type .* was not supported by service/,
      /Server faulted with code/,
      /requested upgrade is not supported/,
      /does not support \.Net Framing/i,
    ],
    means: 'the service, or something else that listens there, refused the session by its form',
    candidates: of('bindingMismatch'),
  },
  {
    id: 'S8.2',
    types: ['MessageSecurityException'],
    texts: [/unsecured or incorrectly secured fault/],
    means: 'the service refused the security context of the message',
    candidates: of('tokenSwept'),
  },
  {
    id: 'S1.5',
    types: ['ActionNotSupportedException'],
    texts: [/\/rm\/CreateSequence/],
    means: 'the service knows no reliable session at this endpoint',
    candidates: of('noReliableService'),
  },
];

/** The table of wcf-timeouts 12, E1 to E28, and signatures that other sections of it tell (S and the section's number). */
export const SIGNATURES: readonly Signature[] = [...TIMEOUT_SIGNATURES, ...COMMUNICATION, ...STATES, ...PROTOCOL];
