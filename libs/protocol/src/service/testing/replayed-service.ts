import {
  CHANNEL_INITIALIZATION_TIMEOUT,
  CLOSE_TIMEOUT,
  IDLE_TIMEOUT,
  MAX_RECEIVED_MESSAGE_SIZE,
  OPEN_TIMEOUT,
  RECEIVE_TIMEOUT,
  SEND_TIMEOUT,
} from '../../constants.ts';
import { binaryMessageDecoder, type XmlElement } from '../../encoding/index.ts';
import { GZIP } from '../../encoding/testing/compression.ts';
import type { FrameRecord } from '../../framing/record.ts';
import { readMessage } from '../../soap/index.ts';
import type { ConcurrencyMode } from '../execution.ts';
import type { ServiceConnectionSettings } from '../service-connection.ts';
import { callbackIds } from './caller.ts';
import {
  type CapturedService,
  COREWCF_SERVICES,
  DOTNET_DUPLEX_STUB,
  DOTNET_STUB,
  MONO_SERVICES,
} from './captured-operations.ts';
import type { RecordedConnection, ReplayedCase } from './replayed.ts';

/** Our service as the recorded one was: its endpoint, contract, operations and settings. Its callbacks have the recorded ids. */
export function replayedService(
  replayed: ReplayedCase,
  connection: RecordedConnection,
  changed: Partial<ServiceConnectionSettings> = {},
): ServiceConnectionSettings {
  const { capture, family, settings } = replayed;
  const { endpoint } = capture;
  if (endpoint === undefined) throw new Error(`${replayed.name} has no endpoint`);
  return {
    endpoint: family === 'mono' ? { ...endpoint, path: '/echo' } : endpoint,
    channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,
    openTimeout: OPEN_TIMEOUT,
    closeTimeout: CLOSE_TIMEOUT,
    receiveTimeout: numberIn(settings, /rcv=(\d+)/) ?? seconds(settings, /--receive=(\d+)/) ?? RECEIVE_TIMEOUT,
    idleTimeout: IDLE_TIMEOUT,
    ...compressionOf(endpoint.contentType),
    maxReceivedMessageSize: numberIn(settings, /maxmsg=(\d+)/) ?? MAX_RECEIVED_MESSAGE_SIZE,
    calls: {
      ...serviceOf(replayed),
      concurrencyMode: concurrencyOf(settings),
      sendTimeout: seconds(settings, /--send=(\d+)/) ?? SEND_TIMEOUT,
      includeExceptionDetailInFaults: settings.includes('--detail'),
      nextMessageId: recordedIds(connection),
    },
    ...changed,
  };
}

function serviceOf({ name, capture, family, settings }: ReplayedCase): CapturedService {
  switch (family) {
    case 'dotnet':
      return name === 'dotnet/plain-duplex' ? DOTNET_DUPLEX_STUB : DOTNET_STUB;
    case 'dotnet-server':
      return existing(COREWCF_SERVICES[capture.endpoint?.path ?? ''], name);
    case 'mono':
      return existing(MONO_SERVICES[/--service=(\w+)/.exec(settings)?.[1] ?? ''], name);
  }
}

function existing(service: CapturedService | undefined, name: string): CapturedService {
  if (service === undefined) throw new Error(`nobody knows the service of ${name}`);
  return service;
}

function concurrencyOf(settings: string): ConcurrencyMode {
  const modes = ['multiple', 'reentrant'] as const;
  return modes.find((mode) => settings.toLowerCase().includes(mode)) ?? 'single';
}

function numberIn(settings: string, pattern: RegExp): number | undefined {
  const [, found] = pattern.exec(settings) ?? [];
  return found === undefined ? undefined : Number(found);
}

function seconds(settings: string, pattern: RegExp): number | undefined {
  const found = numberIn(settings, pattern);
  return found === undefined ? undefined : found * 1_000;
}

/** What the client answers relates to the ids that the recorded service gave. */
function recordedIds({ contentType, steps }: RecordedConnection): () => string {
  const records = steps.flatMap((step) => (step.dir === 's2c' && step.type === 'record' ? [step.record.record] : []));
  const ids = envelopesIn(records, contentType).flatMap((envelope) => {
    const message = readMessage(envelope);
    return message.type === 'message' && message.relatesTo === undefined ? [message.messageId] : [];
  });
  const others = callbackIds();
  return () => ids.shift() ?? others();
}

function compressionOf(contentType: string) {
  return contentType.endsWith('+gzip') ? { compression: GZIP } : {};
}

/** The envelopes that a service wrote, of one session after another; what is no document is left out. */
export function envelopesIn(records: readonly (FrameRecord | undefined)[], contentType: string): readonly XmlElement[] {
  const settings = { session: true, ...compressionOf(contentType) };
  let decoder = binaryMessageDecoder(settings);
  return records.flatMap((record) => {
    if (record?.type === 'preambleAck') decoder = binaryMessageDecoder(settings);
    if (record?.type !== 'sizedEnvelope') return [];
    const document = decoder.decode(record.payload);
    return document.type === 'violation' ? [] : [document.root];
  });
}
