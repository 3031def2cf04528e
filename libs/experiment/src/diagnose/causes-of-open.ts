import type { Cause } from './cause.ts';

const CONVERSATION = ['Message', 'TransportWithMessageCredential'] as const;

/** What ends the opening of a session. */
export const CAUSES_OF_OPEN = {
  openUnanswered: {
    side: 'client',
    what: 'The service took the connection and did not acknowledge the session before the open timeout of the client.',
    after: "OpenTimeout after Open() began, of the client's binding",
    setting: { name: 'openTimeout', side: 'client' },
    evidence: [
      'capture of the client: SYN and SYN-ACK at once, the preamble (00 01 00 01 02 02 ...) leaves, no 0B comes back, then a reset by the client',
      'the duration of the failing Open() equals OpenTimeout; that of a failing first call equals SendTimeout instead',
      'service trace: no session from this client, or one that was accepted late',
    ],
    change:
      'Find out what keeps the service from answering (load, throttles, a hold on the path); a longer OpenTimeout only waits longer.',
    scenarios: [
      'open-never-acknowledged',
      'open-unanswered-preamble',
      'open-preamble-partition',
      'service-frozen-while-opening',
    ],
    source: 'wcf-timeouts 1.4, 15.2',
  },
  openByFirstCall: {
    side: 'client',
    what: 'The first call opened the channel by itself: its operation timeout, not OpenTimeout, bounded the open.',
    after: "SendTimeout (or OperationTimeout) after the call began, of the client's binding",
    setting: { name: 'sendTimeout', side: 'client' },
    evidence: [
      'the stack trace comes out of a method of the contract, and no Open() of yours is in it',
      'the time printed in the text is SendTimeout, not OpenTimeout',
    ],
    change: 'Call Open() before the first call: then OpenTimeout counts, and the two kinds of trouble look different.',
    scenarios: [],
    source: 'wcf-timeouts 1.2, 2.2, 15.1',
  },
  deadPooledConnection: {
    side: 'client',
    what: 'A connection of the pool that was dead without anybody noticing was tried first and used the whole open timeout up.',
    after: 'OpenTimeout after Open() began',
    setting: { name: 'openTimeout', side: 'client' },
    evidence: [
      'capture of the client: no SYN for this open; the preamble leaves on an old connection and is retransmitted by the kernel',
      'ETW 3367 ConnectionPoolPreambleFailed (Windows), or innermost "timed out after 00:00:00. Connection attempts were made to 0 ..." (Linux)',
    ],
    change:
      'Set connectionPoolSettings idleTimeout of the client below the idle limit of firewalls and of the service, or open again.',
    needs: [{ reliableSession: false }],
    scenarios: ['open-dead-pooled-connection', 'open-two-attempts-one-deadline'],
    source: 'wcf-timeouts 1.3, 5.4',
  },
  handshakeStall: {
    side: 'client',
    what: 'The TLS or Windows handshake stalled: each of its reads is bounded by ReceiveTimeout, although the text prints OpenTimeout.',
    after: 'ReceiveTimeout after the stalled read began (10 min by default), not OpenTimeout',
    setting: { name: 'receiveTimeout', side: 'client' },
    evidence: [
      'the open lasted much longer than the time that its text prints',
      'capture: the upgrade response (0A) has come, then the handshake stops',
    ],
    change:
      'Find out what holds the handshake (domain controller, revocation lists); a shorter ReceiveTimeout of the client bounds it.',
    needs: [{ security: ['Transport', 'TransportWithMessageCredential'] }],
    scenarios: [],
    source: 'wcf-timeouts 1.3, 3.2',
  },
  createSequenceUnanswered: {
    side: 'client',
    what: 'The request for a reliable session (CreateSequence) was never answered.',
    after: 'OpenTimeout after Open() began; without security one connection every 10 s until then',
    setting: { name: 'openTimeout', side: 'client' },
    evidence: [
      'capture: 0B comes back, one CreateSequence leaves, no CreateSequenceResponse; without security a reset by the client every 10 s',
      'round trips of 10 s and more look the same, although nothing is lost',
    ],
    change:
      'Find out why the service does not answer; a stalled handshake of another client holds all new reliable sessions of a listener up.',
    needs: [{ reliableSession: true }],
    scenarios: [],
    source: 'wcf-timeouts 1.5, 5.5, 15.2',
  },
  sessionsThrottled: {
    side: 'service',
    what: 'The service has as many sessions as it allows, and takes the next one silently into a queue.',
    after: "the client's own time: OpenTimeout for an open, SendTimeout for a first call",
    setting: { name: 'maxConcurrentSessions', side: 'service' },
    evidence: [
      'service trace ServiceThrottleLimitReached; counter "Percent of Max Concurrent Sessions" at 100',
      'new clients fail, clients that are connected go on; it heals by itself when idle sessions reach the ReceiveTimeout of the service',
    ],
    change:
      'Raise maxConcurrentSessions, and let clients close their sessions instead of leaving them to ReceiveTimeout.',
    needs: [{ reliableSession: false, security: ['None', 'Transport'] }],
    scenarios: [],
    source: 'wcf-timeouts 7.3, 7.4, 15.8',
  },
  connectionsPending: {
    side: 'service',
    what: 'More connections wait to be taken than MaxPendingConnections allows: the kernel accepts, the service does not.',
    after: 'OpenTimeout after Open() began',
    setting: { name: 'maxPendingConnections', side: 'service' },
    evidence: [
      'ETW 1419 MaxPendingConnectionsExceeded at the service',
      'many connections at the service (netstat) that have sent nothing, or not all of their preamble',
    ],
    change: 'Raise maxConnections (netTcpBinding) of the service, and find who connects and stays silent.',
    scenarios: [],
    source: 'wcf-timeouts 5.3, 15.8',
  },
  refused: {
    side: 'service',
    what: 'Nothing listens on that port, or a firewall refuses: the operating system says so at once.',
    after:
      'at once (Windows tries for 1 to 2 s for each address); with a reliable session 10·ceil(OpenTimeout/10 s - 1)',
    evidence: [
      'capture: a SYN is answered by a reset',
      'at the service: is the process up, does it listen on this port and address (netstat -ano), is the port-sharing service running',
    ],
    change: 'Start the service, or correct the address; no timeout is involved.',
    scenarios: ['open-refused', 'sessions-down-before-second'],
    source: 'wcf-timeouts 1.4, 1.5, 15.1',
  },
  blackHole: {
    side: 'network',
    what: 'Nobody answers the connect at all: a firewall drops it, or the host is down. The operating system gives up, not WCF.',
    after:
      "the system's own connect timeout for each address (about 21 s on Windows, 127 s on Linux), even beyond OpenTimeout",
    evidence: ['capture: SYNs without any answer', 'the attempt lasted about 21 s (Windows) for each address'],
    change: 'Open the path. OpenTimeout cannot shorten a connect: it is looked at between addresses only.',
    scenarios: [],
    source: 'wcf-timeouts 1.3, 1.4, 15.1',
  },
  unknownHost: {
    side: 'network',
    what: 'The name of the host cannot be resolved.',
    after: 'when the resolver gives up',
    evidence: ['no connect in a capture, only name queries (DNS)'],
    change: 'Correct the name or the resolver.',
    scenarios: [],
    source: 'wcf-timeouts 1.4, 15.1',
  },
  wrongAddress: {
    side: 'service',
    what: 'A process listens on the port, and has no endpoint at this path.',
    after: 'one round trip after the connect; with a reliable session 10·ceil(OpenTimeout/10 s - 1)',
    evidence: [
      'capture: the preamble is answered by a framing fault (08 ...EndpointNotFound)',
      "compare the address of the client's endpoint with the base addresses of the service, letter by letter",
    ],
    change: "Correct the client's address, or start the service behind the shared port (SMSvcHost, WAS).",
    scenarios: [],
    source: 'wcf-timeouts 1.4, 15.1',
  },
  serviceFull: {
    side: 'service',
    what: 'The service refused the session because it has no place for it: too many reliable sessions wait, or the listener is shutting down.',
    after: 'one round trip; nothing is tried again for a reliable session',
    setting: { name: 'maxPendingChannels', side: 'service' },
    evidence: [
      'capture: CreateSequenceRefused with ConnectionLimitReached, or a framing fault ServerTooBusy',
      'the session throttle of the service is at its limit behind it (ServiceThrottleLimitReached)',
    ],
    change:
      'Raise maxConcurrentSessions of the service first, MaxPendingChannels second, and let the client try again later.',
    scenarios: [],
    source: 'wcf-timeouts 4.8, 15.8',
  },
  pendingSessions: {
    side: 'service',
    what: 'Too many secure conversations were begun and never used: each counts until its first message, or until it is swept out.',
    after:
      'at once when MaxPendingSessions are pending; each is freed after 2 to 4 min (once to twice the security InactivityTimeout)',
    setting: { name: 'maxPendingSessions', side: 'service' },
    evidence: [
      'the inner fault says "too many pending secure conversations"',
      'service trace SecurityPendingServerSessionAdded without ...Activated; count opens without a call over two sweeps (4 min)',
    ],
    change:
      'Do not open channels that are not used; or raise maxPendingSessions (localServiceSettings of a customBinding).',
    needs: [{ security: [...CONVERSATION] }],
    scenarios: [],
    source: 'wcf-timeouts 8.2 to 8.4, 14',
  },
  statefulNegotiations: {
    side: 'service',
    what: 'Too many security negotiations are under way at the service.',
    after: 'at once when MaxStatefulNegotiations are under way; each entry lives for NegotiationTimeout',
    setting: { name: 'maxStatefulNegotiations', side: 'service' },
    evidence: [
      'the inner fault says "too many active security negotiations or secure conversations"',
      'ETW 1422 NegotiateTokenAuthenticatorStateCacheExceeded at the service',
    ],
    change:
      'Keep channels instead of opening one for each call; or raise maxStatefulNegotiations (localServiceSettings).',
    needs: [{ security: [...CONVERSATION] }],
    scenarios: [],
    source: 'wcf-timeouts 8.4, 14',
  },
  negotiationHeld: {
    side: 'service',
    what: 'The service holds a request of the security negotiation in a queue instead of refusing it.',
    after: "the client's own time: OpenTimeout for an open, SendTimeout for a first call",
    setting: { name: 'maxStatefulNegotiations', side: 'service' },
    evidence: [
      'the innermost text speaks of the "current negotiation leg"',
      'other clients get ServerTooBusyException at the same time',
    ],
    change: 'As for too many negotiations: keep channels, or raise maxStatefulNegotiations.',
    needs: [{ security: [...CONVERSATION] }],
    scenarios: [],
    source: 'wcf-timeouts 8.4, 8.5',
  },
  channelInitialization: {
    side: 'service',
    what: 'The service gave a new connection up because the preamble had not come whole.',
    after: 'ChannelInitializationTimeout after the connection was accepted (30 s; 5 s before .NET 4.5)',
    setting: { name: 'channelInitializationTimeout', side: 'service' },
    precedes: { name: 'openTimeout', side: 'client' },
    evidence: [
      'the exception comes out of Open(), or out of a first call, this long after its connect',
      'ETW 1400 ChannelInitializationTimeout, or 1406 ReceiveTimeout, at the service',
    ],
    change: 'Find out what holds the first bytes of the client (a proxy that waits, a stalled machine).',
    scenarios: [
      'channel-initialization-cut-preamble',
      'channel-initialization-just-before-open',
      'channel-initialization-dripping-client',
    ],
    source: 'wcf-timeouts 5.2, 15.2',
  },
  rejectedPreamble: {
    side: 'service',
    what: 'The connection was ended (FIN) before the session was acknowledged.',
    after: 'at the event; a reliable session does not try again',
    evidence: [
      'capture: FIN from the other side and no 0B: a load balancer without a living service, a process that ended, or a port of something else than net.tcp',
      'log of the service: did its process end or its host close at that moment',
    ],
    change: 'Let the client open again after a pause; drain a service behind a load balancer before it is stopped.',
    scenarios: ['service-killed-while-opening'],
    source: 'wcf-timeouts 1.4, 1.5, 15.5',
  },
  handshakeFailed: {
    side: 'service',
    what: 'The handshake of the transport security failed: a certificate, an identity, a credential; or its connection ended in the middle.',
    after: 'at the event',
    evidence: [
      'innermost exception: AuthenticationException (who is not trusted), or IOException (the connection ended: look at the service)',
      'security log of the service; expiry dates and names of certificates; clocks more than 5 min apart (Kerberos)',
    ],
    change: 'Correct the certificate, the identity of the endpoint (SPN, DNS) or the credential.',
    needs: [{ security: ['Transport', 'Message', 'TransportWithMessageCredential'] }],
    scenarios: [],
    source: 'wcf-timeouts 1.4, 12',
  },
  bindingMismatch: {
    side: 'service',
    what: 'The two bindings do not agree: encoding, transfer mode, security or framing; or what listens there is no net.tcp at all.',
    after: 'one round trip after the connect, or after the upgrade',
    evidence: [
      "capture: the service answers the preamble by a framing fault (08 and a fault's address), or by something else than 0B",
      'compare binding, encoder, transferMode and security mode of both sides',
    ],
    change: 'Give both sides the same binding.',
    scenarios: [],
    source: 'wcf-timeouts 1.4',
  },
  queuedOpen: {
    side: 'client',
    what: 'Another caller was opening the same channel by its first call, and this one waited behind it in vain.',
    after: "the caller's own operation timeout",
    setting: { name: 'sendTimeout', side: 'client' },
    evidence: ['another exception of the same channel, of the caller that was opening it, explains the open'],
    change: 'Call Open() once before several threads use a channel; then look at why the open takes so long.',
    scenarios: [],
    source: 'wcf-timeouts 12 (E4)',
  },
  noReliableService: {
    side: 'service',
    what: 'The service has no reliable session at this endpoint, and the client asks for one.',
    after: 'one round trip; nothing is tried again',
    evidence: [
      'the action of the message that was refused is .../rm/CreateSequence',
      'compare reliableSession enabled of both bindings',
    ],
    change: 'Set the same reliableSession on both sides; CoreWCF has none.',
    needs: [{ reliableSession: true }],
    scenarios: [],
    source: 'wcf-timeouts 1.5, 13.2',
  },
} as const satisfies Readonly<Record<string, Cause>>;
