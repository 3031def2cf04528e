/** Places across the paper, in hundredths of its width: what is narrow on a phone is wide on a desk. */
export const LIFELINE = { client: 29, service: 73 } as const;

/** Between the two lifelines. */
export const MIDDLE = 51;

/** How far the lanes of timers are from their lifeline, and from each other. */
export const LANE = { first: 3.2, step: 4.6 } as const;

/** A place without the noise of its arithmetic. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
