import type { Duration, Instant } from '@lapse/protocol';
import type { Scenario } from '../scenario.ts';
import { exactly } from './moment.ts';
import type { Extent, Sent } from './path.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';

export const PREAMBLE: Rule = {
  id: 'preamble',
  source:
    'wcf-wire 1.5: one write of version, mode, via, encoding, PreambleEnd; the acknowledgement is one byte, End another',
  formula: 'length = 10 + via, here 32 to 128 bytes; the content type is complete one byte before the end',
  calibration: 'calibrated by dotnet plain-binary (the client writes its preamble at once)',
};

/** Bounds of the length of our own client's preamble; its via names a loopback port and a session. */
export const PREAMBLE_LENGTH: Extent = { least: 32, most: 128 };
/** PreambleAck and End are one byte each. */
export const ONE_BYTE: Extent = { least: 1, most: 1 };

/** What the client writes to open a session, and the part of it that the content type ends. */
export interface PreambleSends {
  readonly whole: readonly Sent[];
  readonly untilContentType: readonly Sent[];
}

/** An uncut preamble leaves at `openedAt`; a cut one in two parts. */
export function preambleSends({ client }: Scenario, openedAt: Instant): PreambleSends {
  const cut = client.preambleCut;
  if (cut === undefined || cut.after >= PREAMBLE_LENGTH.most) return sendsOf([], openedAt, PREAMBLE_LENGTH);
  if (cut.after > PREAMBLE_LENGTH.least - 2) {
    throw new Unpredictable(
      `A cut after ${cut.after} bytes may or may not include the content type: the length depends on the service's port.`,
    );
  }
  const rest = { least: PREAMBLE_LENGTH.least - cut.after, most: PREAMBLE_LENGTH.most - cut.after };
  const first = { at: exactly(openedAt), bytes: { least: cut.after, most: cut.after } };
  return sendsOf([first], openedAt + cut.pause, rest);
}

function sendsOf(before: readonly Sent[], at: Instant | Duration, { least, most }: Extent): PreambleSends {
  const last = (shorter: number): Sent => ({
    at: exactly(at),
    bytes: { least: least - shorter, most: most - shorter },
  });
  return { whole: [...before, last(0)], untilContentType: [...before, last(1)] };
}
