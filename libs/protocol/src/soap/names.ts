import type { Vocabulary } from '../encoding/infoset.ts';

/** SOAP 1.2, under WCF's prefix (wcf-wire 4). */
export const SOAP: Vocabulary = {
  prefix: 's',
  namespace: 'http://www.w3.org/2003/05/soap-envelope',
  origin: 'static',
};

/** WS-Addressing 1.0, under WCF's prefix (wcf-wire 4). */
export const ADDRESSING: Vocabulary = {
  prefix: 'a',
  namespace: 'http://www.w3.org/2005/08/addressing',
  origin: 'static',
};

/** `i:nil`, `i:type`: the serializer's, so its strings go to the table of the session (wcf-wire 3.3). */
export const SCHEMA_INSTANCE: Vocabulary = {
  prefix: 'i',
  namespace: 'http://www.w3.org/2001/XMLSchema-instance',
  origin: 'session',
};

/** Items of arrays of primitive types (wcf-wire 4.4). */
export const ARRAYS_NAMESPACE = 'http://schemas.microsoft.com/2003/10/Serialization/Arrays';

/** What primitive types are called where no contract names them (wcf-wire 4.6). */
export const SERIALIZATION_NAMESPACE = 'http://schemas.microsoft.com/2003/10/Serialization/';

/** WCF's own subcodes, `InternalServiceFault` and its kin (wcf-wire 4.5). */
const DISPATCHER_NAMESPACE = 'http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher';

/** "Down the same connection": where replies and callbacks of a session go (wcf-wire 4.2). */
export const ANONYMOUS = `${ADDRESSING.namespace}/anonymous`;

/** "Nowhere": whoever asks for replies there gets none (wcf-wire 4.2). */
export const NO_ADDRESS = `${ADDRESSING.namespace}/none`;

/** The actions of SOAP faults that no contract declares (wcf-wire 4.5). */
export const FAULT_ACTION = {
  /** `FaultException`s, mismatched addresses, headers that were not understood. */
  soap: `${ADDRESSING.namespace}/soap/fault`,
  /** Faults that WS-Addressing defines. */
  addressing: `${ADDRESSING.namespace}/fault`,
  /** Faults of the dispatcher. */
  dispatcher: `${DISPATCHER_NAMESPACE}/fault`,
} as const;

/** A name in a namespace, whatever prefix it travelled under. */
export interface QName {
  readonly namespace: string;
  readonly local: string;
}

export function sameName(one: QName, other: QName): boolean {
  return one.local === other.local && one.namespace === other.namespace;
}

export function addressingName(local: string): QName {
  return { namespace: ADDRESSING.namespace, local };
}

export function dispatcherName(local: string): QName {
  return { namespace: DISPATCHER_NAMESPACE, local };
}

/** A namespace of a contract or of the serializer: their strings go to the table of the session (wcf-wire 3.3). */
export function sessionVocabulary(prefix: string, namespace: string): Vocabulary {
  return { prefix, namespace, origin: 'session' };
}
