import type { Instant } from '@lapse/protocol';
import type { Scenario, Side, Step } from '../scenario.ts';
import { clientStory, rawClientStory, refusedStory } from './client-story.ts';
import { type Deaths, type Mail, mailOf } from './mail.ts';
import { exactly, type Moment } from './moment.ts';
import { type Cut, type Direction, downAt, endingArrivalOf, firstCut, resetSeenAs, TOXIC_DROPS } from './path.ts';
import { type Doubt, type Ending, momentOf, tooNear } from './race.ts';
import type { Rule } from './rule.ts';
import { type Story, serviceStory } from './service-story.ts';
import { killedAt, livedBy, PROCESS_FROZEN, PROCESS_KILLED } from './stillness.ts';
import { Unpredictable } from './unpredictable.ts';

export const CONNECTION_CUT: Rule = {
  id: 'connection-cut',
  source:
    'Toxiproxy as measured: down ends live connections with FIN; so do limit_data at its limit, and the removal of a timeout toxic',
  formula: 'the instant of the cut, on both sides; the side that has bytes queued ahead of it waits for them',
  calibration: TOXIC_DROPS.calibration,
  restsOn: ['toxic-drops', 'path-endings'],
};

/** Both sides of a session, and which of them ended it. */
export interface Course {
  readonly client: Story;
  readonly service: Story;
  /** One timer on each side, too near to the other for either to be told of it in time (wcf-timeouts 15.9 rule 5). */
  readonly across?: Doubt;
}

/**
 * wcf-timeouts 15.9: each side is told as if the other lived; the side whose end comes first is right, and the other one is
 * told again with that end, when the path delivers it, and without what was not written any more.
 */
export function courseOf(scenario: Scenario): Course {
  const [start] = scenario.workload;
  if (start === undefined) throw new Unpredictable('The workload is empty: without a step there is no session.');
  if (downAt(scenario, start.at))
    return { client: refusedStory(scenario, scenario.workload), service: { drafts: [], clocks: [] } };
  const telling = new Telling(scenario, start);
  const client = telling.client({}, undefined);
  const service = telling.service(deathOf('client', client), undefined);
  const across = acrossSides(client, service);
  if (endsFirst(service, client))
    return { service, client: telling.client(deathOf('service', service), service), ...across };
  if (client.over !== undefined)
    return { client, service: telling.service(deathOf('client', client), client), ...across };
  return { client, service };
}

class Telling {
  readonly #scenario: Scenario;
  readonly #start: Step;
  readonly #closedAt: Instant | undefined;

  constructor(scenario: Scenario, start: Step) {
    this.#scenario = scenario;
    this.#start = start;
    this.#closedAt = scenario.workload.find((step) => step.do === 'close')?.at;
  }

  client(deaths: Deaths, peer: Story | undefined): Story {
    const mail = this.#mail(deaths);
    const ending = this.#ending('downstream', mail, peer);
    if (this.#scenario.client.raw) return this.#untilKilled('client', rawClientStory(ending));
    return this.#untilKilled('client', clientStory(this.#scenario, this.#scenario.workload, { mail, ending }));
  }

  service(deaths: Deaths, peer: Story | undefined): Story {
    const mail = this.#mail(deaths);
    const accepted = livedBy(this.#scenario, 'service', exactly(this.#start.at));
    if (accepted === undefined) return { drafts: [], clocks: [] };
    const ending = this.#ending('upstream', mail, peer);
    return this.#untilKilled('service', serviceStory(this.#scenario, accepted.at, { mail, ending }));
  }

  /** A killed process is over when it is killed, unless its session was before; nothing of it says so. */
  #untilKilled(side: Side, story: Story): Story {
    const at = killedAt(this.#scenario, side);
    if (at === undefined || (story.over !== undefined && story.over.at.at <= at)) return story;
    return { ...story, over: { at: exactly(at), abrupt: true, killed: true } };
  }

  #mail(deaths: Deaths): Mail {
    return mailOf(this.#scenario, this.#start.at, { closedAt: this.#closedAt, deaths });
  }

  /** How the connection ends for the reader of a direction; one that is frozen reads it once it runs again. */
  #ending(direction: Direction, mail: Mail, peer: Story | undefined): Ending | undefined {
    const ending = this.#endingOnPath(direction, mail, peer);
    const read = livedBy(this.#scenario, direction === 'upstream' ? 'service' : 'client', ending?.at);
    if (ending === undefined || read === undefined) return undefined;
    return read.at === ending.at.at ? ending : { ...ending, at: read, cut: PROCESS_FROZEN };
  }

  /** The earlier of what the injector does to the connection and what the peer did, as it arrives. */
  #endingOnPath(direction: Direction, mail: Mail, peer: Story | undefined): Ending | undefined {
    const cut = firstCut(this.#scenario, this.#start.at, mail.sends);
    const byInjector = cut && this.#cutAsRead(cut, direction, mail);
    const byPeer =
      peer?.over &&
      this.#peersEnd(peer.over, {
        direction,
        mail,
        span: Math.max(0, ...peer.drafts.map(({ windowSpan }) => windowSpan)),
      });
    if (byInjector === undefined || byPeer === undefined) return byInjector ?? byPeer;
    return byPeer.at.at < byInjector.at.at ? byPeer : byInjector;
  }

  #cutAsRead(cut: Cut, direction: Direction, mail: Mail): Ending | undefined {
    const prompt = cut.to === 'both' || cut.to === direction;
    const at = prompt
      ? cut.at
      : endingArrivalOf(this.#scenario, direction, { at: cut.at, sends: mail.sends[direction] });
    return at && { at, how: 'fin', causedBySpan: 0, cut: CONNECTION_CUT };
  }

  #peersEnd(
    over: NonNullable<Story['over']>,
    { direction, mail, span }: { readonly direction: Direction; readonly mail: Mail; readonly span: number },
  ): Ending | undefined {
    const at: Moment | undefined = endingArrivalOf(this.#scenario, direction, {
      at: over.at,
      sends: mail.sends[direction],
    });
    if (at !== undefined && over.killed) return { at, how: 'fin', causedBySpan: 0, cut: PROCESS_KILLED };
    return at && { at, how: over.abrupt ? resetSeenAs(this.#scenario) : 'fin', causedBySpan: span };
  }
}

function acrossSides(client: Story, service: Story): Pick<Course, 'across'> {
  if (client.over?.clock === undefined || service.over?.clock === undefined) return {};
  const one = { kind: 'clock', clock: client.over.clock } as const;
  const other = { kind: 'clock', clock: service.over.clock } as const;
  const [first, rival] = momentOf(one).at <= momentOf(other).at ? [one, other] : [other, one];
  return tooNear(first, rival) ? { across: { first, rival } } : {};
}

function endsFirst(service: Story, client: Story): boolean {
  if (service.over === undefined || !service.over.abrupt) return false;
  return client.over === undefined || service.over.at.at < client.over.at.at;
}

function deathOf(side: keyof Deaths, { over }: Story): Deaths {
  return over === undefined ? {} : { [side]: over.at.at };
}
