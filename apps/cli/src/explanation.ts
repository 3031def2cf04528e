import {
  type Account,
  accountOf,
  assemble,
  explain,
  type Scenario,
  type Status,
  type TimelineRow,
  timelineOf,
} from '@lapse/experiment';
import { messageOf } from './endings.ts';
import { type JudgedRecord, judgeFound } from './judging.ts';
import type { FoundRecord } from './record.ts';
import { timelineText } from './timeline-text.ts';
import { wrapped } from './wrapped.ts';

/** What one record tells: of the session that its prediction is about, and everything that happened, in order. */
export interface Explanation {
  readonly scenario: string;
  readonly id: string;
  readonly verdict: Status;
  /** What the judge says of the prediction, or why this version cannot say anything. */
  readonly sentence: string;
  /** Absent: the record was made by another version, and cannot be read as one. */
  readonly account?: Account;
  readonly timeline: readonly TimelineRow[];
  readonly evidence: string;
}

export function explainFound(found: FoundRecord): Explanation {
  const judged = judgeFound(found);
  const { id, scenario } = found.request;
  if (judged.is === 'foreign') return foreign(found, judged.reason);
  const { experiment } = judged;
  const sentence = explain(experiment, scenario);
  const told = { scenario: scenario.scenario, id, verdict: experiment.status, sentence, evidence: found.folder };
  try {
    return { ...told, ...recounted(found, judged) };
  } catch (error) {
    return foreign(
      found,
      `The record was made by another version of Lapse: it cannot be recounted (${messageOf(error)}).`,
    );
  }
}

function recounted(
  { lines, request }: FoundRecord,
  { experiment }: Extract<JudgedRecord, { is: 'judged' }>,
): Pick<Explanation, 'account' | 'timeline'> {
  const evidence = assemble(lines);
  const session = experiment.verdicts[experiment.root]?.claim?.subject.session ?? 1;
  const scenario: Scenario = request.scenario;
  return { account: accountOf(evidence, scenario, session), timeline: timelineOf(evidence, scenario) };
}

function foreign({ folder, request }: FoundRecord, sentence: string): Explanation {
  return {
    scenario: request.scenario.scenario,
    id: request.id,
    verdict: 'inconclusive',
    sentence,
    timeline: [],
    evidence: folder,
  };
}

/** As wide as a terminal of old: a timeline has its columns. */
const COLUMNS = 80;

/** An explanation in plain text, 80 columns wide. */
export function explanationText({ scenario, verdict, sentence, account, timeline, evidence }: Explanation): string {
  const lines = [
    `${scenario}: ${verdict}`,
    `  ${sentence}`,
    ...(account === undefined ? [] : ['', ...accountText(account)]),
    `  evidence  ${evidence}`,
  ];
  return [wrapped(lines.join('\n'), COLUMNS), ...(timeline.length === 0 ? [] : ['', timelineText(timeline)])].join(
    '\n',
  );
}

function accountText({ session, root, carrier, seen, change }: Account): readonly string[] {
  return [
    `  session   ${session}`,
    `  root      ${root.side === undefined ? '' : `${root.side}: `}${root.words}`,
    `  carrier   ${carrier.is}: ${carrier.words}`,
    `  caller    ${seen.words}`,
    `  change    ${change}`,
  ];
}

/** The same as a document; docs/schema/explain.json. */
export function explanationDocument({ timeline, ...rest }: Explanation): object {
  return { ...rest, timeline: timeline.map(({ at, ...cells }) => ({ atMs: at, ...cells })) };
}
