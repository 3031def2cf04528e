import {
  CAPTURED_DUPLEX_TEST,
  CAPTURED_TEST,
  type Contract,
  DUPLEX_TEST_SERVICE,
  SESSION_TEST_SERVICE,
  TEST_SERVICE,
} from '@lapse/protocol';

/** The contracts of the mock service. Those of recorded clients have operations of the same names, and are answered alike. */
export const CONTRACTS = {
  test: TEST_SERVICE,
  duplexTest: DUPLEX_TEST_SERVICE,
  sessionTest: SESSION_TEST_SERVICE,
  capturedTest: CAPTURED_TEST,
  capturedDuplexTest: CAPTURED_DUPLEX_TEST,
} as const satisfies Readonly<Record<string, Contract>>;

export type ContractName = keyof typeof CONTRACTS;
