/** Whole milliseconds on the monotonic clock. In evidence 0 is the `zero` record; before that, the start of the host. */
export type Instant = number;

/** Whole milliseconds. `INFINITE` (constants) stands for TimeSpan.MaxValue. */
export type Duration = number;
