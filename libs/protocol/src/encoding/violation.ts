import type { Exception } from '../channel/vocabulary.ts';

/** The most that a document may hold: WCF's XmlDictionaryReaderQuotas (wcf-wire 1.9). */
export interface ReaderQuotas {
  /** Open elements. */
  readonly maxDepth: number;
  /** UTF-16 units of one text, however many records it came in. */
  readonly maxStringContentLength: number;
  /** Values of one array, and bytes of one text of bytes. */
  readonly maxArrayLength: number;
  /** Bytes of the attributes and declarations of one element. */
  readonly maxBytesPerRead: number;
  /** UTF-16 units of all different names, prefixes and namespaces that do not come from a dictionary. */
  readonly maxNameTableCharCount: number;
}

export type ReaderQuota = keyof ReaderQuotas;

const UNLIMITED = 2 ** 31 - 1;

/** WCF EncoderDefaults.ReaderQuotas: what a buffered binary endpoint starts from (wcf-wire 1.9). */
export const READER_QUOTAS: ReaderQuotas = {
  maxDepth: 128,
  maxStringContentLength: UNLIMITED,
  maxArrayLength: UNLIMITED,
  maxBytesPerRead: UNLIMITED,
  maxNameTableCharCount: UNLIMITED,
};

/** XmlDictionaryReaderQuotas as constructed: a streamed endpoint, or quotas configured by hand (wcf-wire 1.9). */
export const STREAMED_READER_QUOTAS: ReaderQuotas = {
  maxDepth: 32,
  maxStringContentLength: 8_192,
  maxArrayLength: 16_384,
  maxBytesPerRead: 4_096,
  maxNameTableCharCount: 16_384,
};

/**
 * A peer's mistake in a payload. `rule` is the section of the specification that was broken, `state` what was being read,
 * `offset` the place in the payload, unpacked where it was compressed: of the first byte of the record, or of the string in
 * the table; of the element where its attributes are at odds with each other. `exception` is what WCF raises.
 */
export interface EncodingViolation {
  readonly type: 'violation';
  readonly rule: string;
  readonly offset: number;
  readonly state: EncodingState;
  readonly exception: Exception;
}

export type EncodingState = 'payload' | 'stringTable' | 'document' | 'startTag' | 'content' | 'list' | 'array';

// The texts are those of the .NET resources; none of them was captured: uncalibrated (wcf-timeouts 12).

/** XML that breaks the format or a quota: MessageXmlProtocolError around the reader's own exception. */
function xmlException(message: string): Exception {
  return {
    name: 'ProtocolException',
    message:
      'There is a problem with the XML that was received from the network. See inner exception for more details.',
    inner: { name: 'XmlException', message },
  };
}

/** XmlInvalidFormat: the bytes are no document. */
export function invalidFormat(): Exception {
  return xmlException('The input source is not correctly formatted.');
}

const QUOTA_TEXT: Readonly<Record<ReaderQuota, (quota: string) => string>> = {
  maxDepth: (quota) =>
    `The maximum read depth (${quota}) has been exceeded because XML data being read has more levels of nesting than is allowed by the quota. ${increase('MaxDepth')}`,
  maxStringContentLength: (quota) =>
    `The maximum string content length quota (${quota}) has been exceeded while reading XML data. ${increase('MaxStringContentLength')}`,
  maxArrayLength: (quota) =>
    `The maximum array length quota (${quota}) has been exceeded while reading XML data. ${increase('MaxArrayLength')}`,
  maxBytesPerRead: (quota) =>
    `The maximum bytes per read quota (${quota}) has been exceeded while reading XML data. Long element start tags (consisting of the element name, attribute names and attribute values) may trigger this quota. ${increase('MaxBytesPerRead')}`,
  maxNameTableCharCount: (quota) =>
    `The maximum nametable character count quota (${quota}) has been exceeded while reading XML data. The nametable is a data structure used to store strings encountered during XML processing - long XML documents with non-repeating element names, attribute names and attribute values may trigger this quota. ${increase('MaxNameTableCharCount')}`,
};

function increase(property: string): string {
  return `This quota may be increased by changing the ${property} property on the XmlDictionaryReaderQuotas object used when creating the XML reader.`;
}

/** One of the XmlMax…Exceeded texts. */
export function readerQuotaExceeded(quota: ReaderQuota, limit: number): Exception {
  return xmlException(QUOTA_TEXT[quota](String(limit)));
}

/** BinaryEncoderSessionTooLarge: the string table has outgrown its budget (wcf-wire 3.3). */
export function sessionTooLarge(maxSessionSize: number): Exception {
  return quotaExceeded(
    `The binary encoder session information exceeded the maximum size quota (${maxSessionSize}). To increase this quota, use the MaxSessionSize property on the BinaryMessageEncodingBindingElement.`,
  );
}

/** MaxReceivedMessageSizeExceeded: a payload that is larger than allowed once it is unpacked. */
export function messageTooLarge(maxReceivedMessageSize: number): Exception {
  return quotaExceeded(
    `The maximum message size quota for incoming messages (${maxReceivedMessageSize}) has been exceeded. To increase the quota, use the MaxReceivedMessageSize property on the appropriate binding element.`,
  );
}

function quotaExceeded(message: string): Exception {
  return { name: 'CommunicationException', message, inner: { name: 'QuotaExceededException', message } };
}

/** BinaryEncoderSessionMalformed: the payload's header is no string table. */
export function sessionMalformed(): Exception {
  return invalidData('The binary encoder session information is not properly formed.');
}

/** BinaryEncoderSessionInvalid: the header of an earlier payload was refused, so that no id can be trusted any more. */
export function sessionInvalid(): Exception {
  return invalidData('The binary encoder session is not valid. There was an error decoding a previous message.');
}

/** The payload of a compressed session is not of its format. */
export function notCompressed(): Exception {
  return invalidData('Found invalid data while decoding.');
}

function invalidData(message: string): Exception {
  return { name: 'InvalidDataException', message };
}
