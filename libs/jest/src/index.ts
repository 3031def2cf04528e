import { addMatchers } from './matchers.ts';

export type { FaultClaim, Timer } from './answers.ts';
export type { EnvironmentSettings } from './environment.ts';
export { type LapseEnvironment, type LapseSettings, lapse, type ScenarioObject } from './fixture.ts';
export type { LapseMatchers } from './matcher-types.ts';
export type { Outcome } from './outcome.ts';

addMatchers();
