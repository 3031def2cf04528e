import type { ChannelEffect, FaultCause, SessionEvent, TimerName } from '../channel/vocabulary.ts';
import type { Machine } from '../machine.ts';
import type { Instant } from '../time.ts';

type ChannelMachine = Machine<SessionEvent, ChannelEffect, TimerName>;

/** An event that happens at an instant; `until` lets the machine's own deadlines come up to and including that instant. */
export type Line = { readonly at: Instant; readonly event: SessionEvent } | { readonly until: Instant };

/** Tells a machine a story and writes down, line by line, what it was told and what it answered. */
export function transcript(machine: ChannelMachine, story: readonly Line[]): string {
  const lines: string[] = [];
  const tell = (event: SessionEvent, at: Instant) => {
    lines.push(`at ${String(at).padEnd(7)} ${describeStep(event, machine.handle(event, at))}`);
  };
  for (const line of story) {
    if ('event' in line) tell(line.event, line.at);
    else runUntil(machine, line.until, tell);
  }
  const left = machine.deadline();
  lines.push(left === undefined ? 'no timer left' : `left: ${left.timer} at ${left.at}`);
  return `\n${lines.join('\n')}\n`;
}

/** What a machine was told, and what it answered. */
export function describeStep(event: SessionEvent, effects: readonly ChannelEffect[]): string {
  return `${describeEvent(event).padEnd(24)} > ${effects.map(describeEffect).join(' | ') || '-'}`;
}

function runUntil(machine: ChannelMachine, until: Instant, tell: (event: SessionEvent, at: Instant) => void): void {
  for (let due = machine.deadline(); due !== undefined && due.at <= until; due = machine.deadline()) {
    tell({ type: 'timeout' }, due.at);
  }
}

function describeEvent(event: SessionEvent): string {
  switch (event.type) {
    case 'received':
      return `received ${hex(event.bytes)}`;
    case 'connectFailed':
      return `connectFailed ${event.code}`;
    case 'transmitted':
      return `transmitted ${event.id}`;
    case 'call':
      return `call ${event.call} ${event.operation}`;
    case 'setOperationTimeout':
      return `operationTimeout ${event.operationTimeout}`;
    case 'connected':
      return event.reused ? 'connected (reused)' : 'connected';
    default:
      return event.type;
  }
}

function describeEffect(effect: ChannelEffect): string {
  switch (effect.type) {
    case 'transmit':
      return `transmit ${effect.what} (${effect.bytes.length} bytes)`;
    case 'withheld':
      return `withheld ${effect.what}`;
    case 'disconnect':
      return `disconnect ${effect.how}`;
    case 'state':
      return `${effect.from} -> ${effect.to} (${effect.why})`;
    case 'timer':
      return describeTimer(effect);
    case 'channelAccepted':
      return `channelAccepted ${effect.via}`;
    case 'delivered':
      return `delivered ${hex(effect.payload)}`;
    case 'completed':
      return describeCompletion(effect);
    case 'sessionEnded':
      return `session ended: ${describeCause(effect.why)}`;
    case 'connect':
      return 'connect';
    case 'dispatched':
      return `dispatched ${effect.operation}`;
    case 'executed':
      return `executed ${effect.operation}: ${effect.how}`;
    case 'dropped':
      return `dropped ${effect.action}`;
    case 'discarded':
      return `discarded: ${describeCause(effect.why)}`;
  }
}

function describeTimer({ timer, call, what, since, due, by }: Extract<ChannelEffect, { type: 'timer' }>): string {
  const which = call === undefined ? timer : `${timer} of call ${call}`;
  return `${which} ${what} ${since}..${due}${by === undefined ? '' : ` by ${by}`}`;
}

function describeCompletion(effect: Extract<ChannelEffect, { type: 'completed' }>): string {
  const what = effect.operation === 'call' ? `call ${effect.call}` : effect.operation;
  return `${what} ${effect.exception === undefined ? 'succeeds' : `throws ${effect.exception.name}`}`;
}

function describeCause(why: FaultCause | { readonly code: string }): string {
  return Object.values(why).join(' ');
}

export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
}

function hex(value: Uint8Array): string {
  return value.length > 6
    ? `${value.length} bytes`
    : [...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
