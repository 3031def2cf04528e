// The client's process of the measurement of calls: given the service's two ports and the seconds of a slice, prints all rows.
import { bareConnect } from './bare.ts';
import { Load } from './load.ts';
import { ourConnect } from './ours.ts';
import { printed, ROWS, type Row, type Slices } from './rows.ts';

/** Of each, for each row: the compiler has seen everything then. */
const WARM_UP = 3_000;
const SLICES = 10;

const [bare, ours, seconds, ...named] = process.argv.slice(2);
const ports = { bare: Number(bare), ours: Number(ours) };

for (const row of ROWS) {
  if (named.length === 0 || named.includes(row.name)) console.log(printed(row, await measured(row, Number(seconds))));
}

/** The two take turns, so that what else the machine does befalls both alike. */
async function measured({ bytes, shape }: Row, secondsOfSlice: number): Promise<Slices> {
  const theirs = await Load.of(bareConnect(ports.bare, bytes), shape);
  const mine = await Load.of(ourConnect(ports.ours, bytes), shape);
  await theirs.warmUp(WARM_UP);
  await mine.warmUp(WARM_UP);
  const slices: { readonly bare: number[]; readonly ours: number[] } = { bare: [], ours: [] };
  while (slices.ours.length < SLICES) {
    slices.bare.push(await theirs.rate(secondsOfSlice));
    slices.ours.push(await mine.rate(secondsOfSlice));
  }
  theirs.close();
  mine.close();
  return slices;
}
