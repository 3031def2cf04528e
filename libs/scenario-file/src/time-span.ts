import { INFINITE } from '@lapse/experiment';

/** What a text says: whole milliseconds (`INFINITE` for TimeSpan.MaxValue), or why it says nothing. */
export type TimeSpanReading = { readonly ms: number } | { readonly wrong: string };

/** TimeSpan.MaxValue as .NET prints it. */
const LARGEST_TIME_SPAN = '10675199.02:48:05.4775807';
const TIME_SPAN = /^(-)?(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;
const FORM = 'a time span is written "hh:mm:ss", "hh:mm:ss.fff", "d.hh:mm:ss" or infinite';

/**
 * Reads a WCF time span: the forms of TimeSpan.Parse in the invariant culture, and `infinite` as WCF's configuration takes it
 * (TimeSpanOrInfiniteConverter, in any case). Two forms of .NET that mean something else than they say are refused: a lone
 * number, which is days, and 24 hours or more.
 */
export function readTimeSpan(text: string): TimeSpanReading {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'infinite' || trimmed === LARGEST_TIME_SPAN) return { ms: INFINITE };
  if (/^\d+$/.test(trimmed)) return { wrong: `is "${trimmed}", which means ${trimmed} days to .NET: ${FORM}` };
  const parts = TIME_SPAN.exec(trimmed);
  if (parts === null) return { wrong: `is "${trimmed}", which is no time span: ${FORM}` };
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = parts;
  if (Number(hours) > 23) return { wrong: `is "${trimmed}", but hours go to 23: days are written d.hh:mm:ss` };
  if (Number(minutes) > 59 || Number(seconds) > 59)
    return { wrong: `is "${trimmed}", but minutes and seconds go to 59` };
  const ticks = Number(fraction.padEnd(7, '0'));
  if (ticks % 10_000 !== 0) return { wrong: `is "${trimmed}", which is no whole number of milliseconds` };
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const ms = whole * 1_000 + ticks / 10_000;
  return { ms: sign === undefined || ms === 0 ? ms : -ms };
}
