import { INFINITE } from '@lapse/protocol/constants';

const TIME_SPAN = /(?<![\d:.])(?:(\d{1,8})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,7}))?(?![\d:])/;
/** About 24.8 days: a timer that is longer cannot be set, so TimeSpan.MaxValue is all that is left. */
const DAYS_OF_INFINITE = 10_675_199;

/** The first time span of a text as .NET prints it, in milliseconds; it reads the same in every language. */
export function timeSpanIn(text: string): number | undefined {
  const found = TIME_SPAN.exec(text);
  if (found === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = found;
  if (Number(days) >= DAYS_OF_INFINITE) return INFINITE;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1_000 + Number(fraction.padEnd(7, '0')) / 10_000;
}

/** `10 min`, `1 h 30 min`, `59.97 s`, `infinite`. */
export function spanInWords(milliseconds: number): string {
  if (milliseconds >= INFINITE) return 'infinite';
  const rounded = Math.round(milliseconds);
  const hours = Math.floor(rounded / 3_600_000);
  const minutes = Math.floor((rounded % 3_600_000) / 60_000);
  const seconds = (rounded % 60_000) / 1_000;
  const parts = [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds > 0 ? [`${seconds} s`] : []),
  ];
  return parts.join(' ') || '0 s';
}
