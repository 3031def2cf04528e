import {
  type JudgedScenario,
  type Loser,
  type Scenario,
  spanInWords,
  timeoutInWords,
  type Verdict,
} from '@lapse/experiment';
import { reasonOf } from '@lapse/report';
import { decidingExperiment, rootVerdict, seconds } from './words.ts';

/** What the application on the client's side was shown; undefined where the evidence does not say. */
export function clientSees(judged: JudgedScenario, scenario: Scenario): string | undefined {
  const root = rootVerdict(judged);
  if (root?.claim === undefined || scenario.client.raw) return undefined;
  const { session } = root.claim.subject;
  const verdicts = (decidingExperiment(judged)?.verdicts ?? []).filter(
    ({ claim }) => claim?.subject.session === session,
  );
  const shown = verdicts
    .filter(({ claim }) => claim?.subject.side === 'client' || claim?.outcome.is === 'either')
    .flatMap(({ observed }) => observed?.shown ?? [])[0];
  if (shown !== undefined) return `${shown.exception} "${beginningOf(shown.message)}"`;
  return root.status === 'confirmed' && root.claim.outcome.is !== 'either' ? nothingShown(root, scenario) : undefined;
}

function nothingShown({ claim }: Verdict, { processFaults = [] }: Scenario): string {
  const fault = processFaults.find(({ side, heal }) => side === 'client' && heal === undefined);
  if (fault !== undefined) return `nothing, its process is ${fault.how === 'kill' ? 'dead' : 'frozen'}`;
  const { is } = claim?.outcome ?? {};
  if (claim?.subject.side === 'service' && claim.subject.call !== undefined)
    return 'no exception: it is the operation of the service that is told';
  return is === 'completes' || is === 'survives' ? 'no exception' : 'nothing, until its next use';
}

const BEGINNING = 100;

function beginningOf(message: string): string {
  if (message.length <= BEGINNING) return message;
  const cut = message.slice(0, BEGINNING - 3);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 20))} ...`;
}

/** The timers that lost, those together that lost for the same reason: `service open, receive (never armed)`. Empty: there is none. */
export function lostInWords(losers: readonly Loser[]): string {
  const sides = losers.map(({ side, timer, ...why }) => ({ side, timer, because: reasonOf(why) }));
  const groups = Map.groupBy(sides, ({ side, because }) => `${side} (${because})`);
  return [...groups.values()]
    .map((group) => {
      const names = group.map(({ side, timer }) => timeoutInWords(timer, side).replace(/ timeout$/, '')).join(', ');
      return `${group[0]?.side} ${names} (${group[0]?.because})`;
    })
    .join('; ');
}

/** What the winning timer's time stands for in WCF's own durations; undefined where nothing is scaled, or no timer won. */
export function scaleInWords(judged: JudgedScenario, { scale }: Scenario): string | undefined {
  const span = rootVerdict(judged)?.claim?.span;
  if (scale === 1 || span === undefined) return undefined;
  return `scale ${scale}: ${seconds(span)} stands for ${spanInWords(span / scale)}`;
}
