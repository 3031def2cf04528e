import { XML_VOCABULARY } from './infoset.ts';

/** What prefixes mean while a document is read: the innermost declaration of each counts. */
export class Namespaces {
  readonly #prefixes: string[] = [];
  readonly #names: string[] = [];
  /** For each declaration the place of the one that it hides; -1 for none. */
  readonly #hidden: number[] = [];
  readonly #innermost = new Map<string, number>();

  /** Begins an element: what it declares lies at this place and behind. */
  enter(): number {
    return this.#prefixes.length;
  }

  /** False when the element that began at `scope` has declared the prefix already. */
  declare(prefix: string, namespace: string, scope: number): boolean {
    const hidden = this.#innermost.get(prefix) ?? -1;
    if (hidden >= scope) return false;
    this.#innermost.set(prefix, this.#prefixes.length);
    this.#prefixes.push(prefix);
    this.#names.push(namespace);
    this.#hidden.push(hidden);
    return true;
  }

  /** Ends the element that began at `scope`. */
  leave(scope: number): void {
    while (this.#prefixes.length > scope) {
      const hidden = this.#hidden.pop() ?? -1;
      const prefix = this.#prefixes.pop() ?? '';
      this.#names.pop();
      if (hidden < 0) this.#innermost.delete(prefix);
      else this.#innermost.set(prefix, hidden);
    }
  }

  /** Undefined for a prefix that nothing declares. */
  resolve(prefix: string): string | undefined {
    const place = this.#innermost.get(prefix);
    if (place !== undefined) return this.#names[place];
    if (prefix === '') return '';
    return prefix === XML_VOCABULARY.prefix ? XML_VOCABULARY.namespace : undefined;
  }
}
