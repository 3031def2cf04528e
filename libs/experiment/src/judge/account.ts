import type { Exception, Instant, TimerName } from '@lapse/protocol';
import { CAUSES, type CauseName, SETTINGS, type SettingName } from '../diagnose/index.ts';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import type { Scenario, Side } from '../scenario.ts';
import { awaitedInVain, isBlockedWrite } from './blocked-write.ts';
import { isUnansweredCallback } from './callback.ts';
import { effectOf } from './effect.ts';
import { isFrozen, type Root, rootOf, SKEW, type Story } from './root.ts';
import { seconds } from './seconds.ts';
import { unseenByService } from './unseen.ts';

/** What ended a session, how the client learned of it, and what to change; told from what was recorded, not from the prediction. */
export interface Account {
  readonly session: number;
  readonly root: Root;
  readonly carrier: Carrier;
  readonly seen: Seen;
  /** Whether a call that failed has taken effect all the same; absent: no call failed. */
  readonly effect?: string;
  readonly change: string;
}

/** What carried the root to the client: a fault, the end of the connection, a refusal; or nothing did. */
export interface Carrier {
  readonly is: 'fault' | 'fin' | 'rst' | 'refused' | 'silence' | 'nothing';
  readonly at?: Instant;
  readonly words: string;
}

/** What the application of the client was shown. */
export interface Seen {
  readonly at?: Instant;
  readonly exception?: Exception;
  /** The number of the call that failed, where it was one. */
  readonly call?: number;
  readonly words: string;
}

/** Gives an account of one session of an experiment. */
export function accountOf(evidence: Evidence, scenario: Scenario, session: number): Account {
  const all = toldOf(evidence);
  const entries = all.filter((entry) => entry.session === session);
  const isWhole = entries.length > 0 && evidence.until !== undefined;
  const story = { all, entries, scenario, isWhole };
  const root = rootOf(story);
  const seen = seenOf(root, story);
  const effect = seen.call === undefined || scenario.target ? undefined : effectOf(seen.call, entries);
  return {
    session,
    root,
    carrier: carrierOf(root, story),
    seen,
    ...(effect !== undefined && { effect }),
    change: changeFor(root, story),
  };
}

/** What accounts are given of: what a host that is stopped does to its sessions is no story of theirs. */
export function toldOf(evidence: Evidence): readonly Entry[] {
  const entries = measured(evidence);
  const end = entries.findIndex(({ type }) => type === 'stopped' || type === 'leaseExpired' || type === 'crashed');
  return end < 0 ? entries : entries.slice(0, end);
}

function carrierOf(root: Root, story: Story): Carrier {
  if (root.is === 'nothing') return { is: 'nothing', words: 'Nothing had to be carried.' };
  if (root.is === 'unknown') return { is: 'nothing', words: 'The record does not say.' };
  const refused = story.entries.find(({ type, at }) => type === 'connectFailed' && at >= (root.at ?? 0));
  if (refused !== undefined)
    return { is: 'refused', at: refused.at, words: `The connect itself was refused, at ${seconds(refused.at)}.` };
  if (root.side === 'client') return towardsService(root, story);
  if (isUnansweredCallback(root, story.entries))
    return { is: 'nothing', words: 'Nothing had to be carried: the operation was told, and the session goes on.' };
  const arrived = endSeen('client', root, story.entries);
  // Where something else ended the connection, what the service does then is only its answer; so is what it does later.
  const ended = root.side === 'service' ? endSent('service', root, story.entries) : undefined;
  const sent = ended !== undefined && ended.at <= (arrived?.at ?? ended.at) + SKEW ? ended : undefined;
  const fault = story.entries.find(
    (entry) => entry.type === 'sessionEnded' && entry.side === 'client' && entry.why.code === 'framingFault',
  );
  if (fault !== undefined)
    return { is: 'fault', at: fault.at, words: `A framing fault reached the client at ${seconds(fault.at)}.` };
  const beginning = beginningOf(root, sent);
  if (arrived !== undefined)
    return {
      is: KINDS[arrived.how],
      at: arrived.at,
      words: sentence(
        `${beginning}the client saw ${arrived.how} ${whenSeen(sent, arrived)}${changed(sent, arrived, story.scenario)}`,
      ),
    };
  const why =
    root.at !== undefined && isFrozen('client', root.at, story.scenario)
      ? 'it was frozen'
      : 'it was not reading, or the path held it';
  return { is: 'silence', words: sentence(`${beginning}the client saw nothing of it: ${why}`) };
}

function beginningOf(root: Root, sent: End | undefined): string {
  if (root.is === 'toxic') return 'Toxiproxy ended the connection; ';
  return sent === undefined ? '' : `The service ended its connection by ${sent.how} at ${seconds(sent.at)}; `;
}

/** No effect is told as earlier than its cause, whatever the clocks of two processes say. */
function whenSeen(sent: End | undefined, seen: End): string {
  return sent !== undefined && seen.at < sent.at ? 'at the same time' : `at ${seconds(seen.at)}`;
}

/** The client itself gave up: silence is why, and what it then does to the connection is what the service learns. */
function towardsService(root: Root, { entries, scenario }: Story): Carrier {
  const sent = endSent('client', root, entries);
  const arrived = endSeen('service', root, entries);
  const silence = root.is === 'timer' ? awaitedInVain(root, entries) : 'Nothing came from the client any more';
  const own = sent === undefined ? '' : `; it ended its connection by ${sent.how} at ${seconds(sent.at)}`;
  const there =
    arrived === undefined ? unseenByService(scenario) : `the service saw ${arrived.how} ${whenSeen(sent, arrived)}`;
  return { is: 'silence', words: sentence(`${silence}${own}; ${there}`) };
}

type Wire = 'RST' | 'FIN';
interface End {
  readonly at: Instant;
  readonly how: Wire;
}

const KINDS = { RST: 'rst', FIN: 'fin' } as const;

/** How a side ended its connection, unless it only answers the end that it has seen. */
function endSent(side: Side, root: Root, entries: readonly Entry[]): End | undefined {
  // What a peer did is dated by whoever was told of it.
  const since = (root.at ?? 0) - (root.is === 'peer' ? SKEW : 0);
  const found = entries
    .filter((entry) => entry.type === 'disconnect')
    .find((entry) => entry.side === side && entry.at >= since && entry.how !== 'pool');
  if (found === undefined || endSeen(side, root, entries.slice(0, entries.indexOf(found)))) return undefined;
  return { at: found.at, how: found.how === 'abort' ? 'RST' : 'FIN' };
}

function endSeen(side: Side, { at = 0 }: Root, entries: readonly Entry[]): End | undefined {
  const found = entries.find(
    (entry) =>
      entry.side === side && entry.at >= at - SKEW && (entry.type === 'peerReset' || entry.type === 'peerEnded'),
  );
  return found && { at: found.at, how: found.type === 'peerReset' ? 'RST' : 'FIN' };
}

function changed(sent: End | undefined, arrived: End, { path }: Scenario): string {
  return path === 'proxy' && sent?.how === 'RST' && arrived.how === 'FIN'
    ? ', for Toxiproxy passes a reset on as FIN'
    : '';
}

function seenOf(root: Root, { entries, scenario }: Story): Seen {
  const mine = entries.filter(({ side, at }) => side === 'client' && at >= (root.at ?? 0) - SKEW);
  const call = mine.filter((entry) => entry.type === 'completed').find(({ exception }) => exception !== undefined);
  if (call?.exception !== undefined)
    return {
      at: call.at,
      exception: call.exception,
      ...(call.operation === 'call' && { call: call.call }),
      words: `${callInWords(call)} failed at ${seconds(call.at)} with ${exceptionInWords(call.exception)}.${stateAfter(call, mine)}`,
    };
  if (root.is === 'process' && root.side === 'client') return { words: 'Nothing: the process of the client is dead.' };
  if (root.is === 'nothing') return { words: 'No exception.' };
  if (root.is === 'unknown') return { words: 'The record does not say.' };
  if (scenario.client.raw) return { words: 'Nothing: a raw client has no application.' };
  const faulted = mine.filter((entry) => entry.type === 'state').find(({ to }) => to === 'faulted');
  if (faulted !== undefined)
    return {
      at: faulted.at,
      words: `Its channel was faulted at ${seconds(faulted.at)} and no call was waiting: the next one fails with CommunicationObjectFaultedException.`,
    };
  if (isUnansweredCallback(root, entries)) return { words: 'Nothing of it: its own call goes on.' };
  return { words: 'Nothing until its next use: no call was waiting.' };
}

/** A call that fails does not end every session: where others read, the channel goes on after a timeout (wcf-timeouts 2.3). */
function stateAfter(failed: Extract<Entry, { readonly type: 'completed' }>, mine: readonly Entry[]): string {
  if (failed.operation !== 'call') return '';
  const then = mine.filter(({ at }) => at <= failed.at + SKEW);
  const has = (state: string) => then.some((entry) => entry.type === 'state' && entry.to === state);
  if (has('faulted')) return ' The channel is faulted.';
  if (has('closed')) return ' The channel is closed.';
  return then.some(({ type }) => type === 'sessionEnded')
    ? ' The session has ended: its channel is open in state only, and every further call fails.'
    : ' The channel stays open, and can be used.';
}

function callInWords(entry: Extract<Entry, { readonly type: 'completed' }>): string {
  return entry.operation === 'call' ? `Call ${entry.call}` : entry.operation === 'open' ? 'Open()' : 'Close()';
}

/** `TimeoutException "The open ..." <- SocketException "..."`. */
function exceptionInWords({ name, message, inner }: Exception): string {
  return `${name} "${message}"${inner === undefined ? '' : ` <- ${exceptionInWords(inner)}`}`;
}

function changeFor(root: Root, story: Story): string {
  const { is, side } = root;
  switch (is) {
    case 'timer':
      return timerChange(root, story);
    case 'process':
      return side === 'client' ? 'Nothing of the session: its client was gone.' : CAUSES.serviceGone.change;
    case 'toxic':
      return 'A path that ends connections: let the client make a new channel and try again.';
    case 'refused':
      return CAUSES.refused.change;
    case 'peer':
      return CAUSES.endedByService.change;
    case 'nothing':
    case 'unknown':
      return 'Nothing.';
  }
}

function timerChange(root: Root, story: Story): string {
  const { side, timer } = root;
  if (isOpenByCall(root, story))
    return `${OPERATION_TIMEOUT} A call that opens its channel itself has its own time for that, and OpenTimeout counts for nothing. Find out what keeps the service from answering (load, throttles, a hold on the path).`;
  const name = isBlockedWrite(root, story.entries) ? 'client.blockedWrite' : `${side}.${timer}`;
  const cause = isInOperation(root, story) ? 'idleAbortInCall' : CAUSE_OF[name];
  const change = cause === undefined ? [] : [CAUSES[cause].change];
  return [...settingOf(root), ...change].join(' ') || 'No setting decides it.';
}

const OPERATION_TIMEOUT =
  'The setting is IContextChannel.OperationTimeout, or Binding.SendTimeout, of the client (client.operationTimeoutMs).';

function settingOf({ side, timer }: Root): readonly string[] {
  if (side === 'client' && timer === 'send') return [OPERATION_TIMEOUT];
  const setting = timer && SETTING_OF[timer];
  return setting === undefined ? [] : [`The setting is ${SETTINGS[setting].property} of the ${side}.`];
}

/** Whether it was a call, not Open(), that the open timeout of the client ended. */
function isOpenByCall({ side, timer, at = 0 }: Root, { entries }: Story): boolean {
  const began = entries.find((entry) => entry.side === 'client' && (entry.type === 'open' || entry.type === 'call'));
  return side === 'client' && timer === 'open' && began?.type === 'call' && began.at <= at;
}

/** Whether the receive timeout fired under an operation that was still running. */
function isInOperation({ side, timer, at = 0 }: Root, { entries }: Story): boolean {
  const count = (type: Entry['type']) => entries.filter((entry) => entry.type === type && entry.at < at).length;
  return side === 'service' && timer === 'receive' && count('dispatched') > count('executed');
}

const SETTING_OF: Readonly<Partial<Record<TimerName, SettingName>>> = {
  open: 'openTimeout',
  close: 'closeTimeout',
  send: 'sendTimeout',
  receive: 'receiveTimeout',
  inactivity: 'inactivityTimeout',
  channelInitialization: 'channelInitializationTimeout',
  retryExhaustion: 'maxRetryCount',
  negotiation: 'negotiationTimeout',
  pendingSession: 'pendingSessionTimeout',
  poolIdle: 'idleTimeout',
  poolLease: 'leaseTimeout',
};

const CAUSE_OF: Readonly<Record<string, CauseName>> = {
  'client.open': 'openUnanswered',
  'client.close': 'closeUnanswered',
  'client.send': 'slowOperation',
  'client.blockedWrite': 'blockedWrite',
  'client.inactivity': 'inactivityHere',
  'client.retryExhaustion': 'retriesHere',
  'service.channelInitialization': 'channelInitialization',
  'service.receive': 'idleAbort',
  'service.send': 'serviceSend',
  'service.inactivity': 'inactivityThere',
  'service.retryExhaustion': 'retriesThere',
};

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
