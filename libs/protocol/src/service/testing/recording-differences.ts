import type { FrameRecord } from '../../framing/record.ts';
import { detailDifferences, envelopeDifferences, isFault } from './envelope-differences.ts';
import type { Played } from './player.ts';
import type { RecordedConnection, Rule } from './replayed.ts';
import { envelopesIn } from './replayed-service.ts';

/**
 * In what our side of a connection differs from the recorded one: records, envelopes, the way it ended, and records of the client
 * that were not waited for or not read. Each difference once, however often it occurs.
 */
export function recordingDifferences(connection: RecordedConnection, played: Played, rule: Rule): readonly string[] {
  const theirs = recordsOf(connection);
  const own = played.written.map(({ record }) => record);
  const all = [
    ...sequenceDifferences(theirs.map(labelOf), own.map(labelOf)),
    ...payloadDifferences({ theirs, own, contentType: connection.contentType }, rule),
    ...endingDifferences(connection, played),
    ...(played.missed > 0 ? ['a record that the client waited for does not come'] : []),
  ];
  return [...new Set(all)];
}

/** What the recorded service wrote. */
export function recordsOf({ steps }: RecordedConnection): readonly FrameRecord[] {
  return steps.flatMap((step) => (step.dir === 's2c' && step.type === 'record' ? (step.record.record ?? []) : []));
}

/** A record by its type, and by its reason where it is a fault. */
export function labelOf(record: FrameRecord): string {
  return record.type === 'fault' ? `fault ${record.fault.split('/').at(-1)}` : record.type;
}

/** How a service ended its connection: the first thing that it did to it. */
export function endingOf({ endings }: Played): string {
  const [first] = endings;
  if (first === undefined) return 'open';
  return first.how === 'end' ? 'FIN' : 'reset';
}

/** What one side wrote more than the other is told; what stands in the other's place too. */
function sequenceDifferences(theirs: readonly string[], own: readonly string[]): readonly string[] {
  const length = Math.max(theirs.length, own.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) => {
    const [one, other] = [theirs[index], own[index]];
    if (one === other) return [];
    if (one === undefined) return [`${other}: only ours`];
    return other === undefined ? [`${one}: only recorded`] : [`${other} in the place of ${one}`];
  });
}

interface Payloads {
  readonly theirs: readonly FrameRecord[];
  readonly own: readonly FrameRecord[];
  readonly contentType: string;
}

function payloadDifferences({ theirs, own, contentType }: Payloads, rule: Rule): readonly string[] {
  const ours = envelopesIn(own, contentType);
  return envelopesIn(theirs, contentType).flatMap((envelope, index) => {
    const other = ours[index];
    if (other === undefined) return [];
    const onlyDetail = rule === 'M2' && isFault(envelope) && isFault(other);
    return onlyDetail ? detailDifferences(envelope, other) : envelopeDifferences(envelope, other);
  });
}

/** A connection that the recorded client has reset, or has left open, tells nothing of its service's ending. */
function endingDifferences({ steps }: RecordedConnection, played: Played): readonly string[] {
  const [first] = steps.filter((step) => step.type === 'ending' && step.dir === 's2c');
  const ours = endingOf(played);
  if (first?.type !== 'ending') return [];
  const recorded = first.how === 'fin' ? 'FIN' : 'reset';
  const unread = recorded === 'FIN' && played.unsent > 0 ? ['a record of the client finds no service any more'] : [];
  return [...(ours === recorded ? [] : [`${ours} in the place of ${recorded}`]), ...unread];
}
