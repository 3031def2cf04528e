import type { loadClientConnectConfig } from '@temporalio/envconfig';
import { normalAddress } from './addresses.ts';
import { PARTS } from './parts.ts';
import { type Environment, messageOf } from './surroundings.ts';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** How a Temporal server is reached; what clients and workers of the SDK take, too. */
export interface TemporalAccess {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  /** Absent or false: plain text. */
  readonly tls?: NonNullable<ConnectionOptions['tls']>;
  readonly apiKey?: string;
  /** Sent with every call, by lower-case names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The access that the environment names, or what is wrong with it. */
export type NamedAccess =
  | { readonly ok: true; readonly access: TemporalAccess }
  | { readonly ok: false; readonly reason: string };

/** The variables of which one names a server of the user's. */
const NAMING = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'] as const;

/** Which variable names a Temporal server; undefined: none does. */
export function temporalNamedBy(environment: Environment): (typeof NAMING)[number] | undefined {
  return NAMING.find((name) => environment[name]);
}

/** The environment without what concerns a user's Temporal servers: it must not reach one that was started here. */
export function withoutTemporal(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/**
 * Reads TEMPORAL_ADDRESS, _NAMESPACE, _API_KEY, _TLS and the others as every SDK of Temporal does. A file of profiles is read only where
 * TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE asks for one: experiments do not go to a server that somebody once made a default.
 */
export async function temporalAccess(environment: Environment): Promise<NamedAccess> {
  const variable = temporalNamedBy(environment) ?? 'TEMPORAL_ADDRESS';
  try {
    // It brings much of the SDK along, which most runs do not need.
    const { loadClientConnectConfig } = await import('@temporalio/envconfig');
    const { connectionOptions, namespace } = loadClientConnectConfig({
      disableFile: !environment.TEMPORAL_PROFILE && !environment.TEMPORAL_CONFIG_FILE,
      overrideEnvVars: set(environment),
    });
    const address = normalAddress(PARTS.temporal, connectionOptions.address ?? '');
    if (address !== undefined) return { ok: true, access: accessOf(address, namespace, connectionOptions) };
    const written = connectionOptions.address;
    const named = `${variable}=${environment[variable] ?? ''}`;
    if (variable === 'TEMPORAL_ADDRESS') return { ok: false, reason: `${named} is no address of a server` };
    return { ok: false, reason: `${named} names no address of a server${written ? `: ${written} is none` : ''}` };
  } catch (error) {
    return { ok: false, reason: `what the TEMPORAL_ variables say cannot be used: ${messageOf(error)}` };
  }
}

function accessOf(
  address: string,
  namespace = 'default',
  { tls, apiKey, metadata }: ConnectionOptions,
): TemporalAccess {
  const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    address,
    namespace,
    ...(tls && { tls }),
    ...(typeof apiKey === 'string' && { apiKey }),
    ...(texts.length > 0 && { metadata: Object.fromEntries(texts) }),
  };
}

/** A variable that is empty is taken for one that is not set. */
function set(environment: Environment): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value) filled[name] = value;
  return filled;
}
