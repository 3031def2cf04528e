import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findScenarios, loadScenario } from './load-scenario.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenarios-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('a file is loaded under its own name', async () => {
  const path = await written(
    'idle.yaml',
    'scenario: idle\nabout: Idle.\nservice: { receiveTimeoutMs: 1000 }\nworkload: [{ at: 0, do: open }]\nrunForMs: 2000\n',
  );
  expect(await loadScenario(path)).toMatchObject({ scenario: { scenario: 'idle', runFor: 2_000 } });
});

test('a file that is not there, or no text, is a problem of its first character', async () => {
  const missing = join(folder, 'missing.yaml');
  expect(await loadScenario(missing)).toEqual({
    problems: [{ file: missing, line: 1, column: 1, message: 'The file cannot be read: no such file or directory.' }],
  });
  const image = await written('image.yaml', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff));
  expect(await loadScenario(image)).toEqual({
    problems: [{ file: image, line: 1, column: 1, message: 'The file is not text in UTF-8.' }],
  });
});

test('the scenarios of a folder are its YAML and JSON files, by name', async () => {
  await written('zebra.yml', '');
  await written('ant.json', '{}');
  await written('notes.md', '');
  await written('image.yaml', '');
  await written('idle.yaml', '');
  const names = (await findScenarios(folder)).map((path) => path.slice(folder.length + 1));
  expect(names).toEqual(['ant.json', 'idle.yaml', 'image.yaml', 'zebra.yml']);
});

test('every scenario of the catalogue is free of problems', async () => {
  const paths = await findScenarios(new URL('../../../chaos/scenarios', import.meta.url).pathname);
  expect(paths.length).toBeGreaterThanOrEqual(8);
  for (const path of paths) expect(await loadScenario(path)).toHaveProperty('scenario');
});
