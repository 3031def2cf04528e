import { expect, test } from '@jest/globals';
import * as constants from './constants.ts';

test('every default and quota is the one of WCF, in milliseconds and bytes', () => {
  expect({ ...constants }).toEqual({
    INFINITE: 9_007_199_254_740_991,
    LARGEST_TIMEOUT: 2_147_483_647,
    OPEN_TIMEOUT: 60_000,
    CLOSE_TIMEOUT: 60_000,
    SEND_TIMEOUT: 60_000,
    RECEIVE_TIMEOUT: 600_000,
    CHANNEL_INITIALIZATION_TIMEOUT: 30_000,
    IDLE_TIMEOUT: 120_000,
    LEASE_TIMEOUT: 300_000,
    MAX_VIA_SIZE: 2_048,
    MAX_CONTENT_TYPE_SIZE: 256,
    MAX_UPGRADE_SIZE: 256,
    MAX_FAULT_STRING_SIZE: 256,
    MAX_RECEIVED_MESSAGE_SIZE: 65_536,
    PREAMBLE_DRAIN_SIZE: 2_304,
    SESSION_DRAIN_SIZE: 65_536,
  });
});
