import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readConfiguration } from './configuration.ts';

const inFile = (bindings: string, more = '') => `<?xml version="1.0"?>
<configuration>
  <!-- <binding name="old" receiveTimeout="00:00:01" /> -->
  <system.serviceModel><bindings>${bindings}</bindings>${more}</system.serviceModel>
</configuration>`;

const client = (binding: string, name = '') =>
  `<client><endpoint address="net.tcp://a/b" binding="${binding}" bindingConfiguration="${name}" contract="I" /></client>`;

test('times, sizes, the reliable session and the security of a netTcpBinding are read, and whose it is', () => {
  const text = inFile(
    `<netTcpBinding>
      <binding name="orders" receiveTimeout="01:00:00" sendTimeout='00:00:30.5' maxConnections="20" maxReceivedMessageSize="1000000">
        <reliableSession enabled="true" inactivityTimeout="Infinite" />
        <security mode="None" />
      </binding>
    </netTcpBinding>`,
    client('netTcpBinding', 'orders'),
  );
  expect(readConfiguration(text, 'app.config')).toEqual({
    file: 'app.config',
    bindings: [
      {
        name: 'netTcpBinding "orders"',
        file: 'app.config',
        sides: ['client'],
        values: {
          ...{ receiveTimeout: 3_600_000, sendTimeout: 30_500, maxPendingConnections: 20 },
          ...{ maxReceivedMessageSize: 1_000_000, inactivityTimeout: Number.MAX_SAFE_INTEGER },
        },
        reliableSession: true,
        security: 'None',
      },
    ],
    throttles: {},
    notes: [],
  });
});

test('a netTcpBinding that says nothing has transport security and no reliable session', () => {
  const text = inFile(
    '<netTcpBinding><binding name="a"><reliableSession /></binding></netTcpBinding>',
    client('netTcpBinding', 'a'),
  );
  expect(readConfiguration(text, 'f').bindings).toMatchObject([
    { reliableSession: false, security: 'Transport', values: {} },
  ]);
});

test('an endpoint without a section of its own has all defaults', () => {
  const text = `<services><service name="s"><endpoint binding="netTcpBinding" contract="I"/></service></services>`;
  expect(readConfiguration(text, 'f')).toMatchObject({
    bindings: [{ sides: ['service'], values: {}, security: 'Transport' }],
    notes: [],
  });
});

test.each([
  ['nothing', '', { security: 'None', reliableSession: false }],
  ['TLS', '<sslStreamSecurity/>', { security: 'Transport', reliableSession: false }],
  [
    'a secure conversation',
    '<security authenticationMode="SecureConversation"/>',
    { security: 'Message', reliableSession: false },
  ],
  [
    'credentials over TLS and a reliable session',
    '<reliableSession maxRetryCount="4"/><security authenticationMode="SecureConversation"/><sslStreamSecurity/>',
    { security: 'TransportWithMessageCredential', reliableSession: true, values: { maxRetryCount: 4 } },
  ],
])('a customBinding with %s', (_, elements, expected) => {
  const text = inFile(
    `<customBinding><binding name="c">${elements}<tcpTransport channelInitializationTimeout="00:00:05" maxReceivedMessageSize="7">
      <connectionPoolSettings idleTimeout="00:01:00" leaseTimeout="00:03:00"/></tcpTransport></binding></customBinding>`,
  );
  const { bindings, notes } = readConfiguration(text, 'f');
  expect(bindings).toMatchObject([
    {
      ...expected,
      values: {
        channelInitializationTimeout: 5_000,
        idleTimeout: 60_000,
        leaseTimeout: 180_000,
        maxReceivedMessageSize: 7,
      },
    },
  ]);
  expect(notes).toEqual(['f: no endpoint refers to customBinding "c"; it is taken for the client\'s.']);
});

test('what was not read is said: other bindings, other files, transforms, values that are none', () => {
  const text = inFile(
    `<wsHttpBinding><binding name="w"/></wsHttpBinding><netTcpBinding><binding name="n" openTimeout="soon" xdt:Transform="Replace"/></netTcpBinding>`,
    '<client configSource="client.config"/>',
  );
  expect(readConfiguration(text, 'f').notes).toEqual([
    'f: not read, for they are no net.tcp binding: wsHttpBinding.',
    'f: a part of it stands in client.config (configSource), and was not read.',
    'f: it is a transform (xdt:); what it is applied to was not read.',
    'f: netTcpBinding "n": line 4: openTimeout="soon" cannot be read.',
    'f: no endpoint refers to netTcpBinding "n"; it is taken for the client\'s.',
  ]);
});

test('limits of a behaviour are read beside the bindings', () => {
  const text = inFile(
    '',
    '<behaviors><serviceBehaviors><behavior><serviceThrottling maxConcurrentSessions="9"/></behavior></serviceBehaviors></behaviors>',
  );
  expect(readConfiguration(text, 'f')).toMatchObject({
    throttles: { maxConcurrentSessions: 9 },
    notes: ['f: no netTcpBinding and no customBinding was found in it.'],
  });
});

test('a part of a file, with ends missing, is read as far as it goes', () => {
  const text = '</other><netTcpBinding><binding name="a&amp;b" closeTimeout="00:00:05"><security mode="None">';
  expect(readConfiguration(text, 'f').bindings).toMatchObject([
    { name: 'netTcpBinding "a&b"', values: { closeTimeout: 5_000 }, security: 'None' },
  ]);
});

const PIECES = [
  '<netTcpBinding>',
  '<binding ',
  'name="',
  '"',
  "'",
  '>',
  '/>',
  '</binding>',
  '<!--',
  '-->',
  '<![CDATA[',
  'sendTimeout="00:00:01"',
  '=',
];

test('no text is too much for it', () => {
  const anything = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string())).map((parts) => parts.join(''));
  fc.assert(
    fc.property(anything, (text) => {
      const { bindings, notes } = readConfiguration(text, 'f');
      expect(bindings.length + notes.length).toBeGreaterThan(0);
    }),
  );
});
