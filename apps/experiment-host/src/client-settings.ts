import type { Scenario, Step } from '@lapse/experiment';
import type { Endpoint } from './path.ts';

/** What a client process is told first, as one line of JSON on its standard input. */
export interface ClientProcessSettings {
  /** Start of the common clock: nanoseconds of CLOCK_MONOTONIC as a decimal string. */
  readonly startNs: string;
  readonly scenario: Scenario;
  readonly connectTo: Endpoint;
  readonly address: string;
}

/** Every further line: a step, to be performed now. The end of its input ends the process. */
export type ClientProcessOrder = Step;
