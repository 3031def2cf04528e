import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 };
const PARTS = /^(?:\d+(?:\.\d+)? *(?:ms|s|min|h) *)+$/;
const TIME_SPAN = /^(?:(\d{1,3})\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/;

/** A duration on the command line, in milliseconds: `10min`, `1h 30min`, `600 s`, or as .NET writes it. */
export function duration(text: string): number {
  const trimmed = text.trim();
  const span = TIME_SPAN.exec(trimmed);
  if (span !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = span.slice(1).map((part) => Number(part ?? 0));
    return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000);
  }
  if (!PARTS.test(trimmed))
    throw new InvalidArgumentError('It is a duration such as 10min, 1h 30min, 45 s, 500 ms or 00:10:00.');
  return [...trimmed.matchAll(/(\d+(?:\.\d+)?) *(ms|s|min|h)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0),
    0,
  );
}
