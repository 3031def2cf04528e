import { describe, expect, test } from '@jest/globals';
import { CAUSES } from './causes.ts';
import { readConfiguration } from './configuration.ts';
import { diagnose } from './diagnose.ts';
import { SIGNATURES } from './signatures.ts';

/** Texts as WCF prints them: of the .NET client where there is a recording of it, else in the words of the Framework's resources. */
const TEXTS: readonly (readonly [row: string, text: string])[] = [
  [
    'E1',
    'System.TimeoutException: This request operation sent to net.tcp://h/svc did not receive a reply within the configured timeout (00:00:03).  The time allotted to this operation may have been a portion of a longer timeout.',
  ],
  [
    'E2',
    'System.TimeoutException: The open operation did not complete within the allotted timeout of 00:00:08.9999435. The time allotted to this operation may have been a portion of a longer timeout.',
  ],
  [
    'E3',
    'System.TimeoutException: Connecting to via net.tcp://h/svc timed out after 00:00:00. Connection attempts were made to 0 of 1 available addresses (). Check the RemoteAddress of your channel.',
  ],
  [
    'E4',
    'System.TimeoutException: Opening the System.ServiceModel.Channels.ServiceChannel channel timed out after 00:00:03.',
  ],
  [
    'E5',
    "System.TimeoutException: The message could not be transferred within the allotted timeout of 00:00:03. There was no space available in the reliable channel's transfer window.",
  ],
  [
    'E6',
    'System.TimeoutException: The close operation did not complete within the allotted timeout of 00:00:02.9999949.',
  ],
  ['E7', 'System.TimeoutException: Sending to via net.tcp://h/svc timed out after 00:00:03.'],
  [
    'E8',
    'System.TimeoutException: The socket was aborted because an asynchronous send to the socket did not complete within the allotted timeout of 00:00:03.',
  ],
  [
    'E9',
    'System.ServiceModel.EndpointNotFoundException: Could not connect to net.tcp://h:1/svc. The connection attempt lasted for a time span of 00:00:00.0209379. TCP error code 10061: Connection refused. ',
  ],
  [
    'E10',
    'System.ServiceModel.EndpointNotFoundException: There was no endpoint listening at net.tcp://h/svc that could accept the message.',
  ],
  [
    'E11',
    'System.ServiceModel.ServerTooBusyException: The server at net.tcp://h/svc is too busy to process this request. Try again later.',
  ],
  [
    'E12',
    "System.ServiceModel.ServerTooBusyException: Server 'net.tcp://h/svc' sent back a fault indicating it is too busy to process the request. Please retry later. ---> System.ServiceModel.FaultException: There are too many pending secure conversations on the server. Please retry later.",
  ],
  [
    'E13',
    'System.ServiceModel.CommunicationException: A TCP error (104: Connection reset by peer) occurred while transmitting data.',
  ],
  ['E14', 'System.ServiceModel.CommunicationException: The inactivity timeout of (00:00:04) has been exceeded.'],
  [
    'E15',
    'System.ServiceModel.CommunicationException: The sequence has been terminated by the remote endpoint. The inactivity timeout of (00:10:00) has been exceeded. The reliable session was faulted.',
  ],
  [
    'E16',
    'System.ServiceModel.CommunicationException: The sequence has been terminated by the remote endpoint. Due to a user abort the reliable session cannot continue. The reliable session was faulted.',
  ],
  [
    'E17',
    'System.ServiceModel.CommunicationException: The maximum retry count has been exceeded with no response from the remote endpoint. The reliable session was faulted. This is often an indication that the remote endpoint is no longer available.',
  ],
  [
    'E18',
    'System.ServiceModel.CommunicationException: The sequence has been terminated by the remote endpoint. The user specified maximum retry count for a particular message has been exceeded. The reliable session was faulted.',
  ],
  [
    'E19',
    'System.ServiceModel.CommunicationException: The remote endpoint no longer recognizes this sequence. This is most likely due to an abort on the remote endpoint.',
  ],
  [
    'E20',
    'System.ServiceModel.CommunicationException: The underlying secure session has faulted before the reliable session fully completed. The reliable session was faulted.',
  ],
  [
    'E21',
    'System.ServiceModel.CommunicationException: The server did not provide a meaningful reply; this might be caused by a contract mismatch, a premature session shutdown or an internal server error.',
  ],
  [
    'E22',
    'System.ServiceModel.CommunicationObjectFaultedException: The communication object, System.ServiceModel.Channels.ServiceChannel, cannot be used for communication because it is in the Faulted state.',
  ],
  [
    'E23',
    "CoreWCF.CommunicationObjectAbortedException: The operation 'Tick' could not be completed because the sessionful channel timed out waiting to receive a message.",
  ],
  [
    'E24',
    'System.ServiceModel.ProtocolException: The server at net.tcp://h/svc rejected the session-establishment request.',
  ],
  ['E25', 'System.ServiceModel.Security.SecurityNegotiationException: The remote certificate is invalid.'],
  ['E26', 'System.ServiceModel.ProtocolException: The session was closed before message transfer was complete.'],
  [
    'E27',
    'System.ServiceModel.ProtocolException: This channel can no longer be used to send messages as the output session was auto-closed due to a server-initiated shutdown.',
  ],
  [
    'E28',
    'System.ServiceModel.ProtocolException: Error while reading message framing format at position 7 of stream (state: ReadingEnvelopeBytes)',
  ],
  [
    'S0.4',
    'CoreWCF.CommunicationObjectAbortedException: The communication object, CoreWCF.Channels.ServerFramingDuplexSessionChannel, cannot be used for communication because it has been Aborted.',
  ],
  [
    'S1.4',
    'System.ServiceModel.ProtocolException: Content Type application/soap+msbinsession1 was not supported by service net.tcp://h/svc.  The client and service bindings may be mismatched.',
  ],
  [
    'S1.5',
    "System.ServiceModel.ActionNotSupportedException: The message with Action 'http://schemas.xmlsoap.org/ws/2005/02/rm/CreateSequence' cannot be processed at the receiver, due to a ContractFilter mismatch.",
  ],
  [
    'S2.5',
    'System.InvalidOperationException: This operation would deadlock because the reply cannot be received until the current Message completes processing.',
  ],
  [
    'S2.7',
    'System.ServiceModel.CommunicationException: The maximum message size quota for incoming messages (65536) has been exceeded. ---> System.ServiceModel.QuotaExceededException: The maximum message size quota for incoming messages (65536) has been exceeded.',
  ],
  [
    'S8.2',
    'System.ServiceModel.Security.MessageSecurityException: An unsecured or incorrectly secured fault was received from the other party. See the inner FaultException for the fault code and detail.',
  ],
  ['S14', 'System.TimeoutException: The operation has timed out.'],
];

const rowsOf = (text: string) =>
  diagnose(text).flatMap(({ readings }) => readings.map(({ signature }) => signature.id));
const standingsOf = (text: string, circumstances: Parameters<typeof diagnose>[1]) =>
  Object.fromEntries(
    diagnose(text, circumstances)[0]?.readings[0]?.candidates.map(({ name, standing }) => [name, standing]) ?? [],
  );

describe('the signature table', () => {
  test.each(TEXTS)('%s is known by its type and its words, and by nothing else', (row, text) => {
    const [diagnosis] = diagnose(text);
    expect(diagnosis?.readings.map(({ signature, by }) => [signature.id, by])).toEqual([[row, 'text']]);
  });

  test('has every row from E1 to E28, each with a text here', () => {
    const ids = SIGNATURES.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 28 }, (_, index) => `E${index + 1}`)));
    expect(TEXTS.map(([row]) => row).toSorted()).toEqual(ids.toSorted());
  });

  test('names every cause somewhere, and every cause has evidence and a change', () => {
    const named = new Set<string>(SIGNATURES.flatMap(({ candidates }) => candidates.map(({ cause }) => cause)));
    expect([...named].toSorted()).toEqual(Object.keys(CAUSES).toSorted());
    for (const { evidence, change, source } of Object.values(CAUSES)) {
      expect(evidence.length).toBeGreaterThan(0);
      expect(change).not.toBe('');
      expect(source).toMatch(/^wcf-timeouts \d/);
    }
  });

  test('knows an exception without its type by the words alone', () => {
    expect(diagnose('The inactivity timeout of (00:10:00) has been exceeded.')).toMatchObject([
      { readings: [{ signature: { id: 'E14' }, by: 'textAlone' }] },
    ]);
    expect(rowsOf('There are too many active security negotiations or secure conversations at the service.')).toEqual([
      'E12',
    ]);
  });

  test('passes over wrappers, and an exception that is none of WCF has no row', () => {
    expect(rowsOf(`System.Reflection.TargetInvocationException: x ---> ${TEXTS[0]?.[1]}`)).toEqual(['E1']);
    expect(diagnose('System.NullReferenceException: Object reference not set.')).toMatchObject([{ readings: [] }]);
  });

  test.each([
    ['Windows, in German', 'System.Net.Sockets.SocketException (10054): Eine vorhandene Verbindung wurde geschlossen'],
    [
      'Windows, without a number',
      'System.Net.Sockets.SocketException: An existing connection was forcibly closed by the remote host',
    ],
    ['Linux', 'System.Net.Sockets.SocketException (104): Connection reset by peer'],
  ])('knows a reset by the exception inside, of %s', (_, inner) => {
    expect(diagnose(`System.ServiceModel.CommunicationException: Die Verbindung ist weg. ---> ${inner}`)).toMatchObject(
      [{ readings: [{ signature: { id: 'E13' }, by: 'inner' }] }],
    );
  });

  test('of a text in another language, only the type or the stack trace tells, and both are said to be so', () => {
    const german = 'System.TimeoutException: Zeit von 00:00:30 abgelaufen.';
    const byType = diagnose(german)[0]?.readings ?? [];
    expect(byType.map(({ signature }) => signature.id)).toEqual([
      'E1',
      'E2',
      'E3',
      'E4',
      'E5',
      'E6',
      'E7',
      'E8',
      'S14',
    ]);
    expect(new Set(byType.map(({ by }) => by))).toEqual(new Set(['type']));
    expect(byType[0]?.printed).toBe(30_000);
    const traced = `${german}\n   bei System.ServiceModel.Channels.ReliableRequestor.ThrowTimeoutException()`;
    expect(diagnose(traced)).toMatchObject([{ readings: [{ signature: { id: 'E2' }, by: 'frames' }] }]);
  });

  test('of words that two rows share, the stack trace says which is nearer', () => {
    const text =
      'System.TimeoutException: The socket was aborted because an asynchronous receive from the socket did not complete within the allotted timeout of 00:00:03.';
    const closing = `${text}\n   at System.ServiceModel.Channels.CommunicationObject.Close(TimeSpan timeout)`;
    const reading = `${text}\n   at System.ServiceModel.Channels.SocketConnection.ReadCore()`;
    expect([rowsOf(closing), rowsOf(reading)]).toEqual([
      ['E6', 'E8'],
      ['E8', 'E6'],
    ]);
  });

  test('words that rows share tell nothing of an exception inside another one that is known', () => {
    const socket =
      'System.TimeoutException: The socket was aborted because an asynchronous receive from the socket did not complete within the allotted timeout of 00:00:02.99.';
    expect(
      diagnose(`${TEXTS[1]?.[1]} ---> ${socket}`)[0]?.readings[0]?.inside.map(({ signature }) => signature.id),
    ).toEqual(['E8']);
    expect(rowsOf(`System.IO.IOException: The read operation failed, see inner exception. ---> ${socket}`)).toEqual([
      'E6',
      'E8',
    ]);
  });

  test('what the exceptions inside say by themselves is told with it', () => {
    const text = `${TEXTS[16]?.[1]} ---> ${TEXTS[8]?.[1]}`;
    expect(diagnose(text)).toMatchObject([
      { readings: [{ signature: { id: 'E17' }, inside: [{ signature: { id: 'E9' } }] }] },
    ]);
  });
});

describe('candidates are told apart', () => {
  const RESET = TEXTS[12]?.[1] ?? '';
  const configured = (attributes: string, inside = '<security mode="None"/>') => {
    const endpoint = '<endpoint binding="netTcpBinding" bindingConfiguration="a" contract="I"/>';
    const both = `<client>${endpoint}</client><services><service name="s">${endpoint}</service></services>`;
    return [
      readConfiguration(
        `<bindings><netTcpBinding><binding name="a" ${attributes}>${inside}</binding></netTcpBinding></bindings>${both}`,
        'f',
      ),
    ];
  };

  test('by words of the exception itself or of one inside it', () => {
    expect(standingsOf(TEXTS[8]?.[1] ?? '', { configurations: [] })).toEqual({
      refused: 'fits',
      blackHole: 'unlikely',
      unknownHost: 'unlikely',
    });
    expect(standingsOf(TEXTS[11]?.[1] ?? '', { configurations: [] })).toEqual({
      pendingSessions: 'fits',
      statefulNegotiations: 'unlikely',
    });
  });

  test('by the time since the last call: a timer that fits it comes first, one that cannot have fired last', () => {
    const after = (minutes: number) => standingsOf(RESET, { configurations: [], after: minutes * 60_000 });
    expect(after(10)).toMatchObject({
      idleAbort: 'fits',
      idleAbortInCall: 'fits',
      serviceGone: 'possible',
      middlebox: 'possible',
    });
    expect(Object.keys(after(10))[0]).toBe('idleAbort');
    expect(after(4)).toMatchObject({ idleAbort: 'unlikely', middlebox: 'possible' });
    expect(Object.keys(after(4)).at(-1)).toBe('idleAbortInCall');
    expect(after(25)).toMatchObject({ idleAbort: 'possible' });
  });

  test('by the values of a configuration instead of the defaults', () => {
    const circumstances = { configurations: configured('receiveTimeout="00:02:00"'), after: 120_500 };
    expect(standingsOf(RESET, circumstances)).toMatchObject({ idleAbort: 'fits' });
    const [reading] = diagnose(RESET, circumstances)[0]?.readings ?? [];
    expect(reading?.candidates[0]?.values).toEqual([{ value: 120_000, isGiven: true, origin: 'f, netTcpBinding "a"' }]);
  });

  test('by what a configuration excludes: infinite timers, the order of two of them, sessions and security that are not there', () => {
    expect(standingsOf(RESET, { configurations: configured('receiveTimeout="infinite"') })).toMatchObject({
      idleAbort: 'ruledOut',
      idleAbortInCall: 'ruledOut',
      serviceGone: 'possible',
    });
    expect(
      standingsOf(RESET, { configurations: configured('receiveTimeout="00:10:00" sendTimeout="00:01:00"') }),
    ).toMatchObject({
      idleAbort: 'possible',
      idleAbortInCall: 'ruledOut',
    });
    expect(standingsOf(TEXTS[1]?.[1] ?? '', { configurations: configured('') })).toMatchObject({
      createSequenceUnanswered: 'ruledOut',
      handshakeStall: 'ruledOut',
      openUnanswered: 'possible',
    });
  });

  test('by what each kind of session can die of: with a reliable one, and without', () => {
    const reliable = configured('', '<reliableSession enabled="true"/><security mode="None"/>');
    const [call, reply] = [TEXTS[0]?.[1] ?? '', TEXTS[20]?.[1] ?? ''];
    expect(standingsOf(reply, { configurations: reliable })).toMatchObject({
      ...{ idleAbort: 'ruledOut', middlebox: 'ruledOut', idleAbortReliable: 'possible' },
      ...{ inactivityThere: 'possible', secureConnectionLost: 'ruledOut' },
    });
    expect(standingsOf(reply, { configurations: configured('') })).toMatchObject({
      ...{ idleAbort: 'possible', middlebox: 'possible', idleAbortReliable: 'ruledOut', retriesHere: 'ruledOut' },
    });
    expect(standingsOf(call, { configurations: reliable })).toMatchObject({ sessionQueued: 'possible' });
    expect(standingsOf(call, { configurations: configured('') })).toMatchObject({ sessionQueued: 'ruledOut' });
    const conversation = configured('', '<security mode="Message"/>');
    expect(standingsOf(call, { configurations: conversation })).toMatchObject({ sessionQueued: 'possible' });
  });

  test('by the time that the text prints, against what is configured', () => {
    const configurations = configured('openTimeout="00:01:00" sendTimeout="00:00:09"');
    expect(standingsOf(TEXTS[1]?.[1] ?? '', { configurations })).toMatchObject({
      openByFirstCall: 'fits',
      openUnanswered: 'possible',
    });
    const short = configured('openTimeout="00:00:05" sendTimeout="00:00:09"');
    expect(standingsOf(TEXTS[1]?.[1] ?? '', { configurations: short })).toMatchObject({ openUnanswered: 'unlikely' });
  });

  test('by the least time that retries need', () => {
    const text = TEXTS[16]?.[1] ?? '';
    expect(standingsOf(text, { configurations: [], after: 60_000 })).toEqual({
      retriesHere: 'unlikely',
      receiverStalls: 'unlikely',
    });
    expect(standingsOf(text, { configurations: [], after: 205_400 })).toEqual({
      retriesHere: 'fits',
      receiverStalls: 'fits',
    });
  });

  test('a configuration that excludes all of them is not that of the process that threw, and that is told', () => {
    const [diagnosis] = diagnose(TEXTS[13]?.[1] ?? '', { configurations: configured('') });
    expect(diagnosis?.readings).toMatchObject([{ signature: { id: 'E14' }, isContradicted: true }]);
    expect(diagnose(TEXTS[13]?.[1] ?? '')[0]?.readings).toMatchObject([{ isContradicted: false }]);
  });
});
