import type { Duration, Instant } from '@lapse/protocol';
import type { Scenario, Step } from '../scenario.ts';
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

export const DRIPPED_PREAMBLE: Rule = {
  id: 'dripped-preamble',
  source: 'wcf-timeouts 5.2 (dripped, half a via, after the encoding record), wcf-wire 1.5',
  formula:
    'write n at t_acc + (n - 1) * every; the content type arrives with byte length - 1, PreambleEnd with byte length',
  calibration: 'calibrated by dotnet-server cit-drip',
  restsOn: ['preamble'],
};

/** Bounds of the length of our own client's preamble; its via names a loopback port and a session. */
const PREAMBLE_LENGTH: Extent = { least: 32, most: 128 };
/** PreambleAck and End are one byte each. */
export const ONE_BYTE: Extent = { least: 1, most: 1 };

type Drip = NonNullable<Step['drip']>;

/** What the client writes to open a session, and the part of it that the content type ends. */
export interface PreambleSends {
  readonly whole: readonly Sent[];
  readonly untilContentType: readonly Sent[];
}

/** An uncut preamble leaves at `openedAt`; a cut one in two parts; a raw client drips one, or sends none. */
export function preambleSends({ client, workload: [start] }: Scenario, openedAt: Instant): PreambleSends {
  if (client.raw) return start?.drip === undefined ? NOTHING : dripSends(start.drip, openedAt);
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

const NOTHING: PreambleSends = { whole: [], untilContentType: [] };

function dripSends(drip: Drip, from: Instant): PreambleSends {
  const { least, most } = PREAMBLE_LENGTH;
  return {
    whole: [lastWrite(drip, from, PREAMBLE_LENGTH)],
    untilContentType: [lastWrite(drip, from, { least: least - 1, most: most - 1 })],
  };
}

/** The last of the writes that so many bytes take, in the place of all: no fault meets the others, and which it is follows from the length. */
function lastWrite({ bytes, every }: Drip, from: Instant, length: Extent): Sent {
  const fewest = Math.ceil(length.least / bytes);
  const most = Math.ceil(length.most / bytes);
  return { at: { at: from + (fewest - 1) * every, spread: (most - fewest) * every }, bytes: length };
}

/** Throws `Unpredictable` for a fault that is there while a preamble drips: each write would meet it in another way. */
export function requireUndisturbedDrip({ workload: [start], faults, processFaults = [] }: Scenario): void {
  if (start?.drip === undefined) return;
  const { bytes, every } = start.drip;
  const until = start.at + Math.ceil(PREAMBLE_LENGTH.most / bytes) * every;
  const met = [...faults, ...processFaults].find(
    ({ at, heal }) => at <= until && (heal === undefined || heal >= start.at),
  );
  if (met !== undefined) {
    throw new Unpredictable(
      `The preamble drips until ${until} at the latest, and the fault at ${met.at} is there before: let it drip without one.`,
    );
  }
}
