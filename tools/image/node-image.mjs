// An image with nothing but the Node that this runs on, as a tar on stdout; no registry is asked:
//   node tools/image/node-image.mjs | docker import - lapse-node
// Plain JavaScript, Linux only: the image runs on the same kind of machine.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PASSWD = 'root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n';

if (process.platform !== 'linux') {
  console.error('An image of Node is made on Linux, from the Node that runs there.');
  process.exit(69);
}
const tree = mkdtempSync(join(tmpdir(), 'lapse-node-'));
try {
  for (const library of librariesOf(process.execPath)) put(library, library);
  put(process.execPath, '/usr/local/bin/node');
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'etc', 'passwd'), PASSWD);
  const plain = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=u=rwX,go=rX'];
  execFileSync('tar', ['-c', ...plain, '-C', tree, '.'], { stdio: ['ignore', 'inherit', 'inherit'] });
} finally {
  rmSync(tree, { recursive: true, force: true });
}

/**
 * The files that the loader would load, the loader itself included.
 * @param {string} program
 */
function librariesOf(program) {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:^|=>)\s*(\/\S+) \(0x/gm)].map(([, path = '']) => path);
}

/**
 * @param {string} from
 * @param {string} to
 */
function put(from, to) {
  const path = join(tree, to);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(from, path);
}
