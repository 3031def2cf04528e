import { existsSync, mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENT_FILES, type ExperimentFile } from '@lapse/experiment';

type FileName = (typeof EXPERIMENT_FILES)[keyof typeof EXPERIMENT_FILES];

/** The folder of one experiment on its station, and the few things that a station does with the files in it. */
export class ExperimentFolder {
  readonly path: string;

  constructor(runsFolder: string, id: string) {
    if (!/^[a-z0-9-]+$/.test(id))
      throw new Error(`an experiment's id consists of a-z, 0-9 and -, not ${JSON.stringify(id)}`);
    this.path = join(runsFolder, id);
  }

  file(name: FileName): string {
    return join(this.path, name);
  }

  has(name: FileName): boolean {
    return existsSync(this.file(name));
  }

  /** Milliseconds since a file was last touched; undefined: there is none. */
  age(name: FileName): number | undefined {
    const modified = statSync(this.file(name), { throwIfNoEntry: false })?.mtimeMs;
    return modified === undefined ? undefined : Date.now() - modified;
  }

  /** Creates an empty file, or sets its time to now. */
  touch(name: FileName): void {
    mkdirSync(this.path, { recursive: true });
    if (!this.has(name)) writeFileSync(this.file(name), '');
    const now = new Date();
    utimesSync(this.file(name), now, now);
  }

  /** Written as a whole or not at all: the host may read it at any moment. */
  writeExperiment(content: ExperimentFile): void {
    mkdirSync(this.path, { recursive: true });
    const draft = `${this.file(EXPERIMENT_FILES.experiment)}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(draft, this.file(EXPERIMENT_FILES.experiment));
  }

  readExperiment(): ExperimentFile {
    return JSON.parse(readFileSync(this.file(EXPERIMENT_FILES.experiment), 'utf8')) as ExperimentFile;
  }

  /** The end of the host's own output, for people who must find out why it ended. */
  logTail(): string {
    return this.has(EXPERIMENT_FILES.log)
      ? readFileSync(this.file(EXPERIMENT_FILES.log), 'utf8').slice(-2_000).trim()
      : '';
  }
}
