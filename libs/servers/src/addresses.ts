import type { Part } from './parts.ts';

/** An address as people write it, in the form that clients take: `host:port` for Temporal, a URL without a path for Toxiproxy. */
export function normalAddress(part: Part, written: string): string | undefined {
  const match = /^(https?:\/\/)?(\[[\da-f:.]+\]|[^\s:/]+)(?::(\d{1,5}))?\/?$/i.exec(written);
  const [, scheme, host, port = defaultPort(part, scheme)] = match ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  if (part.name === 'toxiproxy') return `${scheme ?? 'http://'}${host}:${port}`;
  return scheme === undefined ? `${host}:${port}` : undefined;
}

function defaultPort(part: Part, scheme: string | undefined): string {
  if (scheme === undefined) return String(part.defaultPort);
  return scheme.toLowerCase() === 'https://' ? '443' : '80';
}
