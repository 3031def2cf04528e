import { types } from 'node:util';
import { callGrpc, firstText, textField } from './grpc.ts';
import type { Part, ServerName } from './parts.ts';
import { networkReason } from './surroundings.ts';

/** Whether a running server answers as what it should be, and which version it names. */
export type Health =
  | { readonly healthy: true; readonly version: string }
  | { readonly healthy: false; readonly reason: string };

/** Milliseconds for one question. */
const QUESTION_DEADLINE = 3_000;

/** Asks a running server for its health. `address` is `host:port` for Temporal and a URL for Toxiproxy. */
export function checkHealth(name: ServerName, address: string): Promise<Health> {
  switch (name) {
    case 'temporal':
      return checkTemporal(address);
    case 'toxiproxy':
      return checkToxiproxy(address);
  }
}

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

async function checkTemporal(address: string): Promise<Health> {
  const call = { address, deadline: QUESTION_DEADLINE } as const;
  const health = await callGrpc({
    ...call,
    method: '/grpc.health.v1.Health/Check',
    message: textField(1, 'temporal.api.workflowservice.v1.WorkflowService'),
  });
  if (!health.ok) return { healthy: false, reason: health.reason };
  // HealthCheckResponse: field 1 is the status, 1 means SERVING.
  if (health.message[0] !== 1 << 3 || health.message[1] !== 1)
    return { healthy: false, reason: 'it is not serving (yet)' };
  const info = await callGrpc({
    ...call,
    method: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
    message: new Uint8Array(),
  });
  if (!info.ok) return { healthy: false, reason: info.reason };
  return { healthy: true, version: `server ${firstText(info.message) ?? 'of unknown version'}` };
}

async function checkToxiproxy(url: string): Promise<Health> {
  try {
    // Toxiproxy answers 403 to a User-Agent that starts with Mozilla; Node's own would do, a name of ours reads better in its log.
    const response = await fetch(`${url}/version`, {
      headers: { 'user-agent': 'lapse' },
      signal: AbortSignal.timeout(QUESTION_DEADLINE),
    });
    const text = await response.text();
    const version = /"version":\s*"([^"]*)"/.exec(text)?.[1];
    if (response.ok && version !== undefined) return { healthy: true, version };
    return { healthy: false, reason: `GET /version answers ${response.status}, which no Toxiproxy does` };
  } catch (error) {
    return { healthy: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const isTimeout = types.isNativeError(error) && error.name === 'TimeoutError';
  return isTimeout ? `no answer within ${QUESTION_DEADLINE} ms` : networkReason(error);
}
