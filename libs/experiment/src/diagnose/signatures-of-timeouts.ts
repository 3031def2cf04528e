import type { CauseName } from './causes.ts';
import type { CandidateOf, Signature } from './signature.ts';

const of = (...causes: readonly CauseName[]): readonly CandidateOf[] => causes.map((cause) => ({ cause }));

const TYPES = ['TimeoutException'];

/** E1 to E8: a deadline of the side that throws. */
export const TIMEOUT_SIGNATURES: readonly Signature[] = [
  {
    id: 'E1',
    types: TYPES,
    texts: [
      /did not receive a reply within the configured timeout/,
      /request channel timed out while waiting for a reply/,
    ],
    frames: /DuplexChannelBinder\.|RequestChannel\.Request|ServiceChannel\.Call/,
    means: 'a call was not answered before its operation timeout',
    prints: 'what the call had for waiting: SendTimeout or OperationTimeout, less what an implicit open took',
    printsOneOf: ['sendTimeout'],
    candidates: of(
      ...(['slowOperation', 'lostOnTheWay', 'callsThrottled', 'serialised'] as const),
      ...(['sessionQueued', 'oversizedReply', 'callbackSlow'] as const),
    ),
  },
  {
    id: 'E2',
    types: TYPES,
    texts: [
      /The open operation did not complete within the allotted timeout/,
      /Open timed out after .* while establishing a transport session/,
    ],
    frames: /\.OnOpen\b|\.Open\b|\.OpenAsync\b|ReliableRequestor/,
    means: 'the session was not open before the deadline of its open',
    prints: 'OpenTimeout, or SendTimeout where the first call opened the channel; never what really passed',
    printsOneOf: ['openTimeout', 'sendTimeout'],
    candidates: of(
      ...(['openUnanswered', 'openByFirstCall', 'sessionsThrottled', 'connectionsPending'] as const),
      ...(['deadPooledConnection', 'createSequenceUnanswered', 'handshakeStall', 'negotiationHeld'] as const),
    ),
  },
  {
    id: 'E3',
    types: TYPES,
    texts: [/Connecting to via .* timed out after/],
    frames: /SocketConnectionInitiator\./,
    means: 'the deadline of the open was over between two attempts to connect',
    prints: 'what the connect had left',
    candidates: [
      { cause: 'deadPooledConnection', told: /made to 0 / },
      { cause: 'blackHole', told: /made to [1-9]/ },
    ],
  },
  {
    id: 'E4',
    types: TYPES,
    texts: [/Opening the .* channel timed out after/],
    means: 'the caller waited for another one that was opening the channel',
    prints: 'what the call had for waiting',
    printsOneOf: ['sendTimeout'],
    candidates: of('queuedOpen'),
  },
  {
    id: 'E5',
    types: TYPES,
    texts: [/no space available in the reliable channel's transfer window/],
    frames: /TransmissionStrategy|ReliableOutputConnection/,
    means: 'the reliable session took no more messages; it lives on',
    prints: 'what the call had for waiting: SendTimeout or OperationTimeout',
    printsOneOf: ['sendTimeout'],
    candidates: of('windowFull'),
  },
  {
    id: 'E6',
    types: TYPES,
    texts: [
      /Close timed out after|did not respond to a close request/,
      /The close operation did not complete within the allotted timeout/,
      /^The operation did not complete within the allotted timeout/,
    ],
    outermost: [/socket was aborted because an asynchronous receive/],
    frames: /\.OnClose\b|\.Close\b|\.CloseAsync\b|\.CloseOutputSession/,
    means: 'the close was not answered before the close timeout',
    prints: 'what the last step of the close had left',
    printsOneOf: ['closeTimeout'],
    candidates: of('closeUnanswered'),
  },
  {
    id: 'E7',
    types: TYPES,
    texts: [/Sending to via .* timed out after/],
    means: 'the call never got to send: another message was being sent all the time',
    prints: 'what the call had for sending',
    printsOneOf: ['sendTimeout'],
    candidates: of('sendLock'),
  },
  {
    id: 'E8',
    types: TYPES,
    texts: [/asynchronous (?:receive|send) .* did not complete within the allotted timeout/],
    frames: /SocketConnection\./,
    means: 'a read or a write on the socket ran out of time; whose it was is told by what stands around it',
    prints: 'what that read or write had left of the deadline around it',
    candidates: [
      { cause: 'blockedWrite', told: /asynchronous send/ },
      { cause: 'closeUnanswered', told: /asynchronous receive/ },
      { cause: 'slowOperation', told: /asynchronous receive/ },
      { cause: 'openUnanswered', told: /asynchronous receive/ },
    ],
  },
  {
    id: 'S14',
    types: TYPES,
    texts: [/^The operation has timed out\.?$/],
    means: 'something waited in vain; the text is that of .NET itself and says no more',
    candidates: of('slowOperation', 'openUnanswered', 'negotiationHeld'),
  },
];
