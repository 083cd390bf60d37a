const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]$/u;

/** By a character, the one it looks like; empty until {@link loadLookAlikes} has them. @type {Map<string, string>} */
const prototypes = new Map();

/** @param {Record<string, string>} table As in `confusables.json`: by a character, all that look like it. */
export function useLookAlikes(table) {
  for (const [prototype, others] of Object.entries(table)) for (const other of others) prototypes.set(other, prototype);
}

/** The table of look-alikes: 19 KB, loaded without delaying the comments. */
export async function loadLookAlikes() {
  const answer = await fetch(new URL('confusables.json', import.meta.url), { priority: 'low' });
  if (!answer.ok) throw new Error(`confusables.json: ${answer.status}`);
  useLookAlikes(await answer.json());
}

/**
 * The skeletons of a text as it is written and in small letters: two texts look the same, whatever their case, when they have one in common.
 * @param {string} text
 */
export const skeletonsOf = text => [skeletonOf(text), skeletonOf(text.toLowerCase())];

/**
 * Equal for texts that look the same, and not readable. The server has the same function (`Text/Skeleton.cs`), which explains the two rounds.
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
