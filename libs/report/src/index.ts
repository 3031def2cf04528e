export * from './conducted-scenario.ts';
export { htmlReport } from './html/page.ts';
export { toldInFull } from './html/told-in-full.ts';
export { junitOf } from './junit.ts';
export { markdownOf } from './markdown.ts';
export type { RecordedExperiment, RecordedRun, RecordedScenario } from './recorded-run.ts';
export { countedVerdicts, type Lateness, type ReportedRun, type ReportedScenario } from './reported-run.ts';
export { scenarioFile } from './scenario-file.ts';
export { describeClaim, describeObserved, reasonOf } from './words.ts';
