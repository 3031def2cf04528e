/**
 * One entry of a history as a line of JSON, without its line end. Bytes are lower-case hex; of the values of calls, a bigint is
 * its decimal digits, and a number that JSON does not have is spelled as XML Schema spells it (`NaN`, `INF`, `-INF`).
 */
export function historyLine(entry: object): string {
  return JSON.stringify(entry, recorded);
}

function recorded(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value).replace('Infinity', 'INF');
  return value;
}
