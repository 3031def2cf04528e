import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asked } from './api.ts';
import type { Engine } from './engine.ts';
import { useEngine } from './use-engine.ts';

/** The image of the mock service, as sources and Node are now. */
export interface ServiceImage {
  /** What a container is started from. */
  readonly name: string;
  /** `sha256:…`: what it is. */
  readonly id: string;
}

const INSTALLATION = dirname(dirname(dirname(import.meta.dirname)));
const NODE_IMAGE_TOOL = join(INSTALLATION, 'tools', 'image', 'node-image.mjs');
const DOCKERFILE = 'apps/mock-service/Dockerfile';
/** What the Dockerfile copies; of the workspace's links, those that the service follows. */
const COPIED = ['package.json', DOCKERFILE, 'libs/protocol', 'libs/transport', 'apps/mock-service'];
const LINKED = ['protocol', 'transport'];
const LEFT_OUT = /(?:^|\/)(?:testing|testdata|node_modules|reports|\.tsbuild|__snapshots__)(?:\/|$)|\.spec\.ts$/;

/**
 * The image of today's sources, built where the engine does not have it. It is built on the Node that this runs on, or on
 * the image that LAPSE_NODE_IMAGE names. @throws Error when the engine does not build it.
 */
export async function serviceImage(engine: Engine, say: (line: string) => void = () => {}): Promise<ServiceImage> {
  const named = process.env.LAPSE_NODE_IMAGE;
  const nodeImage = named || `lapse-node:${process.versions.node}-${process.arch}-${digestOf([NODE_IMAGE_TOOL])}`;
  const sources = COPIED.flatMap((path) => filesUnder(path)).map((path) => join(INSTALLATION, path));
  const name = `lapse-mock-service:${digestOf(sources, nodeImage)}`;
  const there = await imageId(engine, name);
  if (there !== undefined) return { name, id: there };
  say('Building the image of the mock service.');
  if (!named && (await imageId(engine, nodeImage)) === undefined) await importNodeImage(engine, nodeImage);
  await build(engine, name, nodeImage);
  const id = await imageId(engine, name);
  if (id === undefined) throw new Error(`the container engine did not build ${DOCKERFILE} on ${nodeImage}`);
  return { name, id };
}

async function imageId({ api }: Engine, name: string): Promise<string | undefined> {
  const words = await asked(api, { path: `/images/${encodeURIComponent(name)}/json` }, [200, 404]);
  return JSON.parse(words).Id;
}

async function importNodeImage({ api }: Engine, nodeImage: string): Promise<void> {
  const [repo = '', tag = ''] = nodeImage.split(':');
  const tool = spawn(process.execPath, [NODE_IMAGE_TOOL], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  tool.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const made = new Promise<number | null>((resolve, reject) => tool.once('close', resolve).once('error', reject));
  const query = { fromSrc: '-', repo, tag };
  const words = await asked(api, { method: 'POST', path: '/images/create', query, body: tool.stdout });
  if ((await made) !== 0) throw new Error(`no image of Node could be made: ${complaint.trim()}`);
  if (words.includes('"error"'))
    throw new Error(`the container engine did not take the image of Node: ${words.trim()}`);
}

async function build(engine: Engine, name: string, nodeImage: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'lapse-image-'));
  try {
    stage(context);
    const { GenericContainer } = await useEngine(engine);
    await GenericContainer.fromDockerfile(context, DOCKERFILE)
      .withBuildArgs({ NODE_IMAGE: nodeImage })
      .build(name, { deleteOnExit: false });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** A folder with what the image needs and nothing else: a checkout holds much more, and changes while it is read. */
function stage(context: string): void {
  for (const path of COPIED.flatMap((each) => filesUnder(each)))
    cpSync(join(INSTALLATION, path), join(context, path), { recursive: true });
  const links = join(context, 'node_modules', '@lapse');
  mkdirSync(links, { recursive: true });
  for (const name of LINKED) symlinkSync(`../../libs/${name}`, join(links, name));
}

/** Files of the image under a path of the installation, in order. */
function filesUnder(path: string): readonly string[] {
  if (LEFT_OUT.test(path)) return [];
  const place = join(INSTALLATION, path);
  if (!statSync(place).isDirectory()) return [path];
  return readdirSync(place)
    .toSorted()
    .flatMap((entry) => filesUnder(`${path}/${entry}`));
}

function digestOf(files: readonly string[], more = ''): string {
  const hash = createHash('sha256').update(more);
  for (const file of files) hash.update(`\0${file.slice(INSTALLATION.length)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
