import type { Instant } from '@lapse/protocol';
import type { Scenario, Step } from '../scenario.ts';
import { type Clock, openClock } from './clocks.ts';
import { type Draft, endedByPeer, firing, symptomsOf } from './draft.ts';
import type { Mail } from './mail.ts';
import { exactly } from './moment.ts';
import { openedStory, usesOfFaulted, waiting } from './opened-story.ts';
import { discarding, POOLED_PREAMBLE_FAILS } from './pool.ts';
import { type Contender, type Doubt, type Ending, race } from './race.ts';
import type { Rule } from './rule.ts';
import type { Story } from './service-story.ts';

export const OPEN_COMPLETES: Rule = {
  id: 'open-completes',
  source: 'wcf-wire 1.5, wcf-timeouts 1.3 (round trips until Open returns)',
  formula: 't0 + L_cs + L_sc, with what the toxics add to the preamble and to its acknowledgement',
  calibration: 'calibrated by dotnet plain-binary',
  restsOn: ['preamble', 'window', 'path-endings'],
};

export const OPEN_REFUSED: Rule = {
  id: 'open-refused',
  source: 'wcf-timeouts 1.4, 15.1 (port refused, configuration A), 12 (E9)',
  formula: 't0: Linux refuses at once; EndpointNotFoundException',
  calibration: 'calibrated by dotnet T-open-refused-plain-T5',
  restsOn: ['window'],
};

export const OPEN_REJECTED: Rule = {
  id: 'open-rejected',
  source: 'wcf-timeouts 1.4, 5.2 (client view), 12 (E24 for FIN, E13 for RST)',
  formula: "the instant at which the end of the service's connection arrives before the acknowledgement",
  calibration: 'calibrated by dotnet T-open-rst-plain (RST), T-open-fin-rm (FIN)',
  restsOn: ['path-endings'],
};

export const RAW_CLIENT_ENDED: Rule = {
  id: 'raw-client-ended',
  source: 'wcf-timeouts 0.3 (abort is RST), docs/JUDGING.md, "Endings travel a path"',
  formula: 'the instant at which the end arrives at a bare socket',
  calibration: 'calibrated by dotnet-server cit-silent',
  restsOn: ['path-endings'],
};

interface Told {
  readonly mail: Mail;
  readonly ending: Ending | undefined;
  /** The connection has had a session before. */
  readonly reused: boolean;
}

/** A bare socket: it sees its connection end, and has no clocks. */
export function rawClientStory(ending: Ending | undefined): Story {
  if (ending === undefined) return { drafts: [], clocks: [] };
  const draft = endedByPeer('client', ending, { rule: RAW_CLIENT_ENDED });
  return { drafts: [draft], clocks: [], over: { at: ending.at, abrupt: true } };
}

/** Nothing listens where it connects to at `attemptedAt`: the open fails at once. A raw client is shown no exception. */
export function refusedStory(
  scenario: Scenario,
  [start, ...steps]: readonly Step[],
  { attemptedAt, mail }: { readonly attemptedAt: Instant; readonly mail: Mail },
): Story {
  if (start === undefined) return { drafts: [], clocks: [] };
  const at = exactly(attemptedAt);
  const raw = scenario.client.raw;
  const symptom = raw ? {} : { symptom: symptomsOf(scenario).refused };
  const refused: Draft = {
    side: 'client',
    outcome: { is: 'refused' },
    ...symptom,
    windowSpan: 0,
    at,
    rule: OPEN_REFUSED,
    ends: 'abruptly',
  };
  const clocks = raw ? [] : [openClock(scenario, start.at, undefined)];
  return { drafts: [refused, ...usesOfFaulted(scenario, steps, mail)], clocks, over: { at, abrupt: true } };
}

/** A WCF client's side of a session: open, then what its caller does with it (wcf-timeouts 1, 0.5). */
export function clientStory(scenario: Scenario, [start, ...steps]: readonly Step[], told: Told): Story {
  if (start === undefined) return { drafts: [], clocks: [] };
  const { mail, ending, reused } = told;
  const clock = openClock(scenario, start.at, mail.acknowledged);
  const acknowledged: Contender | undefined = mail.acknowledged && {
    kind: 'mail',
    at: mail.acknowledged,
    what: 'the acknowledgement',
  };
  const { first, doubt: near } = race([{ kind: 'clock', clock }, acknowledged, asEnd(ending)]);
  const doubt = near ?? waiting(steps[0], { clock, first });
  const doubted = { clocks: [clock], ...(doubt && { doubt }) };
  switch (first?.kind) {
    case 'clock': {
      const draft = firing(clock, symptomsOf(scenario).openTimedOut);
      const story = faulted(scenario, { draft, steps, mail, clock, ...doubted });
      const given = reused ? [discarding(draft.at, POOLED_PREAMBLE_FAILS, clock.span)] : [];
      return { ...story, drafts: [...given, ...story.drafts] };
    }
    case 'end': {
      if (reused) return { drafts: [], clocks: [], preambleFailed: first.ending.at, ...(doubt && { doubt }) };
      const { rejected, reset } = symptomsOf(scenario);
      const symptom = first.ending.how === 'fin' ? rejected : reset;
      return faulted(scenario, {
        draft: endedByPeer('client', first.ending, { rule: OPEN_REJECTED, symptom }),
        steps,
        mail,
        ...doubted,
      });
    }
    case 'mail': {
      const open: Draft = {
        side: 'client',
        outcome: { is: 'completes', operation: 'open' },
        symptom: null,
        windowSpan: 0,
        at: first.at,
        rule: OPEN_COMPLETES,
        ends: 'no',
      };
      if (start.do === 'call' && !doubt) return begun([], [clock], openedStory(scenario, [start, ...steps], told));
      return doubt
        ? { drafts: start.do === 'call' ? [] : [open], ...doubted }
        : begun([open], [clock], openedStory(scenario, steps, told));
    }
    default:
      return { drafts: [], ...doubted };
  }
}

function faulted(
  scenario: Scenario,
  {
    draft,
    steps,
    mail,
    clocks,
    clock,
    doubt,
  }: {
    readonly draft: Draft;
    readonly steps: readonly Step[];
    readonly mail: Mail;
    readonly clocks: readonly Clock[];
    readonly clock?: Clock;
    readonly doubt?: Doubt;
  },
): Story {
  const over = { at: draft.at, abrupt: true, ...(clock && { clock }) };
  return { drafts: [draft, ...usesOfFaulted(scenario, steps, mail)], clocks, over, ...(doubt && { doubt }) };
}

function begun(open: readonly Draft[], clocks: readonly Clock[], rest: Story): Story {
  return { ...rest, drafts: [...open, ...rest.drafts], clocks: [...clocks, ...rest.clocks] };
}

function asEnd(ending: Ending | undefined): Contender | undefined {
  return ending && { kind: 'end', ending };
}
