/** What is longer, in bytes or letters, is recorded by its beginning only: a flood of large messages is read as well by that. */
const LONGEST = 8_192;
/** How much of it, then. */
const KEPT = 1_024;

/**
 * One entry of a history as a line of JSON, without its line end. Bytes are lower-case hex; of the values of calls, a bigint is
 * its decimal digits, and a number that JSON does not have is spelled as XML Schema spells it (`NaN`, `INF`, `-INF`).
 * Long bytes are cut, and `size` says how many there were; so are long values and results, with their `sizes` by name.
 */
export function historyLine(entry: object): string {
  return JSON.stringify(shortened(entry), recorded);
}

function shortened(entry: object): object {
  const members = Object.entries(entry);
  const whole = members.flatMap(([, value]) => (value instanceof Uint8Array ? sizeIfLong(value) : []));
  const named = members.flatMap(([name, value]) => (NAMED.has(name) ? sizesOfLong(value) : []));
  if (whole.length === 0 && named.length === 0) return entry;
  const kept = members.map(([name, value]) => [name, NAMED.has(name) ? beginnings(value) : beginning(value)]);
  return {
    ...Object.fromEntries(kept),
    ...(whole.length > 0 && { size: whole[0] }),
    ...(named.length > 0 && { sizes: Object.fromEntries(named) }),
  };
}

/** What of a call and its completion holds values by name. */
const NAMED: ReadonlySet<string> = new Set(['values', 'results']);

function sizeIfLong(value: unknown): readonly number[] {
  return isLong(value) ? [value.length] : [];
}

function sizesOfLong(values: unknown): readonly (readonly [string, number])[] {
  return entriesOf(values).flatMap(([name, value]) => sizeIfLong(value).map((size) => [name, size] as const));
}

function beginnings(values: unknown): object {
  return Object.fromEntries(entriesOf(values).map(([name, value]) => [name, beginning(value)]));
}

function beginning(value: unknown): unknown {
  return isLong(value) ? value.slice(0, KEPT) : value;
}

function isLong(value: unknown): value is string | Uint8Array {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > LONGEST;
}

function entriesOf(values: unknown): readonly (readonly [string, unknown])[] {
  return typeof values === 'object' && values !== null ? Object.entries(values) : [];
}

function recorded(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value).replace('Infinity', 'INF');
  return value;
}
