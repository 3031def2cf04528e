import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { setGlobalProxyFromEnv } from 'node:http';
import { type Environment, messageOf, networkReason, systemCodeOf } from './surroundings.ts';

/** An archive as it is pinned. */
export interface Archive {
  readonly url: string;
  /** In hex. What has another one is not used. */
  readonly sha256: string;
}

/** Milliseconds that a download may take. */
export interface Patience {
  /** Until the first answer, redirections included. */
  readonly answer: number;
  /** Between two pieces. */
  readonly silence: number;
  readonly whole: number;
}

/** How far a download has come, in bytes. */
export interface Come {
  received: number;
  /** Undefined where the server does not say. */
  expected: number | undefined;
}

/** What a download is made with. */
export interface Fetching {
  /** Created; deleting it is the caller's business. */
  readonly file: string;
  /** HTTPS_PROXY, NO_PROXY and their like. */
  readonly environment: Environment;
  readonly patience: Patience;
  /** Kept up to date. */
  readonly come: Come;
  readonly signal: AbortSignal | undefined;
}

/** The archive is in its file, and is what was pinned; or why not. */
export type Fetched = { readonly ok: true } | { readonly ok: false; readonly why: string };

const MEGABYTE = 1_000_000;

/**
 * Fetches an archive into a file; its hash is computed on the way. An abort of the signal throws its reason, a file that cannot be
 * written the system's error; everything else is a value.
 */
export async function fetchArchive(archive: Archive, fetching: Fetching): Promise<Fetched> {
  const file = await open(fetching.file, 'wx');
  try {
    using _proxy = throughProxy(fetching.environment);
    return await fetchInto(file, archive, fetching);
  } catch (error) {
    if (fetching.signal?.aborted === true || systemCodeOf(error) !== undefined) throw error;
    return { ok: false, why: whyBroken(error, archive, fetching) };
  } finally {
    await file.close();
  }
}

async function fetchInto(file: FileHandle, { url, sha256 }: Archive, fetching: Fetching): Promise<Fetched> {
  using watch = new Watch(fetching);
  const response = await fetch(url, { headers: { 'user-agent': 'lapse' }, signal: watch.signal });
  if (!response.ok || response.body === null)
    return { ok: false, why: `${new URL(response.url).host} answers ${response.status}` };
  fetching.come.expected = Number(response.headers.get('content-length')) || undefined;
  const hash = createHash('sha256');
  watch.heard();
  for await (const piece of response.body) {
    watch.heard();
    hash.update(piece);
    await file.appendFile(piece);
    fetching.come.received += piece.length;
  }
  const found = hash.digest('hex');
  if (found === sha256) return { ok: true };
  return { ok: false, why: `the download is not what was pinned: its SHA-256 is ${found}, not ${sha256}` };
}

/** Gives up when the server has been silent for too long, when all has taken too long, or when somebody else gives up. */
class Watch {
  readonly #patience: Patience;
  readonly #stop = new AbortController();
  readonly #whole: NodeJS.Timeout;
  #silence: NodeJS.Timeout;
  readonly signal: AbortSignal;

  constructor({ patience, signal }: Fetching) {
    this.#patience = patience;
    this.#whole = this.#giveUp(patience.whole, `it is not there after ${seconds(patience.whole)}`);
    this.#silence = this.#giveUp(patience.answer, `no answer within ${seconds(patience.answer)}`);
    this.signal = AbortSignal.any([this.#stop.signal, ...(signal === undefined ? [] : [signal])]);
  }

  /** The server has been heard. */
  heard(): void {
    clearTimeout(this.#silence);
    this.#silence = this.#giveUp(this.#patience.silence, `nothing came for ${seconds(this.#patience.silence)}`);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#silence);
  }

  #giveUp(after: number, why: string): NodeJS.Timeout {
    return setTimeout(() => this.#stop.abort(new Error(why)), after);
  }
}

/** Node asks no proxy unless it is told to. Its setting is of the whole process, so it is taken back. */
function throughProxy(environment: Environment): Disposable {
  const named = proxyVariables(environment);
  if (named.length === 0) return { [Symbol.dispose]: () => {} };
  try {
    return { [Symbol.dispose]: setGlobalProxyFromEnv({ ...environment }) };
  } catch (error) {
    throw new Error(`${named.join(', ')} names no proxy (${messageOf(error)})`);
  }
}

/** The variables that name a proxy. */
function proxyVariables(environment: Environment): readonly string[] {
  return Object.keys(environment).filter((name) => /^https?_proxy$/i.test(name) && environment[name]);
}

/** Where a proxy is set, it may be the proxy that does not answer. */
function whyBroken(error: unknown, { url }: Archive, { environment, come }: Fetching): string {
  const proxies = proxyVariables(environment).join(', ');
  const from = `${new URL(url).host}${proxies === '' ? '' : ` (with ${proxies} set)`}`;
  const reason = networkReason(error);
  if (come.received === 0) return `${from}: ${reason}`;
  return `${from}: it broke off after ${progressOf(come)} (${reason})`;
}

/** `1.2 of 5.3 MB` */
export function progressOf({ received, expected }: Come): string {
  const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
  return expected === undefined ? `${megabytes(received)} MB` : `${megabytes(received)} of ${megabytes(expected)} MB`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
