import type { Exception } from '@lapse/protocol';
import { HistoryBuilder, type Recorded } from './history.ts';
import { SITUATIONS } from './scenarios.ts';

/** What a .NET client is shown, as captured. */
export const SHOWN = {
  openTimedOut: {
    name: 'TimeoutException',
    message: 'The open operation did not complete within the allotted timeout of 00:00:03. The time allotted …',
  },
  refused: {
    name: 'EndpointNotFoundException',
    message: 'Could not connect to net.tcp://127.0.0.1:30000/session. The connection attempt lasted …',
  },
  reset: {
    name: 'CommunicationException',
    message: 'A TCP error (104: Connection reset by peer) occurred while transmitting data.',
  },
  rejected: {
    name: 'ProtocolException',
    message: 'The server at net.tcp://127.0.0.1:30000/session rejected the session-establishment request.',
  },
} as const satisfies Readonly<Record<string, Exception>>;

const FAULTED: Exception = {
  name: 'CommunicationObjectFaultedException',
  message:
    'The communication object, System.ServiceModel.Channels.ServiceChannel, cannot be used for communication because it is in the Faulted state.',
};

const S = SITUATIONS;

/** A history of each kind of scenario in which everything happens as predicted, some milliseconds late. */
export const HISTORIES = {
  silentRawClient: () =>
    new HistoryBuilder(S.silentRawClient)
      .begins()
      .connectsRaw(101)
      .serviceFires(2_103, 'channelInitialization', { since: 101, span: 2_000 })
      .client(2_104, { type: 'peerEnded' })
      .ends().records,
  idleDirect: () =>
    new HistoryBuilder(S.idleDirect)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .serviceFires(4_103, 'receive', { since: 101, span: 4_000 })
      .client(4_104, { type: 'peerReset' })
      .client(4_104, { type: 'sessionEnded', why: { code: 'connectionReset' } })
      .ends().records,
  idleThroughProxy: () =>
    new HistoryBuilder(S.idleThroughProxy)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .serviceFires(4_103, 'receive', { since: 101, span: 4_000 })
      .client(4_104, { type: 'peerEnded' })
      .client(4_104, { type: 'sessionEnded', why: { code: 'peerClosedEarly' } })
      .ends().records,
  reused: () =>
    new HistoryBuilder(S.reused)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .closes(500)
      .opensAgain(2_000)
      .preambleArrives(2_001, 501, 'poolIdle')
      .acknowledged(2_002, 2_000)
      .closes(2_400)
      .ends().records,
  twoAttempts: () =>
    new HistoryBuilder(S.twoAttempts)
      .begins((at) => at < 1_200)
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .closes(500)
      .injects(0)
      .opensAgain(2_000)
      .connectionExpires(2_502, { since: 501, span: 2_000 })
      .triesAnother(2_503)
      .clientOpenFires(4_001, 2_000, SHOWN.openTimedOut)
      .ends().records,
  callTimesOut: () =>
    new HistoryBuilder(S.callTimesOut)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .calls(500, 1, { since: 101 })
      .callTimesOut(2_501, 1, { since: 500, faults: true })
      .service(2_502, { type: 'peerEnded' })
      .client(3_000, { type: 'completed', operation: 'close', exception: FAULTED })
      .ends().records,
  callTimesOutUnderPump: () =>
    new HistoryBuilder(S.callTimesOutUnderPump)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .calls(500, 1, { since: 101 })
      .callTimesOut(2_501, 1, { since: 500, faults: false })
      .replies(3_002, 1)
      .calls(3_500, 2, { since: 501 })
      .replies(3_502, 2, 3_500)
      .closes(4_000)
      .ends().records,
  callTimesOutAlone: () =>
    new HistoryBuilder(S.callTimesOutAlone)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .calls(500, 1, { since: 101 })
      .callTimesOut(2_501, 1, { since: 500, faults: false })
      .replies(3_002, 1)
      .ends().records,
  callLost: () =>
    new HistoryBuilder(S.callLost)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .calls(500, 1, { since: 101 })
      .serviceFires(1_502, 'receive', { since: 501, span: 1_000 })
      .client(1_503, { type: 'peerReset' })
      .client(1_503, { type: 'state', from: 'opened', to: 'faulted', why: 'connectionReset' })
      .client(1_503, { type: 'sessionEnded', why: { code: 'connectionReset' }, exception: SHOWN.reset })
      .callFails(1_503, 1, SHOWN.reset)
      .client(2_000, { type: 'completed', operation: 'close', exception: FAULTED })
      .ends().records,
  idleDuplexDirect: () =>
    new HistoryBuilder(S.idleDuplexDirect)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .serviceFires(4_103, 'receive', { since: 101, span: 4_000 })
      .client(4_104, { type: 'peerReset' })
      .client(4_104, { type: 'state', from: 'opened', to: 'faulted', why: 'connectionReset' })
      .client(4_104, { type: 'sessionEnded', why: { code: 'connectionReset' }, exception: SHOWN.reset })
      .ends().records,
  openUnanswered: () =>
    new HistoryBuilder(S.openUnanswered)
      .begins((at) => at < 0)
      .injects(0)
      .opens(100)
      .clientOpenFires(3_102, 100, SHOWN.openTimedOut)
      .ends().records,
  openUnansweredThenServiceGivesUp: () =>
    new HistoryBuilder(S.openUnansweredThenServiceGivesUp)
      .begins((at) => at < 0)
      .injects(0)
      .opens(100)
      .clientOpenFires(3_102, 100, SHOWN.openTimedOut)
      .serviceFires(5_102, 'channelInitialization', { since: 100, span: 5_000 })
      .ends().records,
  serviceGivesUpBeforeClient: () =>
    new HistoryBuilder(S.serviceGivesUpBeforeClient)
      .begins((at) => at < 0)
      .injects(0)
      .opens(100)
      .serviceFires(2_102, 'channelInitialization', { since: 100, span: 2_000 })
      .client(2_104, { type: 'peerEnded' })
      .fails(2_104, 'open', { why: { code: 'peerClosedEarly' }, exception: SHOWN.rejected })
      .ends().records,
  preambleCut: () =>
    new HistoryBuilder(S.preambleCut)
      .begins((at) => at < 400)
      .injects(0)
      .opens(100)
      .partArrives(101, 16)
      .clientOpenFires(3_102, 100, SHOWN.openTimedOut)
      .ends().records,
  refused: () =>
    new HistoryBuilder(S.refused)
      .begins((at) => at < 0)
      .injects(0)
      .add({ source: 'host', at: 2, type: 'canary', what: 'ended', purpose: 'proof' })
      .refused(100, SHOWN.refused)
      .ends().records,
  control: () =>
    new HistoryBuilder(S.control)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .closes(1_000)
      .ends().records,
  openUnansweredThenHealed: () =>
    new HistoryBuilder(S.openUnansweredThenHealed)
      .begins((at) => at < 0 || at >= 5_000)
      .injects(0)
      .opens(100)
      .clientOpenFires(3_102, 100, SHOWN.openTimedOut)
      .preambleArrives(5_002, 100)
      .service(5_003, { type: 'peerEnded' })
      .service(5_003, { type: 'sessionEnded', why: { code: 'peerClosedEarly' } })
      .ends().records,
  undisturbed: () =>
    new HistoryBuilder(S.undisturbed).begins().opens(100).preambleArrives(101, 100).acknowledged(102, 100).ends()
      .records,
  undecided: () =>
    new HistoryBuilder(S.undecided)
      .begins((at) => at < 0)
      .injects(0)
      .opens(100)
      .clientOpenFires(3_102, 100, SHOWN.openTimedOut)
      .serviceFires(3_152, 'channelInitialization', { since: 100, span: 3_050 })
      .ends().records,
} as const satisfies Partial<Record<keyof typeof SITUATIONS, () => readonly Recorded[]>>;

export type HistoryName = keyof typeof HISTORIES;
