import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type Servers, startServers, withoutTemporal } from '@lapse/servers';
import { type Ended, lapse } from './testing/lapse.ts';
import { TlsFront } from './testing/tls-front.ts';

// A real server behind TLS, a real worker; the experiment lasts two seconds.
jest.setTimeout(120_000);

const KEY = 'a-key-that-nobody-may-see';
const BRIEF = `scenario: brief
about: An idle session is ended by the receive timeout of its service.
path: direct
service: { receiveTimeoutMs: 800 }
workload: [{ at: 100, do: open }]
runFor: "00:00:01.5"
`;

let folder: string;
let servers: Servers;
let front: TlsFront;
/** Nothing of the user's own servers. */
const own = withoutTemporal(process.env);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-shared-'));
  // A server of others: it was not told of our search attributes.
  servers = await startServers({ need: ['temporal'], folder, progress: () => undefined, environment: own });
  if (servers.temporal?.found !== true) throw new Error(JSON.stringify(servers.temporal));
  front = await TlsFront.open(servers.temporal.address, folder);
  writeFileSync(join(folder, 'brief.yaml'), BRIEF);
});
afterAll(async () => {
  front.close();
  await servers.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  front.calls.clear();
  front.refused.clear();
});

/** `lapse`, with these variables of Temporal's and no others. */
function withVariables(variables: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ended> {
  const env = { ...own, ...variables };
  const defined = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return lapse(words, { cwd: folder, env: Object.fromEntries(defined) });
}

const trusted = () => ({ TEMPORAL_ADDRESS: front.address, TEMPORAL_TLS_SERVER_CA_CERT_DATA: front.certificate });
/** Without the time at which they were said. */
const warnings = (stderr: string) => [...stderr.matchAll(/This Temporal server .* going on without them\.$/gm)].flat();

test('a shared server is reached over TLS with an API key by client and worker, and one warning says what it does not know', async () => {
  const { exitCode, stdout, stderr } = await withVariables(
    { ...trusted(), TEMPORAL_API_KEY: KEY },
    ...['run', 'brief.yaml', '--json'],
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ status: 'confirmed', conductor: 'temporal' });
  expect(warnings(stderr)).toEqual([expect.stringMatching(/ does not know the search attributes \w+(?:, \w+)*; /)]);
  for (const method of ['Check', 'StartWorkflowExecution', 'PollWorkflowTaskQueue', 'RespondActivityTaskCompleted'])
    expect({ method, keys: [...(front.calls.get(method) ?? [])] }).toEqual({ method, keys: [`Bearer ${KEY}`] });
});

test('the API key stands in no file of a run', () => {
  const runs = join(folder, '.lapse', 'runs');
  const files = readdirSync(runs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['run.json', 'worker.log', 'history.jsonl']));
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name), 'utf8')).not.toContain(KEY);
});

test('a server that does not let us see its search attributes is gone on with, and one warning says so', async () => {
  front.refused.add('ListSearchAttributes');
  const { exitCode, stderr } = await withVariables(trusted(), 'run', 'brief.yaml');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(warnings(stderr)).toEqual([
    'This Temporal server does not say which search attributes it knows (for operators only); going on without them.',
  ]);
});

test('a server that does not let us ask for its health is asked for its version alone', async () => {
  front.refused.add('Check');
  expect(await temporalOf(trusted())).toMatchObject({ state: 'ready', route: 'environment', where: front.address });
});

test.each([
  [
    'is signed by nobody whom we know',
    () => ({ TEMPORAL_ADDRESS: front.address, TEMPORAL_TLS: 'true' }),
    /over TLS: self-signed certificate/,
  ],
  [
    'names another host',
    () => ({ ...trusted(), TEMPORAL_TLS_SERVER_NAME: 'elsewhere.example' }),
    /over TLS: .*elsewhere\.example/,
  ],
])('a server whose certificate %s is refused, and the doctor says why', async (_, variables, reason) => {
  expect(await temporalOf(variables())).toMatchObject({ state: 'missing', reasons: [expect.stringMatching(reason)] });
});

test('a profile of a file that is asked for names the server', async () => {
  const file = join(folder, 'temporal.toml');
  writeFileSync(
    file,
    `[profile.lab]\naddress = "${front.address}"\n[profile.lab.tls]\nserver_ca_cert_path = "${join(folder, 'front.pem')}"\n`,
  );
  const profile = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'lab' };
  expect(await temporalOf(profile)).toMatchObject({ state: 'ready', route: 'environment', where: front.address });
  expect(await temporalOf({ ...profile, TEMPORAL_PROFILE: 'other' })).toMatchObject({
    state: 'missing',
    reasons: [expect.stringContaining("Profile 'other' not found")],
  });
});

test('keys and TLS that are meant for a server elsewhere do not reach the one that is started for a run', async () => {
  const stray = { TEMPORAL_API_KEY: KEY, TEMPORAL_TLS: 'true', TEMPORAL_NAMESPACE: 'elsewhere' };
  const { exitCode, stdout, stderr } = await withVariables(stray, 'run', 'brief.yaml', '--json');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ conductor: 'temporal' });
  expect(warnings(stderr)).toEqual([]);
});

/** What the doctor finds of Temporal. */
async function temporalOf(variables: Readonly<Record<string, string>>): Promise<object> {
  const { stdout } = await withVariables(variables, 'doctor', '--json');
  return JSON.parse(stdout).parts.find(({ part }: { readonly part: string }) => part === 'Temporal');
}
