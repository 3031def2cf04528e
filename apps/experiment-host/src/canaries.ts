import type { CanaryPurpose } from '@lapse/experiment';
import { type Canary, type Clock, connectCanary } from '@lapse/transport';
import type { History } from './history.ts';

/** How often a canary pings: often enough to bound the noise of any instant, seldom enough to be none itself. */
const PING_EVERY = { proof: 100, noise: 50 } as const;
/** A round trip below this is the path's ordinary own (milliseconds). */
const ROUND_TRIP_THRESHOLD = 5;
const SIGN_OF_LIFE_EVERY = 1_000;
/** A round trip that has lasted this long is noise before its answer is there: the measurement may end without one. */
const OVERDUE = 100;

export interface CanaryPort {
  readonly purpose: CanaryPurpose;
  readonly port: number;
}

/** A canary under way: answered at least once, and pinging until it is closed. */
export interface PingingCanary {
  close(): void;
}

/** Connects a canary, waits for its first answer, and lets it ping. `proof` records every ping, `noise` what took long. */
export async function startCanary(
  { purpose, port }: CanaryPort,
  clock: Clock,
  history: History,
): Promise<PingingCanary> {
  const record = purpose === 'proof' ? proofRecorder(history) : noiseRecorder(clock, history);
  let firstAnswer = () => {};
  const answered = new Promise<void>((resolve) => {
    firstAnswer = resolve;
  });
  const canary = await connectCanary(port, {
    answered: (ping) => {
      record.answered(ping);
      firstAnswer();
    },
    ended: () => {
      record.ended();
      history.write({ type: 'canary', what: 'ended', purpose });
    },
  });
  history.write({ type: 'canary', what: 'connected', purpose, localPort: canary.localPort });
  const stop = pingRegularly(canary, PING_EVERY[purpose], record.sent);
  await answered;
  return {
    close: () => {
      stop();
      canary.close();
    },
  };
}

function pingRegularly(canary: Canary, every: number, sent: (ping: number) => void): () => void {
  let number = 0;
  const ping = () => {
    number += 1;
    sent(number);
    canary.ping(number);
  };
  ping();
  const timer = setInterval(ping, every);
  return () => clearInterval(timer);
}

interface PingRecorder {
  readonly sent: (ping: number) => void;
  readonly answered: (ping: number) => void;
  /** The connection has ended: what is under way will not be answered. */
  readonly ended: () => void;
}

function proofRecorder(history: History): PingRecorder {
  return {
    sent: (ping) => history.write({ type: 'canary', what: 'sent', purpose: 'proof', ping }),
    answered: (ping) => history.write({ type: 'canary', what: 'answered', purpose: 'proof', ping }),
    ended: () => {},
  };
}

/** Besides what took long, one round trip a second is recorded: it shows that noise was measured, and that the host lives. */
function noiseRecorder(clock: Clock, history: History): PingRecorder {
  const sentAt = new Map<number, number>();
  let recordedAt = clock.now();
  let gone = false;
  const record = (now: number, ms: number) => {
    recordedAt = now;
    history.write({ type: 'noise', what: 'roundTrip', ms });
  };
  return {
    sent: (ping) => {
      if (gone) return;
      const now = clock.now();
      const [oldest = now] = sentAt.values();
      if (now - oldest >= OVERDUE && now - recordedAt >= OVERDUE) record(now, now - oldest);
      sentAt.set(ping, now);
    },
    answered: (ping) => {
      const now = clock.now();
      const ms = now - (sentAt.get(ping) ?? now);
      sentAt.delete(ping);
      if (ms > ROUND_TRIP_THRESHOLD || now - recordedAt >= SIGN_OF_LIFE_EVERY) record(now, ms);
    },
    // What is sent into a connection that is gone says nothing about delays.
    ended: () => {
      gone = true;
      sentAt.clear();
    },
  };
}
