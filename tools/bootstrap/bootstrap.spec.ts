import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Checkout, type Ended } from './testing/checkout.ts';

const START = 'tools/bootstrap/start.mjs';
const TEST = 'tools/bootstrap/test.mjs';
const NODE_PACKAGE = `node_modules/node-${process.platform}-${process.arch}`;
const UNAVAILABLE = 69;

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout[Symbol.dispose]());

interface Seen {
  readonly args: readonly string[];
  readonly node: string;
  readonly first: string;
  readonly onPath: string;
  readonly cwd: string;
}

function seenByChild({ lines }: Ended): Seen {
  const line = lines.find((text) => text.startsWith('child {')) ?? `no child in: ${lines.join('\n')}`;
  return JSON.parse(line.slice('child '.length));
}

describe('installing', () => {
  test('the first line comes from the bootstrap itself, within a second, while npm has not answered yet', async () => {
    const { code, lines, firstLineAfter } = await checkout.run(START, { env: { FAKE_NPM_TAKES_MS: '1500' } });
    expect(firstLineAfter).toBeLessThan(1_000);
    expect(lines[0]).toBe('lapse: getting ready');
    expect(lines[1]).toMatch(/^lapse: installing at most \d+ packages with npm/);
    expect(code).toBe(0);
  });

  test('packages are installed once, and again when the lockfile has changed', async () => {
    await checkout.run(TEST);
    await checkout.run(START);
    expect(checkout.npmCalls()).toHaveLength(1);
    checkout.write('package-lock.json', `${checkout.read('package-lock.json')}\n`);
    await checkout.run(START);
    expect(checkout.npmCalls()).toHaveLength(2);
  });

  test('no setting of the user leaves development or optional packages out', async () => {
    await checkout.run(START, { env: { NODE_ENV: 'production' } });
    expect(checkout.npmCalls()[0]).toMatch(/^ci .*--include=dev .*--include=optional/);
  });

  test('what npm itself installed completely is taken as it is', async () => {
    await checkout.run('fake-bin/npm', { args: ['ci'] });
    const { code } = await checkout.run(START);
    expect([code, checkout.npmCalls()]).toEqual([0, ['ci']]);
  });

  test('an install that was killed is done again, and its lock does not last', async () => {
    const first = checkout.start(START, { env: { FAKE_NPM_TAKES_MS: '20000' } });
    await checkout.npmBegan();
    checkout.signalAll(first, 'SIGKILL');
    const { code, lines } = await checkout.run(START);
    expect(code).toBe(0);
    expect(lines).toContain('lapse: packages are installed');
    expect(checkout.npmCalls()).toHaveLength(2);
  });

  test.each(['node_modules/nx', NODE_PACKAGE])('an install that has lost %s is repaired', async (path) => {
    await checkout.run(START);
    checkout.remove(path);
    expect((await checkout.run(START)).code).toBe(0);
    expect(checkout.npmCalls()).toHaveLength(2);
  });

  test('two at once: one installs, the other waits and says so', async () => {
    const first = checkout.start(START, { env: { FAKE_NPM_TAKES_MS: '1000' } });
    await first.said('installing');
    const second = await checkout.run(TEST);
    expect(second.lines).toContain(`lapse: waiting for process ${first.process.pid}, which is installing packages`);
    expect([second.code, (await first.ended).code]).toEqual([0, 0]);
    expect(checkout.npmCalls()).toHaveLength(1);
  });

  test('a failed install ends with the reason, exit 69 and nothing that passes for a success', async () => {
    const { code, lines } = await checkout.run(TEST, { env: { FAKE_NPM_FAILS: 'ENOSPC no space left' } });
    expect(code).toBe(UNAVAILABLE);
    expect(lines).toContain('lapse:   npm error ENOSPC no space left');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect((await checkout.run(TEST)).code).toBe(0);
  });

  test('Ctrl-C during an install ends it with 130, and the next start repairs it', async () => {
    const first = checkout.start(START, { env: { FAKE_NPM_TAKES_MS: '20000' } });
    await checkout.npmBegan();
    checkout.signalAll(first, 'SIGINT');
    expect((await first.ended).code).toBe(130);
    expect((await checkout.run(START)).code).toBe(0);
  });
});

describe('going on', () => {
  test("the pinned Node is found without .bin/node, and another program's .bin/node is not mistaken for it", async () => {
    await checkout.run(START);
    expect(checkout.has('node_modules/.bin/node')).toBe(false);
    checkout.write('node_modules/.bin/node', '#!/bin/sh\nexit 9\n');
    const seen = seenByChild(await checkout.run(START));
    const pinned = `${checkout.root}/${NODE_PACKAGE}/bin`;
    expect([seen.node, seen.first, seen.onPath]).toEqual([`${pinned}/node`, pinned, `node ${pinned}`]);
  });

  test('npm start runs the suite with whatever else was asked; standard output is left to --json', async () => {
    const ended = await checkout.run(START, { args: ['--json', 'a b'] });
    expect(seenByChild(ended).args).toEqual(['suite', '--json', 'a b']);
  });

  test('an npm script hands each word on as one word, whatever a shell would make of it', async () => {
    await checkout.run(START);
    const words = ['two words', "it's", '$HOME "x"', 'plain'];
    const ended = await checkout.run('tools/pinned.mjs', { args: ['node apps/cli/src/main.ts', ...words] });
    expect(seenByChild(ended).args).toEqual(words);
  });

  test.each([START, TEST])('%s ends with the exit code of what it started', async (script) => {
    expect((await checkout.run(script, { env: { FAKE_CHILD: 'exit 2' } })).code).toBe(2);
    expect((await checkout.run(script, { env: { FAKE_CHILD: 'die' } })).code).toBe(143);
  });

  test.each([
    ['npm start', START, []],
    ['lapse', 'apps/cli/lapse.mjs', ['suite']],
    ['an npm script', 'tools/pinned.mjs', ['exec node apps/cli/src/main.ts']],
  ])('%s waits on an interrupt until its child has healed, and hands it on once', async (_, script, args) => {
    await checkout.run(START);
    const started = checkout.start(script, { args, env: { FAKE_CHILD: 'wind up' } });
    await started.said('child {');
    started.process.kill('SIGINT');
    const { code, lines } = await started.ended;
    expect([code, lines.at(-1)]).toEqual([130, 'child healed after 1 SIGINT']);
  });

  test('workflow code is bundled once, and again when a source of it has changed', async () => {
    const bundled = async () => {
      const { code, lines } = await checkout.run('tools/bootstrap/bundle.mjs');
      expect([code, checkout.has('libs/workflows/dist/workflow-bundle.js')]).toEqual([0, true]);
      return lines.includes('Bundling the workflows, about two seconds.');
    };
    expect([await bundled(), await bundled()]).toEqual([true, false]);
    checkout.write('libs/workflows/src/index.ts', 'export const changed = 1;\n');
    expect([await bundled(), await bundled()]).toEqual([true, false]);
  });

  test.each([
    ['start', START],
    ['lapse', 'apps/cli/lapse.mjs'],
  ])('files are named from where npm was called: npm run %s', async (script, program) => {
    await checkout.run(START);
    checkout.write('mine/notes.txt', '');
    const called = (event: string) => ({ INIT_CWD: `${checkout.root}/mine`, npm_lifecycle_event: event });
    const folderOf = async (event: string) => seenByChild(await checkout.run(program, { env: called(event) })).cwd;
    expect(await folderOf(script)).toBe(`${checkout.root}/mine`);
    expect(await folderOf('test')).toBe(checkout.root);
  });

  test('a folder of the caller that npm only passes on means nothing to a child that has one of its own', async () => {
    await checkout.run(START);
    checkout.write('mine/notes.txt', '');
    checkout.write('other/notes.txt', '');
    const env = { INIT_CWD: `${checkout.root}/mine`, npm_lifecycle_event: 'lapse' };
    const seen = seenByChild(await checkout.run('apps/cli/lapse.mjs', { env, folder: 'other' }));
    expect(seen.cwd).toBe(`${checkout.root}/other`);
  });
});

describe('where no Node is packaged for the platform', () => {
  function engines(node: string): void {
    checkout.write('package.json', JSON.stringify({ engines: { node }, optionalDependencies: {} }));
  }

  test('the running Node is used if it is new enough', async () => {
    engines(`>=${process.versions.node}`);
    expect(seenByChild(await checkout.run(START)).node).toBe(process.execPath);
  });

  test.each([START, TEST, 'apps/cli/lapse.mjs', 'tools/pinned.mjs'])(
    '%s names the version needed and ends with 69, before any install',
    async (script) => {
      engines('>=99.1.0');
      const { code, lines } = await checkout.run(script);
      expect(code).toBe(UNAVAILABLE);
      expect(lines.filter((line) => line.startsWith('lapse: Node 99.1.0 or newer is needed here'))).toHaveLength(1);
      expect(checkout.npmCalls()).toEqual([]);
    },
  );
});

test.each(['apps/cli/lapse.mjs', 'tools/pinned.mjs'])(
  '%s in an empty checkout says how packages get there',
  async (script) => {
    const { code, lines } = await checkout.run(script);
    expect([code, lines.join()]).toEqual([UNAVAILABLE, 'lapse: packages are missing; `npm start` installs them']);
  },
);
