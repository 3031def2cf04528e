import { FRAMING_MODE, type FramingMode } from './record.ts';

/** What serves one via. */
export interface ServiceEndpoint {
  /** The path of its address, such as `/svc`. It matches its own path and those below it, in any case. */
  readonly path: string;
  /** The port of its address, which the socket need not listen on. Absent: any port matches. The host never counts. */
  readonly port?: number;
  readonly mode: FramingMode;
  /** The one content type spoken, known or extensible. */
  readonly contentType: string;
  /** The upgrade that every session needs first. */
  readonly upgrade?: string;
}

/** The port of a net.tcp address that has none (wcf-wire 0). */
const DEFAULT_PORT = 808;

/** The parts of a via that routing looks at. */
export interface Via {
  readonly port: number;
  readonly path: string;
}

const URI = /^([a-z][a-z0-9+.-]*):(?:\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:@[\]\s]+)(?::(\d{0,5}))?)?([^?#]*)/i;

/** Splits an absolute URI; undefined when the text is none (`not a uri`, `net.tcp://`, a port beyond 65535). */
export function parseVia(text: string): Via | undefined {
  const match = URI.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', host, port = '', path = ''] = match;
  const isNetTcp = scheme.toLowerCase() === 'net.tcp';
  const cutsShort = path.startsWith('//') || (host !== undefined && path !== '' && !path.startsWith('/'));
  if (cutsShort || (isNetTcp && host === undefined) || Number(port) > 0xffff) return undefined;
  // A via of another scheme is a URI, but no net.tcp endpoint is ever found for it.
  return { port: isNetTcp ? Number(port || DEFAULT_PORT) : -1, path };
}

/** StrongWildcard comparison: the host is ignored, port and path count (wcf-wire 1.5). */
export function serves(endpoint: ServiceEndpoint, via: Via): boolean {
  if (via.port < 0 || (endpoint.port !== undefined && endpoint.port !== via.port)) return false;
  return segments(via.path).startsWith(segments(endpoint.path));
}

/** Whether `mode`, a mode byte, is the one that the endpoint speaks. */
export function speaks(endpoint: ServiceEndpoint, mode: number): boolean {
  return FRAMING_MODE[endpoint.mode] === mode;
}

/** With a slash at its end, so that `/svc` is a prefix of `/svc/more` and not of `/svcmore`. */
function segments(path: string): string {
  return `${path.replace(/\/+$/, '')}/`.toLowerCase();
}
