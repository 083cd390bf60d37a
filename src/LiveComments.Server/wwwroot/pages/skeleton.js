const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]$/u;

/** By a character, the one it looks like; empty until {@link loadLookAlikes} has them. @type {Map<string, string>} */
const prototypes = new Map();

/** @param {Record<string, string>} table As in `confusables.json`: by a character, all that look like it. */
export function useLookAlikes(table) {
  for (const [prototype, others] of Object.entries(table)) for (const other of others) prototypes.set(other, prototype);
}

/** What every character looks like: 19 KB, which the comments do not have to wait for. */
export async function loadLookAlikes() {
  const answer = await fetch(new URL('confusables.json', import.meta.url));
  if (!answer.ok) throw new Error(`confusables.json: ${answer.status}`);
  useLookAlikes(await answer.json());
}

/**
 * The skeletons of a text as it is written and in small letters: two texts look the same, whatever their case, when they have one in common.
 * @param {string} text
 */
export const skeletonsOf = text => [skeletonOf(text), skeletonOf(text.toLowerCase())];

/**
 * Equal for texts that look the same; nobody can read it. The server has the same (`Text/Skeleton.cs`), and says there why it takes two rounds.
 * @param {string} text
 */
export const skeletonOf = text => round(round(text)).replaceAll('i', 'l');

/** @param {string} text */
function round(text) {
  let replaced = '';
  for (const character of text.normalize('NFKD'))
    if (!INVISIBLE.test(character)) for (const part of prototypes.get(character) ?? character) replaced += part.toLowerCase();
  return replaced;
}
