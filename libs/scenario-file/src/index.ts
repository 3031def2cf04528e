export { scenarioSchema } from './json-schema.ts';
export { findScenarios, loadScenario } from './load-scenario.ts';
export { nearest } from './nearest.ts';
export { type ObjectProblem, type Parsed, readScenario } from './parse-scenario.ts';
export { type FileProblem, formatProblem } from './problem.ts';
export type { FaultDescription } from './process-fault.ts';
export type { ScenarioDescription } from './shape.ts';
export type { StepDescription } from './step.ts';
export { systemReason } from './system-reason.ts';
