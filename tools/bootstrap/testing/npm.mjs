#!/usr/bin/env node
// Stands in for npm: `ci` places what the lockfile names, as npm 10 leaves it (no `.bin/node`), and notes each call.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// As npm does, which ends on a signal with the exit code of a failure.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1));

const { FAKE_NPM_FAILS, FAKE_NPM_TAKES_MS = '0', FAKE_NPM_CALLS = '' } = process.env;
appendFileSync(FAKE_NPM_CALLS, `${process.argv.slice(2).join(' ')}\n`);
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
mkdirSync('node_modules', { recursive: true });
for (const entry of readdirSync('node_modules')) rmSync(join('node_modules', entry), { recursive: true });

const names = Object.keys(packages).filter((path) => path.includes('node_modules/') && !packages[path].optional);
const half = names.length / 2;
names.slice(0, half).forEach(place);
await new Promise((resolve) => setTimeout(resolve, Number(FAKE_NPM_TAKES_MS)));
if (FAKE_NPM_FAILS) {
  console.error('npm http fetch GET 200 somewhere');
  console.error(`npm error ${FAKE_NPM_FAILS}`);
  process.exit(1);
}
names.slice(half).forEach(place);
placeNode();
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));

/** @param {string} path */
function place(path) {
  if (packages[path].link) return;
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), '{}');
}

function placeNode() {
  const folder = `node_modules/node-${process.platform}-${process.arch}`;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ bin: { node: 'bin/node' } }));
  symlinkSync(process.execPath, join(folder, 'bin/node'));
}
