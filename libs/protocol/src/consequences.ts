/**
 * What follows from each of these, in order. From one, which is the rule, it is that as it stands: a list of lists that is made flat
 * costs as much as the framing of a message.
 */
export function consequencesOf<Item, Effect>(
  items: readonly Item[],
  consequences: (item: Item) => readonly Effect[],
): readonly Effect[] {
  const first = items[0];
  return items.length === 1 && first !== undefined ? consequences(first) : items.flatMap(consequences);
}
