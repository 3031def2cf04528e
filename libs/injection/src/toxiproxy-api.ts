import { Toxiproxy } from 'toxiproxy-node-client';
import { InjectorFailure } from './injector.ts';
import { isRecord, type ProxyState, readProxies, readReason } from './toxiproxy-state.ts';

/** Milliseconds. A call takes less than 3; one to a proxy whose receiver stopped reading takes 25,000, and then fails. */
export const API_DEADLINE = 2_000;

export interface ApiOptions {
  /** Address of the API, without a trailing slash. */
  readonly url: string;
  /** Milliseconds for one call. */
  readonly deadline: number;
}

/**
 * The client, with its HTTP calls replaced: its own lose the server's reason and cannot be given up. The paths and bodies
 * stay the client's; whatever fails is an `InjectorFailure`.
 */
export function toxiproxyClient({ url, deadline }: ApiOptions): Toxiproxy {
  const client = new Toxiproxy(url);
  const send = async (method: string, target: string, body?: unknown) => {
    const data = await request({ method, url: target, body }, deadline);
    return { data };
  };
  Object.assign(client.getApi(), {
    get: (target: string) => send('GET', target),
    post: (target: string, body?: unknown) => send('POST', target, body),
    delete: (target: string) => send('DELETE', target),
  });
  return client;
}

/** Every proxy of the server with its toxics, which the client leaves out. */
export async function readAll({ url, deadline }: ApiOptions): Promise<readonly ProxyState[]> {
  const proxies = readProxies(await request({ method: 'GET', url: `${url}/proxies` }, deadline));
  if (proxies === undefined) throw new InjectorFailure(`What answers at ${url} is not Toxiproxy.`);
  return proxies;
}

/**
 * Opens a second connection, or keeps it open, when it is called beside another call: `stream: both` is two calls at once,
 * and one that has to connect first comes 10 ms after the other.
 */
export async function warm({ url, deadline }: ApiOptions): Promise<void> {
  await request({ method: 'GET', url: `${url}/version` }, deadline);
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

async function request(call: Request, deadline: number): Promise<unknown> {
  const { ok, status, text } = await answerTo(call, deadline);
  const body = parsed(text);
  if (ok) return body;
  const reason = readReason(body) ?? text.slice(0, LONGEST_QUOTE);
  throw new InjectorFailure(`Toxiproxy answered ${status} to ${spoken(call)}: ${reason}.`, status);
}

const LONGEST_QUOTE = 200;

async function answerTo(call: Request, deadline: number) {
  const signal = AbortSignal.timeout(deadline);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      signal,
      ...(call.body !== undefined && {
        body: JSON.stringify(call.body),
        headers: { 'Content-Type': 'application/json' },
      }),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    const reason = signal.aborted
      ? ` within ${deadline} ms; whether it will still act on it is unknown`
      : `: ${reasonOf(error)}`;
    throw new InjectorFailure(`Toxiproxy did not answer ${spoken(call)}${reason}.`);
  }
}

/** fetch says `fetch failed` and keeps the reason in `cause`; where a name has several addresses, only its code says more. */
function reasonOf(error: unknown): string {
  if (!isRecord(error)) return String(error);
  const cause = isRecord(error.cause) ? error.cause : error;
  return String(cause.message || cause.code || error.message);
}

function spoken({ method, url }: Request): string {
  return `${method} ${url}`;
}

/** An answer without content, or one that is no JSON, is what it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
