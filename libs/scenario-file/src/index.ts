export { findScenarios, loadScenario } from './load-scenario.ts';
export { type Parsed, parseScenario } from './parse-scenario.ts';
export { type FileProblem, formatProblem } from './problem.ts';
