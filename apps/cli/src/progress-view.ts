import { styleText } from 'node:util';
import type { Sight } from '@lapse/conduct';
import type { Scenario } from '@lapse/experiment';
import { seconds } from './words.ts';

type Phase = NonNullable<Extract<Sight, { readonly is: 'running' }>['phase']>;

/** One scenario of a run and how it looked last. */
export interface Watched {
  readonly id: string;
  readonly scenario: Scenario;
  readonly sight: Sight;
  /** The verdict in words, when there is one. */
  readonly outcome?: string;
}

/** Shows people what a run is doing. */
export interface ProgressView {
  update(watched: readonly Watched[]): void;
  /** A line that stays. */
  say(line: string): void;
  end(): void;
}

/** On a terminal the running scenarios are redrawn in place; anywhere else every change is a line. */
export function progressView(stream: NodeJS.WriteStream): ProgressView {
  return stream.isTTY ? terminalView(stream) : plainView((line) => void stream.write(`${line}\n`));
}

/** Without a change for so long, a line says that it goes on; as often, one says how far the whole is. */
const REASSURE_EVERY = 10_000;
/** What a scenario takes beyond its measurement: its host starts, its evidence is judged. */
const BESIDE = 2_000;

/** `31 of 74 done, about 40 s left`: as fast as up to now. Undefined: there is one scenario, or nothing to reckon from. */
export function wholeLine(watched: readonly Watched[], elapsed: number): string | undefined {
  const workOf = (some: readonly Watched[]) => some.reduce((sum, { scenario }) => sum + scenario.runFor + BESIDE, 0);
  const done = watched.filter(({ outcome }) => outcome !== undefined);
  if (watched.length < 2 || done.length === 0 || done.length === watched.length) return undefined;
  const begun = watched.flatMap(({ sight, outcome }) =>
    sight.is === 'running' && outcome === undefined ? [sight.progress?.lastInstant ?? 0] : [],
  );
  const measured = workOf(done) + begun.reduce((sum, instant) => sum + Math.max(0, instant), 0);
  const left = (elapsed * (workOf(watched) - measured)) / measured;
  return `${done.length} of ${watched.length} done, about ${spanOf(left)} left`;
}

/** In steps that people count in. */
function spanOf(milliseconds: number): string {
  const step = milliseconds < 60_000 ? 5_000 : 60_000;
  const rounded = Math.max(1, Math.round(milliseconds / step)) * step;
  return rounded < 60_000 ? `${rounded / 1_000} s` : `${Math.round(rounded / 60_000)} min`;
}

/** `[  3.2s] scenario: phase`, at every change of a phase. */
export function plainView(write: (line: string) => void): ProgressView {
  const began = performance.now();
  const shown = new Map<string, string>();
  const measured = new Set<string>();
  let last = began;
  let whole = began;
  const say = (line: string) => {
    last = performance.now();
    write(`[${((last - began) / 1_000).toFixed(1).padStart(6)}s] ${line}`);
  };
  return {
    say,
    update(watched) {
      for (const one of watched) {
        const words = phaseWords(one);
        if (words === undefined || shown.get(one.id) === words) continue;
        shown.set(one.id, words);
        // Nothing else leads back from there: noise made the first experiment inconclusive.
        const again = words === STARTING && measured.has(one.id) ? `${words} a second experiment` : words;
        if (isMeasuring(one)) measured.add(one.id);
        say(`${one.scenario.scenario}: ${again}`);
      }
      const line =
        performance.now() - whole > REASSURE_EVERY ? wholeLine(watched, performance.now() - began) : undefined;
      if (line !== undefined) {
        whole = performance.now();
        say(line);
      }
      const running = watched.filter(({ sight }) => sight.is === 'running');
      if (running.length > 0 && performance.now() - last > REASSURE_EVERY) say(running.map(liveLine).join('; '));
    },
    end: () => undefined,
  };
}

/** The plain lines, and below them one line for each running scenario, redrawn. */
function terminalView(stream: NodeJS.WriteStream): ProgressView {
  const began = performance.now();
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const plain = plainView((line) => {
    erase();
    stream.write(`${line}\n`);
  });
  return {
    say: plain.say,
    update(watched) {
      plain.update(watched);
      erase();
      const running = watched.filter(({ sight }) => sight.is === 'running').map(liveLine);
      for (const line of [...running, wholeLine(watched, performance.now() - began) ?? []].flat()) {
        stream.write(`${styleText('dim', `  ${line}`.slice(0, (stream.columns || 80) - 1))}\n`);
        drawn++;
      }
    },
    end: erase,
  };
}

const STARTING: Phase = 'starting';

function isMeasuring({ sight }: Watched): boolean {
  return sight.is === 'running' && (sight.phase === 'measuring' || sight.phase === 'judging');
}

function phaseWords({ sight, outcome, scenario }: Watched): string | undefined {
  if (sight.is === 'waiting') return undefined;
  if (sight.is !== 'running') return outcome;
  return sight.phase === 'measuring' ? `measuring, ${seconds(scenario.runFor)}` : sight.phase;
}

/** `scenario  measuring  3.2 s left`. */
export function liveLine({ scenario, sight }: Watched): string {
  if (sight.is !== 'running') return scenario.scenario;
  const words = `${scenario.scenario}  ${sight.phase ?? ''}`;
  const now = sight.progress?.lastInstant;
  return now === undefined ? words : `${words}  ${(Math.max(0, scenario.runFor - now) / 1_000).toFixed(1)} s left`;
}
