import { html, type Markup } from './markup.ts';

/** Names with what is known of them; what is absent is left out. */
export function factsOf(facts: readonly (readonly [name: string, value: Markup | string | undefined])[]): Markup {
  return html`<dl class="facts">${facts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
