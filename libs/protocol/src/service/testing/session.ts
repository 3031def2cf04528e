import type { ChannelEffect, ChannelEvent } from '../../channel/vocabulary.ts';
import { encodePreamble } from '../../framing/index.ts';
import { DUPLEX_TEST_SERVICE } from '../../soap/index.ts';
import { type Line, transcript } from '../../testing/transcript.ts';
import type { Instant } from '../../time.ts';
import type { ServiceCalls } from '../execution.ts';
import { type ServiceConnectionSettings, serviceConnection } from '../service-connection.ts';
import { testOperations } from '../test-operations.ts';
import { ADDRESS, callbackIds } from './caller.ts';

const SETTINGS: ServiceConnectionSettings = {
  endpoint: { path: '/session', mode: 'duplex', contentType: 'application/soap+msbinsession1' },
  channelInitializationTimeout: 1_500,
  openTimeout: 2_000,
  closeTimeout: 1_000,
  receiveTimeout: 4_000,
  idleTimeout: 2_500,
  maxReceivedMessageSize: 65_536,
};

export const PREAMBLE = encodePreamble({ via: ADDRESS, mode: 'duplex' });
export const END = Uint8Array.of(0x07);

export const received = (at: Instant, ...data: readonly Uint8Array[]) =>
  ({ at, event: { type: 'received', bytes: Uint8Array.from(data.flatMap((each) => [...each])) } }) as const;
export const told = (at: Instant, type: 'abort' | 'close' | 'peerEnded' | 'peerReset') =>
  ({ at, event: { type } }) as const;
export const timeout = (at: Instant) => ({ at, event: { type: 'timeout' } }) as const;
/** The socket has taken a transmission; the first of a connection is the acknowledgement of the preamble. */
export const written = (at: Instant, transmission: number) =>
  ({ at, event: { type: 'transmitted', id: transmission } }) as const;

/** A connection of a service that is called. */
export function calledConnection(calls: Partial<ServiceCalls> = {}) {
  return serviceConnection({
    ...SETTINGS,
    calls: {
      contract: DUPLEX_TEST_SERVICE,
      operations: testOperations,
      concurrencyMode: 'single',
      sendTimeout: 3_000,
      includeExceptionDetailInFaults: false,
      nextMessageId: callbackIds(),
      ...calls,
    },
  });
}

const OPENING = [{ at: 0, event: { type: 'accepted' } }, received(0, PREAMBLE)] as const;

/** What opens a session. */
export const opening: readonly ChannelEvent[] = OPENING.map(({ event }) => event);

/** A session from 0 on, in which the lines come to pass. */
export function story(lines: readonly Line[], calls: Partial<ServiceCalls> = {}): string {
  return transcript(calledConnection(calls), [...OPENING, ...lines]);
}

/** The same, as its effects. */
export function effectsOf(
  lines: readonly { readonly at: Instant; readonly event: ChannelEvent }[],
  calls: Partial<ServiceCalls> = {},
): readonly ChannelEffect[] {
  const connection = calledConnection(calls);
  return [...OPENING, ...lines].flatMap(({ at, event }) => connection.handle(event, at));
}
