import type { ClientFramingViolation } from '../framing/index.ts';
import type { Duration } from '../time.ts';
import { framingViolated, messageTooBig, preambleNotAcknowledged } from './exceptions.ts';
import type { Exception } from './vocabulary.ts';

export interface ClientChannelSettings {
  /** The service's own address, whatever the connection's target is (ClientViaBehavior). */
  readonly via: string;
  readonly openTimeout: Duration;
  readonly closeTimeout: Duration;
  /** A permanently pending read: a duplex proxy from open on. Without it nobody reads between calls (wcf-timeouts 0.5). */
  readonly pumping: boolean;
  readonly maxReceivedMessageSize: number;
  /** Whether a pool keeps the connection after End/End. Without one it ends with FIN. */
  readonly pooling: boolean;
}

/** Who reads an open session: a caller who waits for his reply, a pump, or nobody (wcf-timeouts 0.5). */
export type Reader = 'caller' | 'pump' | 'nobody';

/** What a caller is told of a failure, and what the history says it came by. */
export interface Failure {
  readonly by?: string;
  readonly exception: Exception;
}

/** What a client is shown when the service breaks the framing, so many bytes into what it has sent. */
export function exceptionForViolation(
  { cause, hint }: ClientFramingViolation,
  { opening, position }: { readonly opening: boolean; readonly position: number },
): Exception {
  if (cause.code === 'quotaExceeded') return messageTooBig(cause.limit);
  if (opening && position > 0) return preambleNotAcknowledged(hint === 'http');
  if (cause.code !== 'protocolViolation') return framingViolated(position, cause.code);
  return framingViolated(cause.offset, cause.state);
}
