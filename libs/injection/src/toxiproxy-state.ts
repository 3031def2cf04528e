/** A proxy as Toxiproxy's API describes it. */
export interface ProxyState {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicState[];
}

/** A toxic as Toxiproxy's API describes it: the attributes are all that its type has, whatever was sent. */
export interface ToxicState {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

/** Reads the answer to GET /proxies; undefined where it is none. */
export function readProxies(answer: unknown): readonly ProxyState[] | undefined {
  if (!isRecord(answer)) return undefined;
  return all(Object.values(answer), readProxy);
}

function readProxy(value: unknown): ProxyState | undefined {
  if (!isRecord(value)) return undefined;
  const { name, listen, upstream, enabled } = value;
  const toxics = Array.isArray(value.toxics) ? all(value.toxics, readToxic) : undefined;
  if (typeof name !== 'string' || typeof listen !== 'string' || typeof upstream !== 'string') return undefined;
  if (typeof enabled !== 'boolean' || toxics === undefined) return undefined;
  return { name, listen, upstream, enabled, toxics };
}

function readToxic(value: unknown): ToxicState | undefined {
  if (!isRecord(value) || !isRecord(value.attributes)) return undefined;
  const { name, type, stream, toxicity } = value;
  const numbers = all(Object.entries(value.attributes), ([attribute, given]) =>
    typeof given === 'number' ? ([attribute, given] as const) : undefined,
  );
  if (typeof name !== 'string' || typeof type !== 'string' || typeof stream !== 'string') return undefined;
  if (typeof toxicity !== 'number' || numbers === undefined) return undefined;
  return { name, type, stream, toxicity, attributes: Object.fromEntries(numbers) };
}

/** The reason in an error's body, `{ "error": "proxy not found", "status": 404 }`; undefined where it holds none. */
export function readReason(answer: unknown): string | undefined {
  return isRecord(answer) && typeof answer.error === 'string' ? answer.error : undefined;
}

/** Reads every element, or none. */
function all<From, To>(values: readonly From[], read: (value: From) => To | undefined): readonly To[] | undefined {
  const results = values.map(read);
  const known = results.filter((value) => value !== undefined);
  return known.length === results.length ? known : undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
