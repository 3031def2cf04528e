import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { lapse } from './testing/lapse.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(30_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** Nobody has a server here: no address, nothing on PATH, an empty cache, no Go. */
const NO_SERVERS = () => ({ PATH: '/nonexistent', HOME: cwd, LAPSE_CACHE: join(cwd, 'cache') });

function written(name: string, content: string | Uint8Array): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

const ROUTES_IN_ORDER = ['environment', 'path', 'cache', 'download', 'goInstall'];

const COMMANDS = [
  'run',
  'suite',
  'conduct',
  'predict',
  'scenarios',
  'judge',
  'explain',
  'diagnose',
  'doctor',
  'worker',
];

describe('help', () => {
  test.each([...COMMANDS.map((command) => [command, '--help']), ['--help']])(
    'lapse %s %s shows examples, flags and exit codes on stdout and ends with 0',
    async (...words) => {
      const { exitCode, stdout, stderr } = await lapse(words, { cwd });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Examples:');
      expect(stdout).toMatch(/^ +--json +one JSON document/m);
      expect(stdout).toMatch(/^Exit codes: 0 confirmed/m);
      expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
      expect(stderr).toBe('');
    },
  );

  test('--version names Lapse and its Node', async () => {
    const { exitCode, stdout } = await lapse(['--version'], { cwd });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^lapse \d+\.\d+\.\d+, Node 2\d/),
    });
  });

  test('without a command, help is shown and the usage is wrong', async () => {
    const { exitCode, stderr } = await lapse([], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('Commands:');
  });
});

describe('wrong usage ends with 64 before anything is started', () => {
  test.each([
    ['an unknown command', ['measure'], "unknown command 'measure'"],
    ['an unknown flag', ['suite', '--jsn'], '--json'],
    ['run without a scenario', ['run'], 'missing required argument'],
    ['a service in neither', ['suite', '--service', 'vm'], 'It is process or container.'],
    [
      'a service of yours in a container of ours',
      ['run', 'open-refused', '--service', 'container', '--target', 'net.tcp://127.0.0.1:9/x'],
      '--target and --service container exclude each other',
    ],
    ['no scenario at a time', ['suite', '--concurrency', '0'], 'whole number'],
    ['half a scenario at a time', ['suite', '--concurrency', '1.5'], 'whole number'],
    ['an unknown conductor', ['suite', '--conductor', 'nobody'], 'temporal or in-process'],
    ['a queue without Temporal', ['suite', '--conductor', 'in-process', '--queue', 'q'], 'exclude each other'],
    ['a station whose name cannot be a task queue', ['worker', '--station', 'My Mac'], 'a-z'],
    ['a Toxiproxy that is no address', ['worker', '--toxiproxy-url', 'here'], 'http://<host>:<port>'],
    ['a worker that is given a scenario', ['worker', 'open-refused'], 'too many arguments'],
    ['a scenario that is not asked for on standard input', ['conduct', 'open-refused'], 'too many arguments'],
    ['no folder for a run', ['run', 'open-refused', '--runs', ''], 'It cannot be empty.'],
  ])('%s', async (_, words, message) => {
    const { exitCode, stderr, stdout } = await lapse(words, { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stderr.endsWith('\nNothing was started.\n')).toBe(words[0] !== 'measure');
    expect(stdout).toBe('');
    expect(existsSync(join(cwd, '.lapse'))).toBe(false);
  });
});

describe('scenarios that cannot be run end with 64 and say where the trouble is', () => {
  test('an id that nobody has suggests the nearest one', async () => {
    const { exitCode, stderr } = await lapse(['run', 'receive-idle-sesion'], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('There is no scenario named receive-idle-sesion. Did you mean receive-idle-session?');
  });

  test('an id with the ending of a file that is not there is taken for the id, and an empty name for nothing', async () => {
    const { exitCode, stderr } = await lapse(['run', 'receive-idle-session.yaml', ''], { cwd });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 64,
      stderr: [
        'There is no file receive-idle-session.yaml. Did you mean receive-idle-session?',
        'An empty name is no scenario. The catalogue is listed by: npm run lapse -- scenarios',
        'Nothing was started.\n',
      ].join('\n'),
    });
  });

  test('a file that is not there', async () => {
    const { exitCode, stderr } = await lapse(['run', 'my/scenario.yaml'], { cwd });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 64,
      stderr: 'There is no file my/scenario.yaml.\nNothing was started.\n',
    });
  });

  test('a client whose behaviour is predicted but not measured is refused, and the reason is given', async () => {
    const file = written(
      'netfx.yaml',
      'scenario: netfx\nabout: A session.\nprofile: { client: netfx }\nservice: { receiveTimeoutMs: 2000 }\nworkload: [{ at: 100, do: open }]\nrunFor: "00:00:03"\n',
    );
    const { exitCode, stderr } = await lapse(['run', file], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('netfx cannot be measured: profile.client netfx is predicted only');
  });

  test('a directory is no scenario, but can be a suite', async () => {
    mkdirSync(join(cwd, 'mine'));
    const { exitCode, stderr } = await lapse(['run', 'mine'], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('mine is a folder, not a scenario file. ');
    expect(stderr).toContain('To run all scenarios in it: npm run lapse -- suite mine\nNothing was started.\n');
  });

  test('a folder without scenarios, and one that does not exist, are no suites', async () => {
    mkdirSync(join(cwd, 'empty'));
    expect(await lapse(['suite', 'empty'], { cwd })).toMatchObject({ exitCode: 64 });
    expect(await lapse(['suite', 'nowhere'], { cwd })).toMatchObject({ exitCode: 64 });
  });

  test('a binary file', async () => {
    const file = written('scenario.yaml', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00]));
    const { exitCode, stderr } = await lapse(['run', file], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/^scenario\.yaml:1:1 /);
  });

  test('a device is no file to read', async () => {
    const { exitCode, stderr } = await lapse(['run', '/dev/null'], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('not a regular file');
  });

  test('every mistake in every file has its line and column', async () => {
    const mistake = (name: string) => written(`${name}.yaml`, `scenario: ${name}\nabuot: A misspelt key.\n`);
    const { exitCode, stderr } = await lapse(['run', mistake('one'), mistake('two')], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/one\.yaml:2:1 /);
    expect(stderr).toMatch(/two\.yaml:2:1 /);
    expect(stderr).not.toContain('    at ');
  });

  test('a file of another kind is not repeated line by line', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `word-${index}: of another program`);
    const { exitCode, stderr } = await lapse(['run', written('settings.yaml', lines.join('\n'))], { cwd });
    expect(exitCode).toBe(64);
    expect(stderr.trim().split('\n')).toHaveLength(13);
    expect(stderr).toMatch(/settings\.yaml: \d+ more problems; is it a scenario at all\?\nEvery key is explained in /);
  });

  test('with --json the problem is the one document on stdout, and is told on stderr, too', async () => {
    const { exitCode, stdout, stderr } = await lapse(['--json', 'run', 'nothing-like-it'], { cwd });
    expect(exitCode).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 64, error: expect.stringContaining('nothing-like-it') });
    expect(stderr).toContain('There is no scenario named nothing-like-it.');
  });
});

describe('without servers', () => {
  test('a run ends with 69 before any scenario, and says what would make each server appear', async () => {
    const { exitCode, stdout, stderr } = await lapse(['suite', '--json'], { cwd, env: NO_SERVERS() });
    expect(exitCode).toBe(69);
    expect(stderr).toContain('No Toxiproxy by any route; it injects the faults, so no scenario was started.');
    expect(stderr).toContain('No Temporal by any route; it conducts the experiments, so no scenario was started.');
    expect(stderr.match(/What would make it appear:\n {2}- /g)).toHaveLength(2);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 69, error: expect.stringContaining('TOXIPROXY_URL') });
  });

  test('a place for runs that cannot be written is unavailable, not a bug, and nothing is started', async () => {
    written('.lapse', '');
    const { exitCode, stderr } = await lapse(['run', 'open-refused'], { cwd, env: NO_SERVERS() });
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/^Runs cannot be recorded in .*\.lapse.runs: .*\n$/);
    const elsewhere = await lapse(['run', 'open-refused', '--runs', 'mine'], { cwd, env: NO_SERVERS() });
    expect(elsewhere.stderr).toContain('No Toxiproxy');
    expect(existsSync(join(cwd, 'mine'))).toBe(true);
  });

  test('an address where nobody answers is an unavailable server, not a bug', async () => {
    const env = { ...NO_SERVERS(), TEMPORAL_ADDRESS: '127.0.0.1:9', TOXIPROXY_URL: 'http://127.0.0.1:9' };
    const { exitCode, stderr } = await lapse(['suite'], { cwd, env });
    expect(exitCode).toBe(69);
    expect(stderr).not.toContain('    at ');
  });

  test('no container engine where a container is wanted: nothing is started, and it is said what would help', async () => {
    const env = { ...NO_SERVERS(), DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { exitCode, stdout, stderr } = await lapse(['run', 'open-refused', '--service', 'container', '--json'], {
      cwd,
      env,
    });
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(
      /^No container engine answers \(unix:\/\/\/nonexistent\/docker\.sock: .*\), and --service container needs one, so no scenario was started\.\nWhat would make it appear:\n {2}- .*apt-get install/,
    );
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 69 });
    expect(existsSync(join(cwd, '.lapse'))).toBe(false);
  });

  test('the doctor tells of a container engine that nobody needs unless he asks for it', async () => {
    const env = { ...NO_SERVERS(), DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { stdout } = await lapse(['doctor', '--json'], { cwd, env });
    const { parts } = JSON.parse(stdout);
    const engine = parts.find(({ part }: { part: string }) => part === 'container engine');
    expect(engine).toMatchObject({
      state: 'absent',
      reasons: [expect.stringContaining('ENOENT'), 'only --service container needs it'],
    });
    expect(engine.remedies.length).toBeGreaterThan(0);
  });

  test('a server that is named and does not answer is missing for the doctor, and is said to be the one named', async () => {
    const env = { ...NO_SERVERS(), TEMPORAL_ADDRESS: '127.0.0.1:9', TOXIPROXY_URL: 'http://127.0.0.1:9' };
    const { exitCode, stdout } = await lapse(['doctor', '--json'], { cwd, env });
    expect(exitCode).toBe(69);
    expect(JSON.parse(stdout).parts).toContainEqual(expect.objectContaining({ part: 'Toxiproxy', state: 'missing' }));
    const run = await lapse(['run', 'open-refused'], { cwd, env });
    expect(run.exitCode).toBe(69);
    expect(run.stderr).toContain('The Toxiproxy that was named is not to be had');
  });

  test('the doctor lists the missing servers with remedies, ends with 69, and writes nothing', async () => {
    const { exitCode, stdout } = await lapse(['doctor', '--json'], { cwd, env: NO_SERVERS() });
    expect(exitCode).toBe(69);
    const { parts } = JSON.parse(stdout);
    const missing = parts.filter(({ state }: { state: string }) => state === 'missing');
    expect(missing.map(({ part }: { part: string }) => part)).toEqual(['Temporal', 'Toxiproxy']);
    expect(parts).toContainEqual(expect.objectContaining({ part: 'folder for runs', state: 'ready', remedies: [] }));
    for (const { remedies } of missing) expect(remedies.length).toBeGreaterThan(0);
    expect(missing[0].remedies.at(-1)).toContain('--allow-in-process');
    expect(missing[1].remedies.join()).toContain('docker run');
    for (const { routes } of missing)
      expect(routes.map(({ route }: { route: string }) => route)).toEqual(ROUTES_IN_ORDER);
    expect(existsSync(join(cwd, '.lapse'))).toBe(false);
  });

  test('folders that cannot be written are missing for the doctor, each with what to do about it', async () => {
    written('.lapse', '');
    written('cache', '');
    // A Go that is new enough would build the servers, in a folder that cannot be written.
    mkdirSync(join(cwd, 'bin'));
    writeFileSync(join(cwd, 'bin', 'go'), '#!/bin/sh\necho go version go1.25.0 linux/amd64\n', { mode: 0o755 });
    const { exitCode, stdout } = await lapse(['doctor', '--json'], {
      cwd,
      env: { ...NO_SERVERS(), PATH: join(cwd, 'bin') },
    });
    expect(exitCode).toBe(69);
    const { parts } = JSON.parse(stdout);
    expect(parts).toContainEqual(
      expect.objectContaining({
        part: 'folder for runs',
        state: 'missing',
        reasons: [`${join(cwd, '.lapse')} is a file, not a folder`],
        remedies: ['--runs <folder> records a run elsewhere', 'let this user write there'],
      }),
    );
    expect(parts).toContainEqual(
      expect.objectContaining({
        part: 'folder for servers',
        state: 'missing',
        remedies: ['LAPSE_CACHE=<folder> keeps them elsewhere', 'let this user write there'],
      }),
    );
  });

  test('a scenario without a proxy runs without Toxiproxy, and the evidence says so', async () => {
    const file = written(
      'brief.yaml',
      'scenario: brief\nabout: A session.\npath: direct\nclient: { openTimeoutMs: 600 }\nservice: { receiveTimeoutMs: 800, channelInitializationTimeoutMs: 600, openTimeoutMs: 600 }\nworkload: [{ at: 100, do: open }]\nrunFor: "00:00:01.5"\n',
    );
    const words = ['run', file, '--conductor', 'in-process', '--allow-in-process', '--json'];
    const { exitCode, stdout } = await lapse(words, { cwd, env: NO_SERVERS() });
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, status: 'confirmed', injector: 'none' });
  });

  test('a worker needs to be told of its servers', async () => {
    const { exitCode, stderr } = await lapse(['worker'], { cwd, env: NO_SERVERS() });
    expect(exitCode).toBe(69);
    expect(stderr).toContain('--address or TEMPORAL_ADDRESS');
  });
});

test('the catalogue is found from any folder, and its scenarios are valid and predictable', async () => {
  const { exitCode, stderr } = await lapse(['suite'], { cwd, env: NO_SERVERS() });
  expect({ exitCode, mistakes: stderr.match(/\.yaml:\d+:\d+ /g) }).toEqual({ exitCode: 69, mistakes: null });
});
