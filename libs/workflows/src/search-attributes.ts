import type { JudgedScenario, Scenario } from '@lapse/experiment';

/** Names of our search attributes, all of Temporal's type Keyword. A server must know them before we may use them. */
export const SEARCH_ATTRIBUTES = ['LapseScenario', 'LapseVerdict', 'LapseTimer', 'LapseFidelity'] as const;

export type SearchAttributeName = (typeof SEARCH_ATTRIBUTES)[number];

type Keyword = {
  readonly key: { readonly name: SearchAttributeName; readonly type: 'KEYWORD' };
  readonly value: string;
};

/** What is known of a scenario when its workflow starts. */
export function attributesOf(scenario: Scenario): Keyword[] {
  return [
    keyword('LapseScenario', scenario.scenario),
    keyword('LapseFidelity', scenario.path === 'direct' ? 'direct' : 'proxy'),
  ];
}

/** What is known when it has been judged: the verdict, and the timer that ended the session (or how it ended without one). */
export function attributesOfVerdict(judged: JudgedScenario): Keyword[] {
  const last = judged.experiments.at(-1);
  return [
    keyword('LapseVerdict', judged.status),
    keyword('LapseTimer', winningTimer(last?.verdicts[last.root]?.claim)),
  ];
}

function winningTimer(claim: JudgedScenario['experiments'][number]['verdicts'][number]['claim']): string {
  switch (claim?.outcome.is) {
    case 'fires':
      return claim.outcome.timer;
    case 'either':
      return claim.outcome.timers.join(' or ');
    default:
      return 'none';
  }
}

function keyword(name: SearchAttributeName, value: string): Keyword {
  return { key: { name, type: 'KEYWORD' }, value };
}
