import { CALL_COMPLETES, CALL_LOST, CALL_ON_ENDED } from './call-story.ts';
import { OPEN_COMPLETES, OPEN_REFUSED, OPEN_REJECTED, RAW_CLIENT_ENDED } from './client-story.ts';
import {
  CHANNEL_INITIALIZATION,
  CLIENT_CLOSE,
  CLIENT_OPEN,
  OPERATION,
  POOL_IDLE,
  RECEIVE,
  SERVICE_OPEN,
} from './clocks.ts';
import { CONNECTION_CUT } from './course.ts';
import { CALL_EXCHANGE } from './exchange.ts';
import { BLOCKED_WRITE } from './flood.ts';
import { MISBEHAVING } from './mail.ts';
import {
  CLOSE_COMPLETES,
  CLOSE_INTERRUPTED,
  CLOSE_OF_ENDED,
  CLOSE_OF_FAULTED,
  ENDED_UNSEEN,
  PUMP_ENDED,
} from './opened-story.ts';
import { PATH_ENDINGS, TOXIC_DELAYS, TOXIC_DROPS, TOXIC_HOLDS } from './path.ts';
import { POOLED_CONNECTION, POOLED_PREAMBLE_FAILS } from './pool.ts';
import { DRIPPED_PREAMBLE, PREAMBLE } from './preamble.ts';
import { SURVIVES } from './predict.ts';
import type { Rule } from './rule.ts';
import { SERVICE_CLOSES, SERVICE_SESSION_ENDED } from './service-story.ts';
import { PROCESS_FROZEN, PROCESS_KILLED } from './stillness.ts';
import { EXTERNAL_SERVICE } from './target.ts';
import { UNDECIDED, WINDOW } from './window.ts';

/** Every rule that a prediction is made from, in the order of docs/rules.md. */
export const RULES: readonly Rule[] = [
  OPEN_COMPLETES,
  OPEN_REFUSED,
  OPEN_REJECTED,
  CLIENT_OPEN,
  CHANNEL_INITIALIZATION,
  SERVICE_OPEN,
  RECEIVE,
  OPERATION,
  BLOCKED_WRITE,
  CALL_COMPLETES,
  CALL_LOST,
  CALL_ON_ENDED,
  POOL_IDLE,
  POOLED_CONNECTION,
  POOLED_PREAMBLE_FAILS,
  CLIENT_CLOSE,
  CLOSE_COMPLETES,
  SERVICE_CLOSES,
  CLOSE_INTERRUPTED,
  CLOSE_OF_ENDED,
  CLOSE_OF_FAULTED,
  ENDED_UNSEEN,
  PUMP_ENDED,
  RAW_CLIENT_ENDED,
  SERVICE_SESSION_ENDED,
  CONNECTION_CUT,
  PROCESS_KILLED,
  PROCESS_FROZEN,
  SURVIVES,
  UNDECIDED,
  WINDOW,
  EXTERNAL_SERVICE,
  PREAMBLE,
  DRIPPED_PREAMBLE,
  CALL_EXCHANGE,
  MISBEHAVING,
  PATH_ENDINGS,
  TOXIC_HOLDS,
  TOXIC_DELAYS,
  TOXIC_DROPS,
];
