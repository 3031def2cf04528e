import { types } from 'node:util';
import { callGrpc, firstText, type GrpcServer, textField } from './grpc.ts';
import type { ServerName } from './parts.ts';
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
      return checkTemporal({ address });
    case 'toxiproxy':
      return checkToxiproxy(address);
  }
}

/** What a server says that does not offer, or does not allow, to be asked for its health. */
const WITHHELD: readonly (number | undefined)[] = [7, 12];

/** Asks a Temporal server for its health, over TLS and with an API key where its access says so. */
export async function checkTemporal(server: GrpcServer): Promise<Health> {
  const call = { server, deadline: QUESTION_DEADLINE } as const;
  const health = await callGrpc({
    ...call,
    method: '/grpc.health.v1.Health/Check',
    message: textField(1, 'temporal.api.workflowservice.v1.WorkflowService'),
  });
  if (!health.ok && !WITHHELD.includes(health.status)) return { healthy: false, reason: health.reason };
  // HealthCheckResponse: field 1 is the status, 1 means SERVING.
  if (health.ok && (health.message[0] !== 1 << 3 || health.message[1] !== 1))
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
