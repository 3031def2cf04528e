import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** A relay to Toxiproxy's API that renames one attribute on its way, as a driver with a misspelt attribute would send it. */
export interface MisspellingProxy extends AsyncDisposable {
  readonly url: string;
  /** How many requests it has changed. */
  readonly changed: () => number;
}

export async function startMisspellingProxy(target: string, right: string, wrong: string): Promise<MisspellingProxy> {
  let changed = 0;
  const server = createServer((incoming, answer) => {
    const body: Uint8Array[] = [];
    incoming.on('data', (chunk) => body.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(body).toString();
      const misspelt = text.replaceAll(`"${right}":`, `"${wrong}":`);
      if (misspelt !== text) changed += 1;
      const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(misspelt)) };
      const outgoing = request(
        new URL(incoming.url ?? '/', target),
        { method: incoming.method ?? 'GET', headers },
        (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        },
      );
      outgoing.on('error', () => answer.destroy());
      outgoing.end(misspelt);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    changed: () => changed,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
