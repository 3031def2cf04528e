export { scenarioSchema } from './json-schema.ts';
export { findScenarios, loadScenario } from './load-scenario.ts';
export { nearest } from './nearest.ts';
export type { Parsed } from './parse-scenario.ts';
export { type FileProblem, formatProblem } from './problem.ts';
export { systemReason } from './system-reason.ts';
