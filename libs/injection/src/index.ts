export * from './injector.ts';
export { type ToxiproxyInjector, type ToxiproxyOptions, toxiproxyInjector } from './toxiproxy-injector.ts';
