export { SEARCH_ATTRIBUTES } from '@lapse/workflows';
export * from './activities.ts';
export * from './client.ts';
export * from './in-process.ts';
export * from './judgement.ts';
export * from './sight.ts';
export * from './station.ts';
export * from './sweep.ts';
export * from './worker.ts';
