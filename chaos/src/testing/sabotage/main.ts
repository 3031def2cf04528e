// `main.ts [--times N] [--seed N] [--only WORD]`: every sabotage N times, each at a random instant, three at a time.
// Exit code 1: one came out as it must not.
import { parseArgs } from 'node:util';
import { SABOTAGE } from './acts.ts';
import { randomFrom } from './random.ts';
import { complaintsAbout, type Sabotage } from './sabotage.ts';
import { EARLIEST, found, LATEST, openServers, stage } from './stage.ts';

const AT_A_TIME = 3;

const { values } = parseArgs({
  options: { times: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const times = Number(values.times ?? 1);
if (!(Number.isSafeInteger(seed) && Number.isSafeInteger(times) && times > 0)) {
  console.error('usage: main.ts [--times N] [--seed N] [--only WORD]');
  process.exit(64);
}
process.exitCode = await main(SABOTAGE.filter(({ name }) => name.includes(values.only ?? '')));

interface Row {
  readonly sabotage: Sabotage;
  readonly ends: Record<string, number>;
  readonly complaints: string[];
}

async function main(chosen: readonly Sabotage[]): Promise<number> {
  console.log(`seed ${seed}; ${chosen.length} kinds of sabotage, ${times} times each`);
  await using servers = await openServers(['temporal']);
  const temporalAddress = found(servers, 'temporal').address;
  const random = randomFrom(seed);
  const rows = chosen.map((sabotage): Row => ({ sabotage, ends: {}, complaints: [] }));
  const waiting = Array.from({ length: times }, () => rows)
    .flat()
    .map((row) => ({ row, share: EARLIEST + random() * (LATEST - EARLIEST) }));
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await perform(next.row, { temporalAddress, share: next.share });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  console.log(`\n${tableOf(rows)}`);
  return rows.some(({ complaints }) => complaints.length > 0) ? 1 : 0;
}

async function perform(
  { sabotage, ends, complaints }: Row,
  { temporalAddress, share }: { readonly temporalAddress: string; readonly share: number },
): Promise<void> {
  try {
    const aftermath = await stage({ sabotage, temporalAddress, share });
    const end = aftermath.byNoise ? 'by noise' : aftermath.end;
    ends[end] = (ends[end] ?? 0) + 1;
    const found = complaintsAbout(sabotage, aftermath);
    complaints.push(...found.map((complaint) => `at ${share.toFixed(3)}: ${complaint}`));
    console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'} ${sabotage.name}: ${end}, ${aftermath.reasons[0] ?? ''}`);
  } catch (error) {
    complaints.push(`at ${share.toFixed(3)}: ${String(error)}`);
    console.log(`FAILED ${sabotage.name}: ${String(error)}`);
  }
}

function tableOf(rows: readonly Row[]): string {
  const columns = ['confirmed', 'inconclusive', 'by noise', 'refuted', 'nothing'];
  const width = Math.max(...rows.map(({ sabotage }) => sabotage.name.length));
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('  ');
  return [
    line('', columns),
    ...rows.flatMap(({ sabotage, ends, complaints }) => [
      line(
        sabotage.name,
        columns.map((column) => String(ends[column] ?? '-')),
      ),
      ...complaints.map((complaint) => `    ${complaint}`),
    ]),
    'wall clock moved: not staged, it belongs to the whole machine; every instant is counted on the monotonic clock',
  ].join('\n');
}
