import type { Side } from '../scenario.ts';
import type { SettingName } from './setting.ts';

/** How the bytes of a session are protected; `Message` and `TransportWithMessageCredential` use a secure conversation. */
export type SecurityMode = 'None' | 'Transport' | 'Message' | 'TransportWithMessageCredential';

/** What a binding must have; what is absent does not matter. */
export interface Need {
  readonly reliableSession?: boolean;
  readonly security?: readonly SecurityMode[];
}

/** What may stand behind an exception: a timer, a limit, or an event. */
export interface Cause {
  /** Whose timer or doing it is. */
  readonly side: Side | 'network';
  /** What happens, in a sentence. */
  readonly what: string;
  /** After which time, in words. */
  readonly after: string;
  /** The setting that decides the time or the limit, and whose. */
  readonly setting?: { readonly name: SettingName; readonly side: Side };
  /** The least time between the last call that succeeded and the failure, where the setting decides it. */
  readonly earliest?: 'setting' | 'twiceSetting' | 'retries';
  /** Whether a failure is shown the moment the time is over; otherwise the next use shows it, however late that is. */
  readonly shown?: 'atOnce' | 'byNextUse';
  /** It comes first only where its setting is shorter than this one. */
  readonly precedes?: { readonly name: SettingName; readonly side: Side };
  /** What to look for, and where, that tells it from the other candidates. */
  readonly evidence: readonly string[];
  /** The setting or behaviour to change. */
  readonly change: string;
  /** Bindings under which it can happen, each one is enough; absent: under all. */
  readonly needs?: readonly Need[];
  /** Scenarios of the catalogue that reproduce it. */
  readonly scenarios: readonly string[];
  /** Where the law says so. */
  readonly source: string;
}
