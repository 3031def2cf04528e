import type { RuleId } from '../claims.ts';

/** A cited reason. Each one is a heading in docs/rules.md with the same source, formula and calibration. */
export interface Rule {
  readonly id: RuleId;
  /** Sections of the law: wcf-timeouts, wcf-wire, or what Toxiproxy was measured to do. */
  readonly source: string;
  readonly formula: string;
  /** `calibrated by <capture or measurement>` or `uncalibrated`. */
  readonly calibration: string;
  /** Rules that its instants or endings are made from. */
  readonly restsOn?: readonly RuleId[];
}
