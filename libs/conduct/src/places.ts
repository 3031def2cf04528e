import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENT_FILES } from '@lapse/experiment';
import { ExperimentFolder } from './folder.ts';

/** A place whose experiment nobody has started or watched for this long is free again. */
const FORGOTTEN_AFTER = 60_000;

/**
 * The places of a station: files, so that a worker that takes a dead one's place finds them as they were.
 * Every step is synchronous; within one worker nothing comes between looking and taking.
 */
export class Places {
  readonly #runsFolder: string;
  readonly #capacity: number;

  constructor(runsFolder: string, capacity: number) {
    this.#runsFolder = runsFolder;
    this.#capacity = capacity;
  }

  /** Takes a place for an experiment. An experiment that holds one already keeps it. False: the station is full. */
  take(id: string): boolean {
    mkdirSync(this.#folder, { recursive: true });
    const places = Array.from({ length: this.#capacity }, (_, index) => join(this.#folder, String(index)));
    if (places.some((place) => holderOf(place) === id)) return true;
    return places.some((place) => this.#claim(place, id));
  }

  giveBack(id: string): void {
    for (let index = 0; index < this.#capacity; index++) {
      const place = join(this.#folder, String(index));
      if (holderOf(place) === id) rmSync(place, { force: true });
    }
  }

  get #folder(): string {
    return join(this.#runsFolder, '.places');
  }

  #claim(place: string, id: string): boolean {
    const holder = holderOf(place);
    if (holder !== undefined && !this.#isFree(place, holder)) return false;
    writeFileSync(place, id);
    return true;
  }

  #isFree(place: string, holder: string): boolean {
    const folder = new ExperimentFolder(this.#runsFolder, holder);
    if (folder.has(EXPERIMENT_FILES.done)) return true;
    const taken = Date.now() - statSync(place).mtimeMs;
    return Math.min(taken, folder.age(EXPERIMENT_FILES.lease) ?? taken) > FORGOTTEN_AFTER;
  }
}

function holderOf(place: string): string | undefined {
  return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
}
