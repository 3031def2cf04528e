import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

const NOT_COPIED = new Set(['node_modules', 'dist', '.tsbuild', '.nx', 'coverage', 'reports', '.lapse', '.git']);
const SCOPE = '@lapse';

/** A copy of a workspace in a temporary folder, in which anything may be changed. */
export interface WorkspaceCopy extends Disposable {
  readonly root: string;
}

/** Copies what is ours and links what is installed; packages of the workspace are linked to their copies. */
export function copyWorkspace(root: string): WorkspaceCopy {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), 'lapse-mutants-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  // An interrupted hunt ends by process.exit, which runs no other clean-up.
  process.once('exit', remove);
  cpSync(root, copy, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  linkPackages(root, copy);
  const dispose = () => {
    process.off('exit', remove);
    remove();
  };
  return { root: copy, [Symbol.dispose]: dispose };
}

function linkPackages(root: string, copy: string): void {
  const installed = realpathSync(join(root, 'node_modules'));
  const linked = join(copy, 'node_modules');
  mkdirSync(linked);
  for (const name of readdirSync(installed).filter((each) => each !== SCOPE)) {
    symlinkSync(join(installed, name), join(linked, name));
  }
  const ours = join(installed, SCOPE);
  if (!existsSync(ours)) return;
  const home = realpathSync(join(installed, '..'));
  mkdirSync(join(linked, SCOPE));
  for (const name of readdirSync(ours)) {
    symlinkSync(join(copy, relative(home, realpathSync(join(ours, name)))), join(linked, SCOPE, name));
  }
}
