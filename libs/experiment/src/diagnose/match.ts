import type { Signature } from './signature.ts';
import { SIGNATURES } from './signatures.ts';
import { chainOf, type Thrown } from './thrown.ts';

/**
 * By what a row was found. `text`: type and words. `inner`: type and what is inside. `textAlone`: words of an exception whose type is not
 * named, or another one. `frames`: type and stack trace. `type`: the type alone, which is little.
 */
export type MatchedBy = 'text' | 'inner' | 'textAlone' | 'frames' | 'type';

export interface Match {
  readonly signature: Signature;
  readonly by: MatchedBy;
  /** The exception of the chain that it is about. */
  readonly of: Thrown;
}

/**
 * Rows of the signature table that fit an exception: by type, then words, then what is inside (wcf-timeouts 12). The outermost exception
 * that is known decides; wrappers around it are passed over. Empty: nothing of it is in the table.
 */
export function matchesOf(thrown: Thrown): readonly Match[] {
  const chain = chainOf(thrown);
  for (const by of ORDER) {
    const found = chain.map((link) => matchesBy(by, link)).find((matches) => matches.length > 0);
    if (found !== undefined) return nearestFirst(found);
  }
  return [];
}

/** What the exceptions inside the one that decided say by their own words. */
export function matchesInside(of: Thrown): readonly Match[] {
  return chainOf(of)
    .slice(1)
    .flatMap((link) => matchesBy(['text', 'inner'], link).filter(({ signature }) => !isOutermost(signature, link)));
}

const ORDER: readonly (readonly MatchedBy[])[] = [['text', 'inner'], ['textAlone'], ['frames'], ['type']];

function matchesBy(allowed: readonly MatchedBy[], link: Thrown): readonly Match[] {
  return SIGNATURES.flatMap((signature): readonly Match[] => {
    const by = allowed.find((one) => fits(signature, link, one));
    return by === undefined ? [] : [{ signature, by, of: link }];
  });
}

function fits(signature: Signature, link: Thrown, by: MatchedBy): boolean {
  const { types, texts, inner, frames } = signature;
  const isType = types.some((type) => type === link.type);
  const isText = texts.some((text) => text.test(link.message)) || isOutermost(signature, link);
  switch (by) {
    case 'text':
      return isType && (isText || texts.length === 0);
    case 'inner':
      return (
        isType &&
        chainOf(link)
          .slice(1)
          .some((below) => isInner(inner, below))
      );
    case 'textAlone':
      return isText;
    case 'frames':
      return isType && frames !== undefined && link.frames.some((frame) => frames.test(frame));
    case 'type':
      return isType;
  }
}

/** Whether it is told by words that it shares with others. */
function isOutermost({ outermost = [] }: Signature, { message }: Thrown): boolean {
  return outermost.some((text) => text.test(message));
}

function isInner(inner: Signature['inner'], { type, code, message }: Thrown): boolean {
  if (inner === undefined || type !== inner.type) return false;
  return (code !== undefined && inner.codes.includes(code)) || inner.text.test(message);
}

/** Where two rows share their words, the stack trace tells which is nearer. */
function nearestFirst(matches: readonly Match[]): readonly Match[] {
  const speaksFor = ({ signature: { frames }, of }: Match) =>
    frames !== undefined && of.frames.some((frame) => frames.test(frame));
  const [near, far] = [matches.filter(speaksFor), matches.filter((match) => !speaksFor(match))];
  return [...near, ...far];
}
