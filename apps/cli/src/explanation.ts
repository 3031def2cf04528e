import {
  accountOf,
  accountsOf,
  assemble,
  diagnose,
  explain,
  type Scenario,
  type SessionAccount,
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
  readonly account?: SessionAccount;
  /** Row of the signature table that the client's exception fits: what it would tell without a record. */
  readonly signature?: { readonly id: string; readonly means: string; readonly candidates: number };
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
): Pick<Explanation, 'account' | 'signature' | 'timeline'> {
  const evidence = assemble(lines);
  const session = experiment.verdicts[experiment.root]?.claim?.subject.session ?? 1;
  const scenario: Scenario = request.scenario;
  const told = accountsOf(evidence, scenario).find((one) => one.session === session);
  const account = told ?? accountOf(evidence, scenario, session);
  return { account, ...signatureOf(account.seen.exception), timeline: timelineOf(evidence, scenario) };
}

function signatureOf(exception: Exception | undefined): Pick<Explanation, 'signature'> {
  const [reading] = exception === undefined ? [] : (diagnose(asPrinted(exception))[0]?.readings ?? []);
  if (reading === undefined) return {};
  const { signature, candidates } = reading;
  return { signature: { id: signature.id, means: signature.means, candidates: candidates.length } };
}

type Exception = NonNullable<SessionAccount['seen']['exception']>;

/** As .NET prints it. */
function asPrinted({ name, message, inner }: Exception): string {
  return `${name}: ${message}${inner === undefined ? '' : ` ---> ${asPrinted(inner)}`}`;
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
export function explanationText(explanation: Explanation): string {
  const { scenario, verdict, sentence, account, timeline, evidence } = explanation;
  const lines = [
    `${scenario}: ${verdict}`,
    `  ${sentence}`,
    ...(account === undefined ? [] : ['', ...accountText(account, explanation.signature)]),
    `  evidence  ${evidence}`,
  ];
  return [wrapped(lines.join('\n'), COLUMNS), ...(timeline.length === 0 ? [] : ['', timelineText(timeline)])].join(
    '\n',
  );
}

function accountText(
  { session, root, carrier, seen, effect, change }: SessionAccount,
  signature: Explanation['signature'],
): readonly string[] {
  return [
    `  session   ${session}`,
    `  root      ${root.side === undefined ? '' : `${root.side}: `}${root.words}`,
    `  carrier   ${carrier.is}: ${carrier.words}`,
    `  caller    ${seen.words}`,
    ...(signature === undefined
      ? []
      : [
          `  reads as  ${signature.id}: ${signature.means} (${candidatesInWords(signature.candidates)} by the text alone)`,
        ]),
    ...(effect === undefined ? [] : [`  effect    ${effect}`]),
    `  change    ${change}`,
  ];
}

function candidatesInWords(count: number): string {
  return count === 1 ? '1 candidate' : `${count} candidates`;
}

/** The same as a document; docs/schema/explain.json. */
export function explanationDocument({ timeline, ...rest }: Explanation): object {
  return { ...rest, timeline: timeline.map(({ at, ...cells }) => ({ atMs: at, ...cells })) };
}
