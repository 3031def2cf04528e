import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EngineAddress } from './address.ts';

/** An engine answers within milliseconds, but a machine that is busy makes it wait. */
const PATIENCE = 20_000;

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  /** Milliseconds until it must have begun to answer. */
  readonly patience?: number;
}

export interface Answer {
  readonly status: number;
  /** The rest of the answer, which may be long in coming. */
  text(): Promise<string>;
}

/** The few questions about containers that are asked without loading more than Node has. */
export type EngineApi = (question: Question) => Promise<Answer>;

/** Resolves when an answer has begun, whatever its status. Rejects when nothing answers. */
export function engineApi(address: EngineAddress): EngineApi {
  const where =
    'socketPath' in address ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
  return ({ method = 'GET', path, query, body, patience = PATIENCE }) =>
    new Promise((resolve, reject) => {
      const url = query ? `${path}?${new URLSearchParams(query)}` : path;
      const asked = request({ ...where, method, path: url, agent: false }, (answer) => {
        clearTimeout(impatient);
        resolve({ status: answer.statusCode ?? 0, text: () => text(answer) });
      });
      const impatient = setTimeout(() => asked.destroy(new Error(`no answer within ${patience / 1_000} s`)), patience);
      asked.once('error', (error) => {
        clearTimeout(impatient);
        reject(error);
      });
      if (body) body.pipe(asked);
      else asked.end();
    });
}

/** The answer's text. @throws Error with the engine's own words when it is none of the `expected` ones. */
export async function asked(api: EngineApi, question: Question, expected: readonly number[] = [200]): Promise<string> {
  const { status, text: rest } = await api(question);
  const words = await rest();
  if (expected.includes(status)) return words;
  throw new Error(`the container engine answered ${status}: ${messageIn(words)}`);
}

function messageIn(words: string): string {
  try {
    return String(JSON.parse(words).message);
  } catch {
    return words.trim();
  }
}
