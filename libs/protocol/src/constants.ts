import type { Duration } from './time.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** TimeSpan.MaxValue: a timer set to it is never armed (wcf-timeouts 0.2). Survives JSON, which Infinity does not. */
export const INFINITE: Duration = Number.MAX_SAFE_INTEGER;

/** TimeoutHelper.IsTooLarge: above it, and unless it is infinite, WCF's setters throw ArgumentOutOfRangeException. */
export const LARGEST_TIMEOUT: Duration = 2 ** 31 - 1;

/** WCF ServiceDefaults.cs: OpenTimeout. */
export const OPEN_TIMEOUT: Duration = MINUTE;
/** WCF ServiceDefaults.cs: CloseTimeout. */
export const CLOSE_TIMEOUT: Duration = MINUTE;
/** WCF ServiceDefaults.cs: SendTimeout. */
export const SEND_TIMEOUT: Duration = MINUTE;
/** WCF ServiceDefaults.cs: ReceiveTimeout. */
export const RECEIVE_TIMEOUT: Duration = 10 * MINUTE;
/** WCF TransportDefaults.cs: ConnectionOrientedTransportDefaults.ChannelInitializationTimeout (4.5 and later). */
export const CHANNEL_INITIALIZATION_TIMEOUT: Duration = 30 * SECOND;
/** WCF TransportDefaults.cs: ConnectionOrientedTransportDefaults.IdleTimeout. */
export const IDLE_TIMEOUT: Duration = 2 * MINUTE;
/** WCF TransportDefaults.cs: TcpTransportDefaults.ConnectionLeaseTimeout. */
export const LEASE_TIMEOUT: Duration = 5 * MINUTE;

/** WCF ConnectionOrientedTransportDefaults: MaxViaSize, bytes. */
export const MAX_VIA_SIZE = 2_048;
/** WCF ConnectionOrientedTransportDefaults: MaxContentTypeSize, bytes. */
export const MAX_CONTENT_TYPE_SIZE = 256;
/** WCF ConnectionOrientedTransportDefaults, bytes (wcf-wire 1.9). */
export const MAX_UPGRADE_SIZE = 256;
/** WCF FaultStringDecoder quota of the client, bytes (wcf-wire 1.9). */
export const MAX_FAULT_STRING_SIZE = 256;
/** WCF TransportDefaults.MaxReceivedMessageSize, bytes. */
export const MAX_RECEIVED_MESSAGE_SIZE = 65_536;
/** Bytes that a service reads and discards after a fault of the preamble (wcf-wire 1.9). */
export const PREAMBLE_DRAIN_SIZE = MAX_VIA_SIZE + MAX_CONTENT_TYPE_SIZE;
/** Bytes that a service reads and discards after a fault of an established session (wcf-wire 1.9). */
export const SESSION_DRAIN_SIZE = 65_536;
