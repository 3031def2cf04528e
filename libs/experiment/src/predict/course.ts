import type { Instant } from '@lapse/protocol';
import type { Scenario, Side, Step } from '../scenario.ts';
import { clientStory, rawClientStory, refusedStory } from './client-story.ts';
import { initializationClock } from './clocks.ts';
import type { Draft } from './draft.ts';
import { type Deaths, type Mail, mailOf } from './mail.ts';
import { exactly, type Moment } from './moment.ts';
import { type Cut, type Direction, downAt, endingArrivalOf, firstCut, resetSeenAs, TOXIC_DROPS } from './path.ts';
import { discarding, isTooOld, type Left, POOLED_CONNECTION, POOLED_PREAMBLE_FAILS, readFrom } from './pool.ts';
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
  /** What the client's pool has when it is over. */
  readonly left?: Left;
}

/** What lies before and behind a session of a client that has a connection pool. */
export interface Neighbours {
  readonly left?: Left | undefined;
  /** The open of the next session. */
  readonly next?: Step | undefined;
}

/** One session, on the connection that the pool has for it, and on one of its own where that fails or there is none. */
export function courseOf(scenario: Scenario, { left, next }: Neighbours = {}): Course {
  const [start] = scenario.workload;
  if (start === undefined) throw new Unpredictable('The workload is empty: without a step there is no session.');
  const afresh = (at: Instant) => attemptOf(scenario, { start, at, next });
  if (left === undefined) return afresh(start.at);
  if (isTooOld(scenario, left, start.at))
    return following(discarding(exactly(start.at), POOLED_CONNECTION), afresh(start.at));
  const reusing = attemptOf(scenario, { start, at: start.at, next, left });
  const failed = reusing.client.preambleFailed;
  if (failed === undefined) return reusing;
  const again = following(discarding(failed, POOLED_PREAMBLE_FAILS), afresh(failed.at));
  const { drafts, clocks, doubt = again.service.doubt } = reusing.service;
  const service = {
    ...again.service,
    drafts: [...drafts, ...again.service.drafts],
    clocks: [...clocks, ...again.service.clocks],
    ...(doubt && { doubt }),
  };
  return { ...again, service };
}

function following(discarded: Draft, { client, ...course }: Course): Course {
  return { ...course, client: { ...client, drafts: [discarded, ...client.drafts] } };
}

/**
 * wcf-timeouts 15.9: each side is told as if the other lived; the side whose end comes first is right, and the other one is
 * told again with that end, when the path delivers it, and without what was not written any more.
 */
function attemptOf(scenario: Scenario, attempt: Attempt): Course {
  if (attempt.left === undefined && downAt(scenario, attempt.at))
    return { client: refused(scenario, attempt), service: { drafts: [], clocks: [] } };
  const telling = new Telling(scenario, attempt);
  const client = telling.client({}, undefined);
  const service = telling.service(deathOf('client', client), undefined);
  const across = acrossSides(client, service);
  if (endsFirst(service, client))
    return { service, client: telling.client(deathOf('service', service), service), ...across };
  const told = client.over === undefined ? service : telling.service(deathOf('client', client), client);
  return { client, service: told, ...across, ...telling.left(client, told) };
}

function refused(scenario: Scenario, { at }: Attempt): Story {
  const mail = mailOf(scenario, at, { deaths: { client: at, service: at } });
  return refusedStory(scenario, scenario.workload, { attemptedAt: at, mail });
}

/** An open's way to a connection, begun at `at`: through `left`, or one of its own. */
interface Attempt {
  readonly start: Step;
  readonly at: Instant;
  readonly left?: Left;
  readonly next: Step | undefined;
}

class Telling {
  readonly #scenario: Scenario;
  readonly #attempt: Attempt;
  readonly #closedAt: Instant | undefined;

  constructor(scenario: Scenario, attempt: Attempt) {
    this.#scenario = scenario;
    this.#attempt = attempt;
    this.#closedAt = scenario.workload.find((step) => step.do === 'close')?.at;
  }

  client(deaths: Deaths, peer: Story | undefined): Story {
    const mail = this.#mail(deaths);
    const ending = this.#ending('downstream', mail, peer);
    if (this.#scenario.client.raw) return this.#untilKilled('client', rawClientStory(ending));
    const reused = this.#attempt.left !== undefined;
    return this.#untilKilled('client', clientStory(this.#scenario, this.#scenario.workload, { mail, ending, reused }));
  }

  service(deaths: Deaths, peer: Story | undefined): Story {
    const { left, at, next } = this.#attempt;
    const mail = this.#mail(deaths);
    const accepted = livedBy(this.#scenario, 'service', exactly(at));
    if (accepted === undefined || (left !== undefined && left.idle === undefined)) return { drafts: [], clocks: [] };
    const ending = this.#ending('upstream', mail, peer);
    const begins = left?.idle ?? initializationClock(this.#scenario, accepted.at, mail);
    return this.#untilKilled('service', serviceStory(this.#scenario, begins, { mail, ending, next }));
  }

  /** What the session leaves in the client's pool, if it does. */
  left({ over }: Story, service: Story): Pick<Course, 'left'> {
    if (!over?.pooled) return {};
    const ending = this.#ending('downstream', this.#mail({}), service.over?.abrupt ? service : undefined);
    const { connectedAt = this.#attempt.at } = this.#attempt.left ?? {};
    const { idle } = service;
    return { left: { connectedAt, returnedAt: over.at, ...(idle && { idle }), ...(ending && { ending }) } };
  }

  /** A killed process is over when it is killed, unless its session was before; nothing of it says so. */
  #untilKilled(side: Side, story: Story): Story {
    const at = killedAt(this.#scenario, side);
    if (at === undefined || (story.over !== undefined && story.over.at.at <= at)) return story;
    return { ...story, over: { at: exactly(at), abrupt: true, killed: true } };
  }

  #mail(deaths: Deaths): Mail {
    const { at, left } = this.#attempt;
    const gone = left !== undefined && left.idle === undefined;
    return mailOf(this.#scenario, at, {
      closedAt: this.#closedAt,
      deaths: gone ? { ...deaths, service: left.returnedAt.at } : deaths,
    });
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
    const { at, left } = this.#attempt;
    if (left?.ending !== undefined) return direction === 'downstream' ? readFrom(at, left.ending) : undefined;
    const cut = firstCut(this.#scenario, at, mail.sends);
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
    const { caused = false } = cut;
    const torn = cut.to === direction && cut.torn;
    return (
      at && { at, how: 'fin', causedBySpan: 0, cut: CONNECTION_CUT, ...(caused && { caused }), ...(torn && { torn }) }
    );
  }

  #peersEnd(
    over: NonNullable<Story['over']>,
    { direction, mail, span }: { readonly direction: Direction; readonly mail: Mail; readonly span: number },
  ): Ending | undefined {
    if (over.pooled) return undefined;
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
