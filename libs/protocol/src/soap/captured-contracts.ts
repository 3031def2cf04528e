import { contract } from './contract.ts';
import { arrayOf, dataContract } from './data-contract.ts';

// The contracts of the recorded peers (docs/spec/captures-manifest.md): whoever replays or talks to such a peer needs them.
// What no recording shows, the result of an operation that never replied, is left out or void.

/** Client family `dotnet`. */
export const CAPTURED_TEST = contract({
  name: 'ITest',
  namespace: 'http://tempuri.org/',
  operations: {
    Echo: { takes: { s: 'string' }, returns: 'string' },
    OneWay: { takes: { s: 'string' }, oneWay: true },
    Slow: { takes: { ms: 'int' } },
  },
});

/** Client family `dotnet`, with callbacks. */
export const CAPTURED_DUPLEX_TEST = contract({
  name: 'IDuplexTest',
  namespace: 'http://tempuri.org/',
  operations: {
    Echo: { takes: { s: 'string' }, returns: 'string' },
    OneWay: { takes: { s: 'string' }, oneWay: true },
  },
  callbacks: {
    Tick: { takes: { n: 'int' }, oneWay: true },
    Ask: { takes: { q: 'string' }, returns: 'string' },
  },
});

/** The detail of the fault that `Typed` of `IEcho` throws. */
export const CAPTURED_DETAIL = dataContract('Detail', 'urn:cw:data', { Code: 'int', Text: 'string' });

/** Service family `dotnet-server`, at /echo. */
export const CAPTURED_ECHO = contract({
  name: 'IEcho',
  namespace: 'urn:cw:echo',
  operations: {
    Echo: { takes: { s: 'string' }, returns: 'string' },
    Slow: { takes: { ms: 'int' }, returns: 'string' },
    OneWay: { takes: { s: 'string' }, oneWay: true },
    SlowOneWay: { takes: { ms: 'int' }, oneWay: true },
    Throw: { takes: { s: 'string' }, returns: 'string' },
    Typed: { takes: { s: 'string' }, returns: 'string', faults: [CAPTURED_DETAIL] },
    Big: { takes: { n: 'int' }, returns: 'string' },
  },
});

/** Service family `dotnet-server`, at /sess. */
export const CAPTURED_SESSION = contract({
  name: 'ISess',
  namespace: 'urn:cw:echo',
  operations: {
    Begin: { returns: 'int' },
    Finish: { returns: 'int', isInitiating: false, isTerminating: true },
  },
});

/** Service family `dotnet-server`, at /dup. */
export const CAPTURED_DUPLEX = contract({
  name: 'IDup',
  namespace: 'urn:cw:echo',
  operations: {
    Ticks: { takes: { n: 'int' }, returns: 'string' },
    AskBack: { takes: { q: 'string' }, returns: 'string' },
    Later: { takes: { delayMs: 'int', n: 'int', everyMs: 'int' }, returns: 'string' },
  },
  callbacks: {
    Tick: { takes: { n: 'int' }, oneWay: true },
    Ask: { takes: { q: 'string' }, returns: 'string' },
  },
});

/** Every form of value that a data contract of family `mono` has. */
const MONO_PERSON = dataContract('Person', 'urn:interop:data', {
  Active: 'boolean',
  Age: 'int',
  Big: 'long',
  Born: 'dateTime',
  Id: 'guid',
  Money: 'decimal',
  Name: 'string',
  Photo: 'base64Binary',
  Score: 'double',
  Tags: arrayOf('string'),
});

/** The detail of the fault that `FailTyped` throws. */
export const MONO_ECHO_FAULT = dataContract('EchoFault', 'urn:interop:data', { Code: 'int', Text: 'string' });

/** Family `mono`. */
export const MONO_ECHO = contract({
  name: 'IEcho',
  namespace: 'urn:interop:echo',
  operations: {
    Echo: { takes: { s: 'string' }, returns: 'string' },
    Add: { takes: { a: 'int', b: 'int' }, returns: 'int' },
    Slow: { takes: { ms: 'int' }, returns: 'string' },
    EchoPerson: { takes: { p: MONO_PERSON }, returns: MONO_PERSON },
    Blob: { takes: { n: 'int' }, returns: 'base64Binary' },
    Nothing: {},
    Notify: { takes: { s: 'string' }, oneWay: true },
    NotifyCount: { returns: 'int' },
    Fail: { takes: { message: 'string' } },
    FailTyped: { takes: { code: 'int' }, faults: [MONO_ECHO_FAULT] },
  },
});

/** Family `mono`, with callbacks. */
export const MONO_DUPLEX = contract({
  name: 'IDuplexEcho',
  namespace: 'urn:interop:duplex',
  operations: {
    Ticks: { takes: { n: 'int' }, returns: 'int' },
    TicksLater: { takes: { n: 'int', ms: 'int' }, oneWay: true },
    AskBack: { takes: { q: 'string' }, returns: 'string' },
  },
  callbacks: {
    OnTick: { takes: { i: 'int' }, oneWay: true },
    Ask: { takes: { question: 'string' }, returns: 'string' },
  },
});

/** Family `mono`, one instance for a session. */
export const MONO_SESSION = contract({
  name: 'ISessionEcho',
  namespace: 'urn:interop:session',
  operations: {
    Next: { returns: 'int' },
    End: { returns: 'int', isTerminating: true },
  },
});
