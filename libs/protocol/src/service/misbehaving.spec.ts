import { describe, expect, test } from '@jest/globals';
import { encodePreamble } from '../framing/index.ts';
import { bytes, type Line, transcript } from '../testing/transcript.ts';
import { type Misbehaviour, misbehaving } from './misbehaving.ts';
import { type ServiceConnectionSettings, serviceConnection } from './service-connection.ts';

const SETTINGS: ServiceConnectionSettings = {
  endpoint: { path: '/session', mode: 'duplex', contentType: 'application/soap+msbinsession1' },
  channelInitializationTimeout: 1_500,
  openTimeout: 2_000,
  closeTimeout: 1_000,
  receiveTimeout: 4_000,
  idleTimeout: 2_500,
  maxReceivedMessageSize: 65_536,
};
const PREAMBLE = encodePreamble({ via: 'net.tcp://localhost:8081/session', mode: 'duplex' });
const END = bytes('07');

const received = (at: number, data: Uint8Array): Line => ({ at, event: { type: 'received', bytes: data } });
const story = (misbehaviour: Misbehaviour, ...lines: readonly Line[]) =>
  transcript(misbehaving(serviceConnection(SETTINGS), misbehaviour), [
    { at: 0, event: { type: 'accepted' } },
    ...lines,
  ]);

describe('a service that never acknowledges', () => {
  test('has an open session by its own account, and ends it by its receive timeout', () => {
    expect(story('neverAcknowledges', received(1, PREAMBLE), { until: 60_000 })).toMatchSnapshot();
  });
  test('answers End all the same', () => {
    expect(story('neverAcknowledges', received(1, PREAMBLE), received(900, END))).toMatchSnapshot();
  });
  test('learns that a client that gave up is gone', () => {
    const reset: Line = { at: 900, event: { type: 'peerReset' } };
    expect(story('neverAcknowledges', received(1, PREAMBLE), reset)).toMatchSnapshot();
  });
});

describe('a service that never ends', () => {
  test('acknowledges, reads End without a word, and waits for the next session until its idle timeout', () => {
    expect(story('neverEnds', received(1, PREAMBLE), received(900, END), { until: 60_000 })).toMatchSnapshot();
  });
  test('learns that a client that gave up is gone, and tells nobody: the session was over', () => {
    const ended: Line = { at: 1_900, event: { type: 'peerEnded' } };
    expect(story('neverEnds', received(1, PREAMBLE), received(900, END), ended)).toMatchSnapshot();
  });
  test('still answers a broken record with a framing fault', () => {
    expect(story('neverEnds', received(1, PREAMBLE), received(2, bytes('06 ff ff ff ff 07')))).toMatchSnapshot();
  });
});

test('a misbehaving service says what it withholds, and what it is otherwise', () => {
  const plain = serviceConnection(SETTINGS);
  expect(misbehaving(plain, 'neverEnds').describe()).toEqual({ withholds: 'end', machine: plain.describe() });
});
