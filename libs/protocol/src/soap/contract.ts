import { InvalidOperation } from '../machine.ts';
import { type DataContract, type DataType, type Part, partsOf } from './data-contract.ts';

/** A service contract as data: what may be called, and under which names it travels (wcf-wire 4.4). */
export interface Contract {
  readonly name: string;
  readonly namespace: string;
  /** What the client calls. */
  readonly operations: readonly Operation[];
  /** What the service calls back; empty unless the contract is duplex. */
  readonly callbacks: readonly Operation[];
}

/** An operation. Nothing on the wire says whether it begins or ends a session: both sides know it from the contract. */
export type Operation = OneWayOperation | TwoWayOperation;

interface Called {
  readonly name: string;
  /** Of the contract: that of the wrapper and of every parameter. */
  readonly namespace: string;
  readonly action: string;
  readonly parameters: readonly Part[];
  /** It may be the first of a session. */
  readonly isInitiating: boolean;
  /** The session ends after it. */
  readonly isTerminating: boolean;
}

export interface OneWayOperation extends Called {
  readonly oneWay: true;
}

export interface TwoWayOperation extends Called {
  readonly oneWay: false;
  readonly replyAction: string;
  /** The result, then `out` and `ref` parameters; empty for void. */
  readonly results: readonly Part[];
  readonly faults: readonly FaultContract[];
}

/** A declared SOAP fault: what its detail is, and the action that it travels under. */
export interface FaultContract {
  readonly action: string;
  readonly detail: DataContract;
}

/** How an operation is described where WCF's defaults name the rest. */
export interface OperationDescription {
  readonly takes?: Readonly<Record<string, DataType>>;
  /** Absent: void. */
  readonly returns?: DataType;
  /** `out` and `ref` parameters, behind the result. */
  readonly yields?: Readonly<Record<string, DataType>>;
  readonly oneWay?: true;
  readonly isInitiating?: false;
  readonly isTerminating?: true;
  readonly faults?: readonly DataContract[];
  /** Where the contract overrides WCF's default. */
  readonly action?: string;
  readonly replyAction?: string;
}

export interface ContractDescription {
  readonly name: string;
  readonly namespace: string;
  readonly operations: Readonly<Record<string, OperationDescription>>;
  readonly callbacks?: Readonly<Record<string, OperationDescription>>;
}

/** A contract with WCF's default names. Callbacks take the name of the service's contract (wcf-wire 4.4). */
export function contract({ name, namespace, operations, callbacks = {} }: ContractDescription): Contract {
  const all = (described: ContractDescription['operations']) =>
    Object.entries(described).map(([operation, description]) =>
      operationOf({ name, namespace }, operation, description),
    );
  return { name, namespace, operations: all(operations), callbacks: all(callbacks) };
}

/** The operation of that action, which is compared as it stands (wcf-wire 4.2). */
export function operationFor(action: string, operations: readonly Operation[]): Operation | undefined {
  return operations.find((operation) => operation.action === action);
}

/** The operation of that name, which replies. Throws `InvalidOperation` where there is none. */
export function twoWayOperation(operations: readonly Operation[], name: string): TwoWayOperation {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined || found.oneWay) throw new InvalidOperation(`no operation ${name} replies`);
  return found;
}

/** The operation of that name, which does not reply. Throws `InvalidOperation` where there is none. */
export function oneWayOperation(operations: readonly Operation[], name: string): OneWayOperation {
  const found = operations.find((operation) => operation.name === name);
  if (found === undefined || !found.oneWay) throw new InvalidOperation(`no one-way operation is called ${name}`);
  return found;
}

type Owner = Pick<Contract, 'name' | 'namespace'>;

function operationOf(owner: Owner, name: string, described: OperationDescription): Operation {
  const action = described.action ?? defaultAction(owner, name);
  const called = {
    name,
    namespace: owner.namespace,
    action,
    parameters: partsOf(described.takes ?? {}),
    isInitiating: described.isInitiating ?? true,
    isTerminating: described.isTerminating ?? false,
  };
  if (described.oneWay === true) return { ...called, oneWay: true };
  return {
    ...called,
    oneWay: false,
    replyAction: described.replyAction ?? `${action}Response`,
    results: resultsOf(name, described),
    faults: (described.faults ?? []).map((detail) => ({ action: faultAction(owner, name, detail), detail })),
  };
}

function resultsOf(name: string, { returns, yields = {} }: OperationDescription): readonly Part[] {
  const result = returns === undefined ? [] : [{ name: `${name}Result`, type: returns }];
  return [...result, ...partsOf(yields)];
}

function defaultAction({ name, namespace }: Owner, operation: string): string {
  if (namespace === '') return `urn:${name}/${operation}`;
  return `${namespace}${namespace.endsWith('/') ? '' : '/'}${name}/${operation}`;
}

function faultAction(owner: Owner, operation: string, { name }: DataContract): string {
  return `${defaultAction(owner, operation)}${name}Fault`;
}
