import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readMarkup } from '../testing/read-page.ts';
import { html, textOf } from './markup.ts';

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    '&lt;',
    ']]>',
    '\0\u0085\uD800',
  ),
);

test('whatever a text holds, it stands in an element and in an attribute as text', () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const element = readMarkup(textOf(html`<p title="${text}">x${text}</p>`));
      const [read] = element.children;
      expect({ name: element.name, children: element.children.length }).toEqual({ name: 'p', children: 1 });
      expect(read).toBe(`x${element.attributes.title}`);
      for (const plain of text.match(/[\x20-\x7E]+/g) ?? []) expect(read).toContain(plain);
    }),
  );
});

test('markup stands in markup as it is; what is absent or false is nothing', () => {
  const inner = [html`<b>1</b>`, undefined, false, html`<i>${2}</i>`] as const;
  expect(textOf(html`<p>${inner}${undefined}</p>`)).toBe('<p><b>1</b><i>2</i></p>');
});

test('a record cannot hold markup: what looks like it in JSON is text', () => {
  const smuggled = JSON.parse('{"Symbol(markup)":"<b>","markup":"<b>"}');
  expect(textOf(html`<p>${smuggled}</p>`)).toBe('<p>[object Object]</p>');
});
