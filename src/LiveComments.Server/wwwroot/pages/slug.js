/** Letters that Unicode does not take apart into a letter of a-z and marks, as they are usually written in it: Latin, Greek, Cyrillic. */
const LETTERS = new Map(Object.entries({
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ŋ: 'n', ə: 'a',
  α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n', ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o',
  а: 'a', б: 'b', в: 'v', г: 'g', ґ: 'g', д: 'd', ђ: 'dj', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'i', і: 'i', ј: 'j', к: 'k', л: 'l', љ: 'lj', м: 'm', н: 'n', њ: 'nj', о: 'o', п: 'p', р: 'r', с: 's', т: 't', ћ: 'c', у: 'u',
  ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', џ: 'dz', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
}));

/** Leaves room for what makes it unique: a video ID has at most 64 characters. */
const LONGEST = 56;

/**
 * A title as the end of an address: lower case, words joined by hyphens. Words in scripts without a simple transliteration are left out.
 * @param {string} title @returns {string} Empty when nothing is left.
 */
export function slugOf(title) {
  const plain = [...title.normalize('NFKD').toLowerCase().replace(/[\p{M}'’]/gu, '')].map(letter => LETTERS.get(letter) ?? letter).join('');
  let slug = '';
  for (const word of plain.match(/[a-z0-9]+/g) ?? []) {
    const longer = slug ? `${slug}-${word}` : word.slice(0, LONGEST);
    if (longer.length > LONGEST) break;
    slug = longer;
  }
  // A UUID means an event's id.
  return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/.test(slug) ? `event-${slug}` : slug;
}

/**
 * The first of `slug`, `slug-2`, `slug-3` and so on that nobody has.
 * @param {string} slug @param {(candidate: string) => Promise<boolean>} isTaken
 */
export async function freeSlug(slug, isTaken) {
  for (let number = 1; number < 10; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`;
    if (!(await isTaken(candidate))) return candidate;
  }
  // A series has more of them than anybody wants to ask for.
  return `${slug}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36).padStart(7, '0')}`;
}
