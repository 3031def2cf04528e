export { junitOf } from './junit.ts';
export { markdownOf } from './markdown.ts';
export { countedVerdicts, type Lateness, type ReportedRun, type ReportedScenario } from './reported-run.ts';
