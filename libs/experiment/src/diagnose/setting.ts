import {
  CHANNEL_INITIALIZATION_TIMEOUT,
  CLOSE_TIMEOUT,
  IDLE_TIMEOUT,
  LEASE_TIMEOUT,
  MAX_RECEIVED_MESSAGE_SIZE,
  OPEN_TIMEOUT,
  RECEIVE_TIMEOUT,
  SEND_TIMEOUT,
} from '@lapse/protocol/constants';

/** A setting of WCF: its property, where a configuration file has it, what it is where nobody sets it. */
export interface Setting {
  readonly property: string;
  /** Attribute of an element of the binding or of a behaviour; `binding` is the binding's own element. */
  readonly element: string;
  readonly attribute: string;
  readonly unit: 'duration' | 'count';
  /** Milliseconds, or a number; absent: it depends on the number of processors. */
  readonly default?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A time, in milliseconds. */
function time(property: string, where: string, value: number): Setting {
  return { property, ...placeOf(where), unit: 'duration', default: value };
}

/** A number; without a value it depends on the number of processors. */
function limit(property: string, where: string, value?: number): Setting {
  return { property, ...placeOf(where), unit: 'count', ...(value !== undefined && { default: value }) };
}

function placeOf(where: string): Pick<Setting, 'element' | 'attribute'> {
  const [element = '', attribute = ''] = where.split('.');
  return { element, attribute };
}

/** Every setting that a cause may name; wcf-timeouts 1 to 5, 7.1, 8.1. */
export const SETTINGS = {
  openTimeout: time('Binding.OpenTimeout', 'binding.openTimeout', OPEN_TIMEOUT),
  closeTimeout: time('Binding.CloseTimeout', 'binding.closeTimeout', CLOSE_TIMEOUT),
  sendTimeout: time('Binding.SendTimeout', 'binding.sendTimeout', SEND_TIMEOUT),
  receiveTimeout: time('Binding.ReceiveTimeout', 'binding.receiveTimeout', RECEIVE_TIMEOUT),
  inactivityTimeout: time('ReliableSession.InactivityTimeout', 'reliableSession.inactivityTimeout', 10 * MINUTE),
  maxRetryCount: limit('ReliableSessionBindingElement.MaxRetryCount', 'reliableSession.maxRetryCount', 8),
  maxTransferWindowSize: limit(
    'ReliableSessionBindingElement.MaxTransferWindowSize',
    'reliableSession.maxTransferWindowSize',
    8,
  ),
  maxPendingChannels: limit(
    'ReliableSessionBindingElement.MaxPendingChannels',
    'reliableSession.maxPendingChannels',
    4,
  ),
  channelInitializationTimeout: time(
    'ConnectionOrientedTransportBindingElement.ChannelInitializationTimeout',
    'tcpTransport.channelInitializationTimeout',
    CHANNEL_INITIALIZATION_TIMEOUT,
  ),
  maxPendingConnections: limit(
    'ConnectionOrientedTransportBindingElement.MaxPendingConnections',
    'tcpTransport.maxPendingConnections',
  ),
  idleTimeout: time('TcpConnectionPoolSettings.IdleTimeout', 'connectionPoolSettings.idleTimeout', IDLE_TIMEOUT),
  leaseTimeout: time('TcpConnectionPoolSettings.LeaseTimeout', 'connectionPoolSettings.leaseTimeout', LEASE_TIMEOUT),
  maxReceivedMessageSize: limit(
    'TransportBindingElement.MaxReceivedMessageSize',
    'binding.maxReceivedMessageSize',
    MAX_RECEIVED_MESSAGE_SIZE,
  ),
  pendingSessionTimeout: time(
    'LocalServiceSecuritySettings.InactivityTimeout',
    'localServiceSettings.inactivityTimeout',
    2 * MINUTE,
  ),
  negotiationTimeout: time(
    'LocalServiceSecuritySettings.NegotiationTimeout',
    'localServiceSettings.negotiationTimeout',
    MINUTE,
  ),
  maxPendingSessions: limit(
    'LocalServiceSecuritySettings.MaxPendingSessions',
    'localServiceSettings.maxPendingSessions',
    128,
  ),
  maxStatefulNegotiations: limit(
    'LocalServiceSecuritySettings.MaxStatefulNegotiations',
    'localServiceSettings.maxStatefulNegotiations',
    128,
  ),
  maxConcurrentSessions: limit(
    'ServiceThrottlingBehavior.MaxConcurrentSessions',
    'serviceThrottling.maxConcurrentSessions',
  ),
  maxConcurrentCalls: limit('ServiceThrottlingBehavior.MaxConcurrentCalls', 'serviceThrottling.maxConcurrentCalls'),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;
