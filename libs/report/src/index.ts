export { countedVerdicts, type Lateness, type ReportedRun, type ReportedScenario } from './reported-run.ts';
