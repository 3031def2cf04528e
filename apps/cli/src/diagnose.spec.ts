import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { schemaProblems } from './testing/json-schema.ts';
import { type Ended, lapse } from './testing/lapse.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(60_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-diagnose-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const RESET = `System.ServiceModel.CommunicationException: The socket connection was aborted. This could be caused by an error processing your message or a receive timeout being exceeded by the remote host, or an underlying network resource issue. Local socket timeout was '00:00:59.9680000'. ---> System.Net.Sockets.SocketException: An existing connection was forcibly closed by the remote host
   at System.ServiceModel.Channels.SocketConnection.ReadCore(Byte[] buffer, Int32 offset)`;

const CONFIGURATION = `<configuration><system.serviceModel>
<bindings><netTcpBinding><binding name="orders" receiveTimeout="00:02:00"><security mode="None"/></binding></netTcpBinding></bindings>
<services><service name="s"><endpoint binding="netTcpBinding" bindingConfiguration="orders" contract="I"/></service></services>
</system.serviceModel></configuration>`;

const written = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(cwd, name), content);
  return name;
};
const diagnose = (words: readonly string[], input = '') => lapse(['diagnose', ...words], { cwd, input });

function documentOf({ stdout, stderr }: Ended, schema: string) {
  const document = JSON.parse(stdout);
  expect({ problems: schemaProblems(schema, document), stderr }).toMatchObject({ problems: [] });
  return document;
}

test('a text, a file and standard input are read alike, and the likeliest candidate stands first', async () => {
  written('trace.log', `2026-11-25 10:00:01 ERROR ${RESET}\n`);
  for (const ended of [
    await diagnose([RESET, '--json']),
    await diagnose(['--file', 'trace.log', '--json']),
    await diagnose(['-', '--json'], RESET),
  ]) {
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    const [{ exception, inner, rows }] = documentOf(ended, 'diagnose').diagnoses;
    expect({ exception, inner, rows }).toMatchObject({
      exception: { type: 'CommunicationException', line: 1, times: 1 },
      inner: [{ type: 'SocketException' }],
      rows: [
        {
          id: 'E13',
          by: 'text',
          printedMs: 59_968,
          candidates: [{ name: 'idleAbort', side: 'service' }, {}, {}, {}, {}, {}, {}],
        },
      ],
    });
  }
});

test('a configuration and a time rank the candidates, name the value, and rule out', async () => {
  written('web.config', CONFIGURATION);
  const words = [RESET, '--config', 'web.config', '--after', '2min'];
  const { exitCode, stdout } = await diagnose(words);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('web.config: netTcpBinding "orders", of the service: security None, no reliable session');
  expect(stdout).toContain('1. service (fits): The service ended the idle session');
  expect(stdout).toContain('Binding.ReceiveTimeout of the service: 2 min (web.config, netTcpBinding "orders")');
  expect(stdout).toContain('2 min is receiveTimeout of the service: 2 min');
  expect(stdout).toContain('receive-idle-session');
  expect(stdout).toContain('wcf-timeouts 3.3');
  const { afterMs, diagnoses } = documentOf(await diagnose([...words, '--json']), 'diagnose');
  expect({ afterMs, standing: diagnoses[0].rows[0].candidates[0].standing }).toEqual({
    afterMs: 120_000,
    standing: 'fits',
  });
});

test('what Windows writes in UTF-16 is read', async () => {
  written('utf16.log', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(RESET, 'utf16le')]));
  expect(await diagnose(['--file', 'utf16.log'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('E13: '),
  });
});

test('of a text in another language only the type is known: that is said, and it ends with 2', async () => {
  const { exitCode, stdout } = await diagnose(['System.TimeoutException: Zeit abgelaufen.']);
  expect(exitCode).toBe(2);
  expect(stdout).toContain('Only its type is known');
  expect(stdout).toMatch(/^ +E1 +a call was not answered/m);
  expect(stdout).not.toContain('look for');
});

test('what is not in the table is said to be so, and ends with 2', async () => {
  const ended = await diagnose(['System.NullReferenceException: Object reference not set.']);
  expect(ended).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining('Not in the signature table: NullReferenceException.'),
  });
  expect(documentOf(await diagnose(['nothing at all', '--json']), 'diagnose')).toMatchObject({
    exitCode: 2,
    diagnoses: [{ rows: [] }],
  });
});

test.each([
  ['no text', [], 'There is no exception to diagnose'],
  ['a text and a file', ['x', '--file', 'trace.log'], 'one of them'],
  ['the name of a file as the text', ['trace.log'], 'diagnose --file trace.log'],
  ['a file that is not there', ['--file', 'nowhere.log'], 'There is no file nowhere.log.'],
  ['a folder', ['--file', 'folder'], 'folder is a folder, not a file.'],
  ['an empty file', ['--file', 'empty.log'], 'empty.log is empty.'],
  ['nothing on standard input', ['-'], 'Standard input is empty.'],
  ['a configuration that is not there', ['x', '--config', 'nowhere.config'], 'There is no file nowhere.config.'],
  ['a time that is none', ['x', '--after', '10'], '10min'],
])('%s is wrong usage', async (_, words, message) => {
  written('trace.log', RESET);
  written('empty.log', '\n');
  mkdirSync(join(cwd, 'folder'));
  const ended = await diagnose([...words, '--json']);
  expect(ended).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(message) });
  expect(documentOf(ended, 'error')).toMatchObject({ exitCode: 64 });
});
