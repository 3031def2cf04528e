import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, 'mono');
/** Where Mono's WCF is: Debian's packages of both compilers and libraries (libmono-system-servicemodel4.0a-cil). */
const REFERENCES = ['System.ServiceModel', 'System.Runtime.Serialization'];
/** What mcs says of a reference that it does not find. */
const NO_SUCH_LIBRARY = 'error CS0006';
const REMEDY = 'apt-get install --no-install-recommends mono-mcs libmono-system-servicemodel4.0a-cil';

/** A contract of ours as Mono serves it: `related` is `test` whose faults say what they relate to. */
export type ServedContract = 'test' | 'related' | 'duplex' | 'session' | 'streamed';
/** What Mono's client has to say (mono/Client.cs). */
export type Script = 'test' | 'throws' | 'idle' | 'late' | 'duplex' | 'session' | 'unbegun' | 'streamed';

/** What the peer said: one object a line. */
export type Said = Readonly<Record<string, string | number>>;

/** Our C# peer, compiled against this machine's Mono. */
export interface MonoPeer {
  /** `Mono JIT compiler version 6.8.0.105 …` */
  readonly version: string;
  serve(contract: ServedContract): Promise<MonoService>;
  /** Runs Mono's client against an address to the end, and answers with what it was told. */
  call(script: Script, address: string): Promise<readonly Said[]>;
  /** Ends its services, and forgets what was compiled. */
  remove(): Promise<void>;
}

export interface MonoService {
  readonly address: string;
  readonly port: number;
  /** What it has executed, as soon as it has said so of that many; at the latest after 5 s, however many there are. */
  executed(count: number): Promise<readonly Said[]>;
  end(): Promise<void>;
}

/** Compiles the peer; a sentence where there is no Mono to do it with. Throws where Mono is there and cannot. */
export async function monoPeer(): Promise<MonoPeer | string> {
  const version = await versionOf('mono');
  const compiler = await versionOf('mcs');
  if (version === undefined || compiler === undefined) {
    const missing = [version === undefined && 'mono', compiler === undefined && 'mcs'].filter((name) => name !== false);
    return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not on PATH (${REMEDY})`;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lapse-mono-'));
  try {
    return new CompiledPeer(version, folder, await compile(folder));
  } catch (error) {
    await rm(folder, { recursive: true });
    if (error instanceof Error && error.message.includes(NO_SUCH_LIBRARY))
      return `Mono has no ${REFERENCES.join(' or no ')} here (${REMEDY})`;
    throw error;
  }
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return stdout.split('\n')[0]?.trim() ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function compile(folder: string): Promise<string> {
  const program = join(folder, 'peer.exe');
  const sources = (await readdir(SOURCES)).filter((name) => name.endsWith('.cs')).sort();
  const words = [`-out:${program}`, '-warnaserror', ...REFERENCES.map((name) => `-r:${name}`), ...sources];
  await run('mcs', words, { cwd: SOURCES, timeout: 120_000 });
  return program;
}

class CompiledPeer implements MonoPeer {
  readonly version: string;
  readonly #folder: string;
  readonly #program: string;
  readonly #services = new Set<MonoService>();

  constructor(version: string, folder: string, program: string) {
    this.version = version;
    this.#folder = folder;
    this.#program = program;
  }

  async serve(contract: ServedContract): Promise<MonoService> {
    const port = await freePort();
    const child = spawn('mono', [this.#program, 'service', String(port), contract], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = linesOf(child);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const service: MonoService = {
      address: `net.tcp://127.0.0.1:${port}/test`,
      port,
      executed: async (count) => {
        const executed = () => lines.said.filter((said) => 'executed' in said);
        await until(() => executed().length >= count);
        return executed();
      },
      end: () => {
        this.#services.delete(service);
        child.stdin.end();
        return ended;
      },
    };
    this.#services.add(service);
    await lines.first;
    return service;
  }

  async call(script: Script, address: string): Promise<readonly Said[]> {
    const words = [this.#program, 'client', script, address];
    const { stdout } = await run('mono', words, { timeout: 25_000 });
    return stdout.split('\n').flatMap(read);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#services].map((service) => service.end()));
    await rm(this.#folder, { recursive: true });
  }
}

interface PeerLines {
  readonly said: readonly Said[];
  /** It has said something, which is that it listens. Fails where it ends before. */
  readonly first: Promise<void>;
}

function linesOf(child: ChildProcessByStdio<Writable, Readable, null>): PeerLines {
  const said: Said[] = [];
  const first = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(...read(line));
      resolve();
    });
    child.once('close', (code) => reject(new Error(`Mono's service ended with ${code}`)));
    child.once('error', reject);
  });
  return { said, first };
}

/** Mono's own complaints are on standard output too, and are no objects. */
function read(line: string): readonly Said[] {
  return line.startsWith('{') ? [JSON.parse(line)] : [];
}

/** Mono cannot say which port it was given. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject() : resolve(address.port)));
    });
  });
}
