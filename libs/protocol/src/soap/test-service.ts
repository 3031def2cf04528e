import { contract, type OperationDescription } from './contract.ts';
import { dataContract } from './data-contract.ts';

const NAMESPACE = 'urn:lapse:test';

/** The detail of the declared fault of our mock service. */
export const TEST_FAULT = dataContract('TestFault', NAMESPACE, { Code: 'int', Text: 'string' });

const OPERATIONS: Readonly<Record<string, OperationDescription>> = {
  /** Gives its argument back. */
  Echo: { takes: { s: 'string' }, returns: 'string' },
  /** Takes so many milliseconds. */
  Slow: { takes: { ms: 'int' }, returns: 'string' },
  OneWay: { takes: { s: 'string' }, oneWay: true },
  SlowOneWay: { takes: { ms: 'int' }, oneWay: true },
  /** Throws something that is no fault: the session ends (wcf-wire 4.5). */
  Throw: { takes: { s: 'string' }, returns: 'string' },
  ThrowOneWay: { takes: { s: 'string' }, oneWay: true },
  /** Throws the declared fault: the session goes on. */
  ThrowTyped: { takes: { s: 'string' }, returns: 'string', faults: [TEST_FAULT] },
  /** Replies with so many bytes. */
  Large: { takes: { bytes: 'int' }, returns: 'base64Binary' },
};

/** The contract of our mock service. */
export const TEST_SERVICE = contract({ name: 'ITestService', namespace: NAMESPACE, operations: OPERATIONS });

/** The same with callbacks, which make a client read all the time (wcf-timeouts 0.5). */
export const DUPLEX_TEST_SERVICE = contract({
  name: 'IDuplexTestService',
  namespace: NAMESPACE,
  operations: {
    ...OPERATIONS,
    /** Calls `Ask` back and replies with its answer. */
    AskBack: { takes: { q: 'string' }, returns: 'string' },
    /** Takes so many milliseconds, calls `Ask` back, and replies with its answer, or with what was thrown. */
    TryAskBack: { takes: { q: 'string', ms: 'int' }, returns: 'string' },
    /** Calls `Tick` back so many times, then replies. */
    Ticks: { takes: { n: 'int' }, returns: 'string' },
  },
  callbacks: {
    Ask: { takes: { q: 'string' }, returns: 'string' },
    Tick: { takes: { n: 'int' }, oneWay: true },
  },
});

/** A session that has to be begun, and that one operation ends. */
export const SESSION_TEST_SERVICE = contract({
  name: 'ISessionTestService',
  namespace: NAMESPACE,
  operations: {
    Begin: { returns: 'int' },
    Echo: { takes: { s: 'string' }, returns: 'string', isInitiating: false },
    Finish: { returns: 'int', isInitiating: false, isTerminating: true },
  },
});
