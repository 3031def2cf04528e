/** Names by which sections are linked, each once: letters that need no escaping, and begin as nothing else on the page does. */
export function anchorsOf(names: readonly string[]): readonly string[] {
  const slugs = names.map((name) => `s-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`);
  return slugs.map((slug, index) => {
    const before = slugs.slice(0, index).filter((other) => other === slug).length;
    return before === 0 ? slug : `${slug}.${before + 1}`;
  });
}
