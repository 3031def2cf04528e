import type { Shape } from './load.ts';

/** Where the service listens. */
export interface Ports {
  readonly bare: number;
  readonly ours: number;
}

/** What is measured, and the least share of the bare echo's rate that it has to reach. */
export interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly shape: Shape;
  readonly wanted: number;
}

export const ROWS: readonly Row[] = [
  { name: 'one call at a time', bytes: 100, shape: { connections: 1, outstanding: 1 }, wanted: 0.6 },
  { name: '32 outstanding', bytes: 100, shape: { connections: 1, outstanding: 32 }, wanted: 0.22 },
  { name: '32 connections', bytes: 100, shape: { connections: 32, outstanding: 1 }, wanted: 0.43 },
  { name: '32 KiB', bytes: 32_768, shape: { connections: 1, outstanding: 1 }, wanted: 0.21 },
];

/** Messages per second, slice by slice. */
export interface Slices {
  readonly bare: readonly number[];
  readonly ours: readonly number[];
}

/** The medians, what one is of the other, and all slices. */
export function printed({ name, wanted }: Row, { bare, ours }: Slices): string {
  const share = median(ours) / median(bare);
  const cells = [
    name.padEnd(18),
    `bare ${perSecond(median(bare))}`,
    `ours ${perSecond(median(ours))}`,
    `share ${share.toFixed(3)}, wanted ${wanted}`,
    `slices bare ${thousands(bare)} ours ${thousands(ours)} k/s`,
  ];
  return cells.join('   ');
}

/** Between the two in the middle, where there are two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en').padStart(7)}/s`;
}

function thousands(rates: readonly number[]): string {
  return rates.map((rate) => (rate / 1_000).toFixed(1)).join(' ');
}
