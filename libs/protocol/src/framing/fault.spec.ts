import { describe, expect, test } from '@jest/globals';
import { exceptionForFramingFault, FRAMING_FAULT } from './index.ts';
import { VECTORS } from './testing/vectors.ts';

const VIA = 'net.tcp://127.0.0.1:19861/nowhere';
const QUOTA = { name: 'CommunicationException', inner: { name: 'QuotaExceededException' } };

/** The column "client exception" of wcf-wire 1.9. */
const EXCEPTIONS = {
  unsupportedVersion: { name: 'ProtocolException' },
  unsupportedMode: { name: 'ProtocolException' },
  endpointNotFound: { name: 'EndpointNotFoundException' },
  endpointUnavailable: { name: 'EndpointNotFoundException' },
  contentTypeInvalid: { name: 'ProtocolException' },
  upgradeInvalid: { name: 'ProtocolException' },
  viaTooLong: QUOTA,
  contentTypeTooLong: QUOTA,
  maxMessageSizeExceeded: QUOTA,
  serviceActivationFailed: { name: 'ServiceActivationException' },
  connectionDispatchFailed: { name: 'CommunicationException' },
  serverTooBusy: { name: 'ServerTooBusyException' },
  endpointAccessDenied: { name: 'ProtocolException' },
  endpointPaused: { name: 'ProtocolException' },
  invalidRecordSequence: { name: 'ProtocolException' },
} as const satisfies Record<keyof typeof FRAMING_FAULT, object>;

describe('framing faults (wcf-wire 1.9)', () => {
  test('every fault of the vectors has a name here', () => {
    const uris: readonly string[] = Object.values(FRAMING_FAULT);
    const records = VECTORS.framingRecords.flatMap(({ record }) => ('fault' in record ? [record.fault] : []));
    expect(records).toHaveLength(12);
    expect(records.filter((uri) => !uris.some((known) => known === uri))).toEqual([]);
  });

  test.each(Object.entries(EXCEPTIONS))('%s reaches the application as %j', (fault, exception) => {
    const uri = Object.entries(FRAMING_FAULT).find(([name]) => name === fault)?.[1] ?? '';
    expect(exceptionForFramingFault(uri, VIA)).toMatchObject(exception);
  });

  test('EndpointNotFound has the captured text', () => {
    const message = `There was no endpoint listening at ${VIA} that could accept the message. This is often caused by an incorrect address or SOAP action. See InnerException, if present, for more details.`;
    expect(exceptionForFramingFault(FRAMING_FAULT.endpointNotFound, VIA)).toEqual({
      name: 'EndpointNotFoundException',
      message,
    });
  });

  test('MaxMessageSizeExceededFault has the captured text, twice', () => {
    const message =
      'The maximum message size quota for incoming messages has been exceeded for the remote channel. See the server logs for more details.';
    const inner = { name: 'QuotaExceededException', message };
    const exception = { name: 'CommunicationException', message, inner };
    expect(exceptionForFramingFault(FRAMING_FAULT.maxMessageSizeExceeded, VIA)).toEqual(exception);
  });

  test('an unknown fault is carried to the application', () => {
    const exception = { name: 'ProtocolException', message: "Server faulted with code 'urn:x'" };
    expect(exceptionForFramingFault('urn:x', VIA)).toEqual(exception);
  });
});
