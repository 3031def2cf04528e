export * from './infoset.ts';
