import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chainOf, exceptionsIn } from './thrown.ts';

/** Types of every chain, outermost first. */
const typesIn = (text: string) => exceptionsIn(text).map((one) => chainOf(one).map(({ type }) => type));

test('a stack trace of .NET Framework is one exception with what it was caused by, without frames in its message', () => {
  const text = `System.TimeoutException: The open operation did not complete. ---> System.IO.IOException: The read failed. ---> System.Net.Sockets.SocketException: A connection attempt failed
   at System.Net.Sockets.Socket.Receive(Byte[] buffer, Int32 offset)
   --- End of inner exception stack trace ---
   at System.ServiceModel.Channels.CommunicationObject.Open(TimeSpan timeout) in c:\\src\\x.cs:line 12`;
  const [thrown, ...more] = exceptionsIn(text);
  expect(more).toEqual([]);
  expect(thrown && chainOf(thrown)).toMatchObject([
    { type: 'TimeoutException', message: 'The open operation did not complete.', line: 1 },
    { type: 'IOException', message: 'The read failed.' },
    {
      type: 'SocketException',
      message: 'A connection attempt failed',
      frames: ['System.Net.Sockets.Socket.Receive', 'System.ServiceModel.Channels.CommunicationObject.Open'],
    },
  ]);
});

test('a stack trace of .NET on Linux carries the number of a socket error', () => {
  const text = `Unhandled exception. System.ServiceModel.CommunicationException: A TCP error (104: Connection reset by peer) occurred while transmitting data.
 ---> System.Net.Sockets.SocketException (104): Connection reset by peer
   at System.ServiceModel.Channels.SocketConnection.ReadCore(Memory\`1 buffer)
   --- End of inner exception stack trace ---
   at Program.<Main>$(String[] args)`;
  expect(exceptionsIn(text)).toMatchObject([
    {
      type: 'CommunicationException',
      inner: { type: 'SocketException', code: 104, message: 'Connection reset by peer' },
    },
  ]);
});

test('in a log each exception stands alone, and what repeats itself is told once', () => {
  const entry = (time: string, message: string) =>
    `${time} ERROR [7] Orders - System.TimeoutException: ${message}\r\n   at Orders.Client.Call()\r\n${time} INFO retrying\r\n`;
  const log = [
    entry('2026-11-25 10:00:01', 'one'),
    entry('2026-11-25 10:00:02', 'two'),
    entry('2026-11-25 10:00:03', 'one'),
  ];
  expect(exceptionsIn(log.join(''))).toMatchObject([
    { message: 'one', line: 1, times: 2 },
    { message: 'two', line: 4, times: 1 },
  ]);
});

test('what differs in ports and fractions of a second is the same, what differs in times and error numbers is not', () => {
  const one = (port: number, span: string, code: number) =>
    `EndpointNotFoundException: Could not connect to net.tcp://h:${port}/s. It lasted ${span}. TCP error code ${code}: x`;
  const same = [one(1, '00:00:21.5', 10_060), one(22, '00:00:21.0442', 10_060)];
  const other = [one(1, '00:00:02.5', 10_060), one(1, '00:00:21.5', 10_061)];
  expect(exceptionsIn([...same, ...other].join('\n\n')).map(({ times }) => times)).toEqual([2, 1, 1]);
});

test('an AggregateException tells of its children twice, and they count once', () => {
  const text = `System.AggregateException: One or more errors occurred. (late)
 ---> System.TimeoutException: late
   at A.B()
   --- End of inner exception stack trace ---
 ---> (Inner Exception #0) System.TimeoutException: late
   at A.B()<---

 ---> (Inner Exception #1) System.ServiceModel.ProtocolException: broken<---`;
  expect(typesIn(text)).toEqual([
    ['AggregateException', 'TimeoutException'],
    ['TimeoutException'],
    ['ProtocolException'],
  ]);
});

test('what JSON and XML do to a text is undone', () => {
  const json = String.raw`{"error":"System.TimeoutException: late\r\n   at A.B()\r\n"}`;
  expect(exceptionsIn(json)).toMatchObject([{ type: 'TimeoutException', message: 'late' }]);
  const xml = 'System.ServiceModel.ProtocolException: a ---&gt; System.IO.IOException: &quot;b&quot;';
  expect(exceptionsIn(xml)).toMatchObject([{ message: 'a', inner: { message: '"b"' } }]);
});

test('a service trace holds an exception as elements, and once more as a string', () => {
  const trace = `<Exception><ExceptionType>System.TimeoutException, mscorlib, Version=4.0.0.0</ExceptionType><Message>late</Message>
    <StackTrace>   at A.B()</StackTrace><ExceptionString>System.TimeoutException: late</ExceptionString>
    <InnerException><ExceptionType>System.Net.Sockets.SocketException, System</ExceptionType><Message>reset</Message></InnerException></Exception>`;
  expect(exceptionsIn(trace)).toMatchObject([
    { type: 'TimeoutException', message: 'late', times: 1, inner: { type: 'SocketException', message: 'reset' } },
  ]);
});

test('an exception in the detail of a SOAP fault is known to be of the other side', () => {
  const text = `System.ServiceModel.FaultException\`1[System.ServiceModel.ExceptionDetail]: late (Fault Detail is equal to An ExceptionDetail, likely created by IncludeExceptionDetailInFaults=true, whose value is:
System.TimeoutException: late`;
  expect(exceptionsIn(text)).toMatchObject([
    { type: 'FaultException', inFault: false },
    { type: 'TimeoutException', inFault: true },
  ]);
});

test('frames are read in any language, and prose that ends with the name of a type is no exception', () => {
  const german = `TimeoutException: Zeit abgelaufen.
   bei System.ServiceModel.Channels.ServiceChannel.Call(String action)`;
  expect(exceptionsIn(german)).toMatchObject([{ frames: ['System.ServiceModel.Channels.ServiceChannel.Call'] }]);
  expect(exceptionsIn('Please see the inner FaultException\nfor more')).toMatchObject([
    { message: 'Please see the inner FaultException for more' },
  ]);
});

test('without any type each paragraph is a message, and an empty text holds none', () => {
  expect(exceptionsIn('\n\none\nline\n\n\ntwo')).toMatchObject([{ message: 'one line', line: 3 }, { message: 'two' }]);
  expect(exceptionsIn(' \n\t\n')).toEqual([]);
});

const PIECES = [
  'System.TimeoutException',
  ': ',
  ' ---> ',
  '\n',
  '   at A.B()',
  '(Inner Exception #0) ',
  '<---',
  'x',
  '<Message>',
];

test('no text, however it is cut, is too much for it', () => {
  const anything = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string())).map((parts) => parts.join(''));
  fc.assert(
    fc.property(anything, (text) => {
      const lines = text.split('\n').length;
      for (const { line, times } of exceptionsIn(text)) expect(line >= 1 && line <= lines + 1 && times >= 1).toBe(true);
    }),
  );
});

test('long lines without an end are read in one go', () => {
  const long = ['A', 'a.', ' at a.', '<ExceptionType>', '---> ', 'A.AException '].map((piece) => piece.repeat(100_000));
  for (const text of long) expect(exceptionsIn(text).length).toBeGreaterThan(0);
});
