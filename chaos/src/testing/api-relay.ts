import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What a relay does to what passes it. Absent: it passes as it is. */
export interface Meddling {
  readonly request?: (body: string) => string;
  readonly answer?: (body: string) => string | Promise<string>;
}

/** A relay to Toxiproxy's API that may change what passes, or stop letting anything pass. */
export interface ApiRelay extends AsyncDisposable {
  readonly url: string;
  /** How many requests and answers it has changed. */
  readonly changed: () => number;
  /** From now on requests are taken and never answered. */
  readonly wedge: () => void;
}

export async function startApiRelay(target: string, meddling: Meddling = {}): Promise<ApiRelay> {
  let changed = 0;
  let wedged = false;
  const meddle = async (text: string, change: (body: string) => string | Promise<string> = (body) => body) => {
    const after = await change(text);
    if (after !== text) changed += 1;
    return after;
  };
  const relay = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const body = await meddle(await textOf(incoming), meddling.request);
    if (wedged) return;
    const { method = 'GET', url = '/' } = incoming;
    const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(new URL(url, target), { method, headers });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const text = await meddle(await textOf(response), meddling.answer);
    const { 'transfer-encoding': _, ...told } = response.headers;
    answer.writeHead(response.statusCode ?? 502, { ...told, 'content-length': String(Buffer.byteLength(text)) });
    answer.end(text);
  };
  const server = createServer((incoming, answer) => {
    relay(incoming, answer).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    changed: () => changed,
    wedge: () => {
      wedged = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
