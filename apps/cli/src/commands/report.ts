import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { htmlReport } from '@lapse/report';
import type { Command } from 'commander';
import { openInBrowser } from '../browser.ts';
import { EXIT, type ExitCode, Refusal } from '../endings.ts';
import { examples } from '../help.ts';
import { type Invocation, nonEmpty, performs } from '../invocation.ts';
import { followLatest } from '../latest.ts';
import type { Output } from '../output.ts';
import { findRecords } from '../record.ts';
import { foundRun, REPORT, whyNotWritten } from '../run-report.ts';
import { standingOf } from '../standing.ts';

interface ReportFlags {
  readonly out?: string;
  readonly open?: true;
}

/** `lapse report RUN` */
export function addReport(program: Command, invocation: Invocation): void {
  const command = program
    .command('report')
    .description('Write what was recorded as one page: a picture of every session, with its reasons and proofs.')
    .argument('<run>', "the folder of a run, the folder of an experiment, or an experiment's history.jsonl")
    .option('--out <file>', `where to write it; otherwise ${REPORT} in the folder, or beside the history`, nonEmpty)
    .option('--open', 'show it in the browser of this machine')
    .addHelpText(
      'after',
      `${examples(
        ['report .lapse/runs/20261124-233220-1', `writes ${REPORT} into that folder`],
        ['report .lapse/runs/latest --open', 'the newest run that has ended, shown in a browser'],
        ['report from/elsewhere/history.jsonl --out one.html', 'one experiment'],
        ['report .lapse/runs/20261124-233220-1 --json'],
      )}\n\nThe page needs no other file and no network. It is judged by today's rules, as by judge;\nit ends with 0 when the page is written, whatever the verdict.`,
    );
  performs<ReportFlags>(command, invocation, ([path = ''], flags, output) => report(path, flags, output));
}

async function report(named: string, { out, open }: ReportFlags, output: Output): Promise<ExitCode> {
  const found = findRecords(named);
  const path = followLatest(named);
  const folder = standingOf(path).is === 'file' ? dirname(resolve(path)) : resolve(path);
  const run = foundRun(found, folder);
  const page = resolve(out ?? join(folder, REPORT));
  requirePage(page);
  const text = htmlReport(run);
  try {
    writeFileSync(page, text);
  } catch (error) {
    throw new Refusal(EXIT.unavailable, whyNotWritten(page, error));
  }
  const exitCode = open ? await shown(page, output) : EXIT.confirmed;
  output.print(`report: ${page}`);
  const scenarios = run.scenarios.map(({ reported: { scenario, id, verdict } }) => ({ scenario, id, verdict }));
  output.document({ exitCode, report: page, status: run.status, scenarios });
  return exitCode;
}

/** A slip of the pen shall not cost a record: only what is named as a page is written over. */
function requirePage(path: string): void {
  if (!/\.html?$/i.test(path)) throw new Refusal(EXIT.usage, `${path} is no name for a page: it has to end in .html.`);
  const standing = standingOf(path);
  if (standing.is === 'folder') throw new Refusal(EXIT.usage, `${path} is a folder, not a file.`);
  if (standing.is === 'useless') throw new Refusal(EXIT.usage, `${path} ${standing.why}.`);
  if (standing.is === 'file' && !isReport(path))
    throw new Refusal(
      EXIT.usage,
      `${path} is there, and no report of Lapse: give another name by --out, or remove it.`,
    );
}

function isReport(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  return text === '' || text.slice(0, 500).includes('name="generator" content="Lapse"');
}

async function shown(page: string, output: Output): Promise<ExitCode> {
  const trouble = await openInBrowser(page);
  if (trouble === undefined) return EXIT.confirmed;
  output.say(`The report is written, but no browser could be opened here: ${trouble}.`);
  return EXIT.unavailable;
}
