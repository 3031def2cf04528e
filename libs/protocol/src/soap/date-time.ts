import type { XmlText } from '../encoding/infoset.ts';

const TICKS_PER_SECOND = 10_000_000n;
const DAY_SECONDS = 86_400n;

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

/**
 * An instant as XML Schema writes it, years 1 to 9999. With an offset it is `local` and given in UTC, as .NET reads it;
 * undefined for what is no instant.
 */
export function parseDateTime(text: string): Extract<XmlText, { readonly type: 'dateTime' }> | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const isDate = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = BigInt(daysBefore(year, month) + day - 1) * DAY_SECONDS + BigInt(hour * 3_600 + minute * 60 + second);
  const ticks = seconds * TICKS_PER_SECOND + BigInt((match[7] ?? '').padEnd(7, '0'));
  const zone = match[8];
  if (zone === undefined) return { type: 'dateTime', ticks, kind: 'unspecified' };
  if (zone === 'Z') return { type: 'dateTime', ticks, kind: 'utc' };
  return { type: 'dateTime', ticks: ticks - offsetSeconds(zone) * TICKS_PER_SECOND, kind: 'local' };
}

function offsetSeconds(zone: string): bigint {
  const seconds = Number(zone.slice(1, 3)) * 3_600 + Number(zone.slice(4)) * 60;
  return BigInt(zone.startsWith('-') ? -seconds : seconds);
}

/** Days from 0001-01-01 to the first of a month, in the Gregorian calendar. */
function daysBefore(year: number, month: number): number {
  const before = year - 1;
  const months = Array.from({ length: month - 1 }, (_, index) => daysIn(year, index + 1));
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return before * 365 + leapDays + months.reduce((sum, days) => sum + days, 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
