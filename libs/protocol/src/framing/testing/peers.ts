import {
  type ClientFraming,
  type ClientFramingEvent,
  SESSION_CONTENT_TYPE,
  type ServiceEndpoint,
  type ServiceFraming,
  type ServiceFramingEvent,
  TLS_UPGRADE,
} from '../index.ts';

const BUFFERED = { path: '/calc', port: 8081, mode: 'duplex', contentType: SESSION_CONTENT_TYPE } as const;

/** The endpoints that the vectors address, by their names there. */
export const ENDPOINTS = {
  buffered: BUFFERED,
  streamed: { ...BUFFERED, mode: 'singletonUnsized', contentType: 'application/soap+msbin1' },
  tls: { ...BUFFERED, upgrade: TLS_UPGRADE },
} as const satisfies Record<string, ServiceEndpoint>;

/** Feeds a service that does what is due at once: the handshake (which takes no bytes here), its own End. */
export function serve(service: ServiceFraming, pieces: readonly Uint8Array[]): readonly ServiceFramingEvent[] {
  return pieces.flatMap((piece) => follow(service, service.receive(piece)));
}

function follow(service: ServiceFraming, events: readonly ServiceFramingEvent[]): readonly ServiceFramingEvent[] {
  switch (events.at(-1)?.type) {
    case 'upgradeRequested':
      return [...events, ...follow(service, service.resume())];
    case 'ended':
      return [...events, ...follow(service, service.reuse())];
    default:
      return events;
  }
}

/** Feeds a client whose handshake takes no bytes. */
export function listen(client: ClientFraming, pieces: readonly Uint8Array[]): readonly ClientFramingEvent[] {
  return pieces.flatMap((piece) => {
    const events = client.receive(piece);
    return events.at(-1)?.type === 'upgradeAccepted' ? [...events, ...client.resume()] : events;
  });
}
