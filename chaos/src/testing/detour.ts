import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type ApiRelay, startApiRelay } from './api-relay.ts';

/** Whose connections do not go through the proxy any more. `session`: the canary's still does. */
export type Bypassing = 'everybody' | 'session';

/**
 * A relay to Toxiproxy's API that tells another port than the one at which the session's proxy listens. Who connects there is led
 * straight to the service, while Toxiproxy, and all that it is asked, are as they should be.
 */
export async function startDetour(target: string, bypassing: Bypassing): Promise<ApiRelay> {
  const open = new Set<Socket>();
  let proxyPort = 0;
  let upstreamPort = 0;
  let accepted = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted += 1;
    // The canary is there before zero, and so the first to come.
    const straight = bypassing === 'everybody' || accepted > 1;
    join(socket, connect({ host: '127.0.0.1', port: straight ? upstreamPort : proxyPort, allowHalfOpen: true }), open);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const detour = (server.address() as { readonly port: number }).port;
  const answer = (body: string) => {
    const real = realPorts(body);
    if (real === undefined) return body;
    proxyPort = real.listen;
    upstreamPort = real.upstream;
    return body.replaceAll(`127.0.0.1:${real.listen}`, `127.0.0.1:${detour}`);
  };
  const back = (body: string) =>
    proxyPort === 0 ? body : body.replaceAll(`127.0.0.1:${detour}`, `127.0.0.1:${proxyPort}`);
  const relay = await startApiRelay(target, { request: back, answer });
  return {
    ...relay,
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]();
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** The ports of the session's proxy, where an answer speaks of it and it is enabled. */
function realPorts(body: string): { readonly listen: number; readonly upstream: number } | undefined {
  const known: unknown = parsed(body);
  const found = [known, ...Object.values(Object(known))].map(Object).find(({ name }) => /-session$/.test(String(name)));
  const [listen, upstream] = [portIn(found?.listen), portIn(found?.upstream)];
  return listen > 0 && upstream > 0 ? { listen, upstream } : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function portIn(address: unknown): number {
  return Number(/:(\d+)$/.exec(String(address))?.[1] ?? 0);
}

function join(one: Socket, other: Socket, open: Set<Socket>): void {
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => peer.destroy());
    socket.pipe(peer);
  }
}
