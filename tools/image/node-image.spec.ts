import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

const TOOL = resolve(import.meta.dirname, 'node-image.mjs');

test('the image of Node holds it, the loader and libraries that it names, and a user, and nothing else', async () => {
  const tool = spawn(process.execPath, [TOOL], { stdio: ['ignore', 'pipe', 'inherit'] });
  const list = spawn('tar', ['-t'], { stdio: [tool.stdout, 'pipe', 'inherit'] });
  const files = (await text(list.stdout)).split('\n').filter((path) => path !== '' && !path.endsWith('/'));
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => `.${path}`);
  expect(libraries.length).toBeGreaterThan(1);
  expect(files.toSorted()).toEqual(['./etc/passwd', './usr/local/bin/node', ...libraries].toSorted());
});
