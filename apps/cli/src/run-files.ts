import { closeSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { junitOf, markdownOf, type ReportedRun } from '@lapse/report';
import { systemReason } from '@lapse/scenario-file';
import { makeFolder } from '@lapse/servers';
import { EXIT, Refusal } from './endings.ts';
import type { ConductOptions } from './planned-run.ts';

/** What stands beside `run.json` in the folder of a run, for other programs to read. */
const RUN_FILES = { junit: 'junit.xml', markdown: 'summary.md' } as const;

/** Writes a run for other programs: into its folder, and where flags want it. What fails is said, for no verdict depends on it. */
export async function writeRunFiles(
  run: ReportedRun,
  { junit, markdown }: Pick<ConductOptions, 'junit' | 'markdown'>,
  say: (line: string) => void,
): Promise<void> {
  const texts = [
    { text: junitOf(run), files: [join(run.folder, RUN_FILES.junit), junit] },
    { text: markdownOf(run), files: [join(run.folder, RUN_FILES.markdown), markdown] },
  ];
  for (const { text, files } of texts)
    for (const file of files) if (file !== undefined) await write(file, text).catch(telling(file, say));
}

/** What flags name is tried before anything is started. @throws Refusal for what could not be written when all is over. */
export async function requireWritableFiles({
  junit,
  markdown,
}: Pick<ConductOptions, 'junit' | 'markdown'>): Promise<void> {
  for (const file of [junit, markdown]) {
    if (file === undefined) continue;
    try {
      await makeFolder(dirname(resolve(file)));
      closeSync(openSync(file, 'a'));
    } catch (error) {
      throw new Refusal(EXIT.unavailable, `${file} cannot be written: ${systemReason(error)}. Nothing was started.`);
    }
  }
}

async function write(file: string, text: string): Promise<void> {
  await makeFolder(dirname(resolve(file)));
  writeFileSync(file, text);
}

function telling(file: string, say: (line: string) => void) {
  return (error: unknown) =>
    say(`${file} could not be written: ${systemReason(error)}. The verdict stands all the same.`);
}
