import type { Instant } from '@lapse/protocol';
import { type Evidence, isExternal, measured } from '../evidence/evidence.ts';
import type { Injection, Scenario } from '../scenario.ts';
import type { Proof } from '../verdict.ts';
import { canaryEffect, downEffect } from './canary.ts';
import type { InPlace } from './flow.ts';
import { ownBytesEffect } from './own-bytes.ts';
import { processEffect } from './process.ts';

/**
 * What shows that each injection of a plan took effect: it was made, read back equal, healed when it had to be; the session
 * really goes through the proxy; and the session's own bytes, or else a canary's, felt it. Then the same of each process fault.
 */
export function prove(
  { faults, processFaults = [], runFor }: Pick<Scenario, 'faults' | 'processFaults' | 'runFor'>,
  evidence: Evidence,
): readonly Proof[] {
  const ofProcesses = processFaults.map((fault, index): Proof => {
    const found = processEffect(fault, index, evidence);
    const proven = 'effect' in found;
    return { injection: faults.length + index, proven, by: proven ? found.effect : found.missing };
  });
  return [...faults.map((injection, index) => proofOf(injection, index, { evidence, runFor })), ...ofProcesses];
}

interface Record {
  readonly evidence: Evidence;
  readonly runFor: Instant;
}

function proofOf(injection: Injection, index: number, record: Record): Proof {
  const { evidence } = record;
  const missing = missingOf(injection, index, record) ?? detour(injection, evidence);
  if (missing !== undefined) return { injection: index, proven: false, by: missing };
  const place = inPlace(index, record);
  const effect = place && effectOf(injection, evidence, place);
  return effect === undefined
    ? { injection: index, proven: false, by: 'Neither bytes of the session nor a canary felt it.' }
    : { injection: index, proven: true, by: effect };
}

function effectOf(injection: Injection, evidence: Evidence, place: InPlace): string | undefined {
  if (injection.toxic.type === 'down') return downEffect(evidence, place);
  const own = isExternal(evidence) ? undefined : ownBytesEffect(injection, evidence, place);
  return own ?? canaryEffect(injection, evidence, place);
}

/** What the injector itself has to have said: made, read back, healed. */
function missingOf({ heal }: Injection, index: number, { evidence, runFor }: Record): string | undefined {
  const entries = measured(evidence);
  if (!entries.some((entry) => entry.type === 'injected' && entry.injection === index)) return 'It was never made.';
  const readBack = entries.find((entry) => entry.type === 'readBack' && entry.injection === index);
  if (readBack?.type !== 'readBack') return 'It was not read back.';
  if (!readBack.same) return `Something else was read back: ${readBack.found}`;
  const healed = entries.some((entry) => entry.type === 'healed' && entry.injection === index);
  return heal !== undefined && heal < runFor && !healed ? 'It was to be healed, and was not.' : undefined;
}

function inPlace(index: number, { evidence, runFor }: Record): InPlace | undefined {
  const entries = measured(evidence);
  const injected = entries.find((entry) => entry.type === 'injected' && entry.injection === index);
  const healed = entries.find((entry) => entry.type === 'healed' && entry.injection === index);
  if (injected?.type !== 'injected') return undefined;
  return { from: injected.after, until: healed?.type === 'healed' ? healed.before : (evidence.until ?? runFor) };
}

/** The session's own path: the client talks to the proxy, and whom the service accepted is not the client. */
function detour({ toxic }: Injection, evidence: Evidence): string | undefined {
  const entries = measured(evidence);
  const connected = entries.find((entry) => entry.type === 'connected' && entry.side === 'client');
  if (connected?.type !== 'connected') return toxic.type === 'down' ? undefined : 'The client never connected.';
  const proxy = entries.find((entry) => entry.type === 'proxied' && entry.port === connected.remotePort);
  if (proxy === undefined) return 'The client was not connected to the proxy.';
  const accepted = entries.find((entry) => entry.type === 'accepted' && entry.link === connected.link);
  if (accepted?.type === 'accepted' && accepted.peerPort === connected.localPort)
    return 'The client was connected to the service itself.';
  return undefined;
}
