const NAME = /[A-Za-z0-9_.-]/;
const HOST = /[\p{L}\p{M}\p{Nd}_.-]/u;
const LETTER = /[\p{L}\p{M}\p{Nd}]/u;

/**
 * Finds mentions in a text by the server's rule (`Comments/MentionedNames.cs`, which gives the reasons; one table of cases tests both).
 * @param {string} text
 * @returns {{name: string, from: number, to: number}[]} `text.slice(from, to)` is the mention as it was written, with its @.
 */
export function findMentions(text) {
  const plain = text.replace(/[\uff01-\uff5e\ufe6b]/g, wide => (wide === '\ufe6b' ? '@' : String.fromCharCode(wide.charCodeAt(0) - 0xfee0)));
  const found = [];
  let inLink = false;
  for (let at = 0; at < plain.length; at++) {
    if (/\s/.test(plain[at])) inLink = false;
    else if (plain.startsWith('://', at)) inLink = true;
    if (plain[at] !== '@' || inLink || isInWord(plain, at)) continue;
    let end = run(plain, at + 1, NAME);
    if (plain[end] === '@' && plain.slice(end + 1, run(plain, end + 1, HOST)).replace(/[_.-]+$/, '').includes('.')) continue;
    let underscores = 0;
    while (plain[at - 1 - underscores] === '_') underscores++;
    end = sentenceEnd(plain, at + 1, end);
    while (underscores-- > 0 && end > at + 1 && plain[end - 1] === '_') end--;
    end = sentenceEnd(plain, at + 1, end);
    if (end - at - 1 >= 3 && end - at - 1 <= 30) found.push({ name: plain.slice(at + 1, end), from: at, to: end });
  }
  return found;
}

/** @param {string} text @param {number} at */
function isInWord(text, at) {
  while (at > 0 && /[_.-]/.test(text[at - 1])) at--;
  const before = text[at - 1] ?? ' ';
  return (before < '\u0e00' || (before >= '\u1e00' && before < '\u2000')) && LETTER.test(before);
}

/** @param {string} text @param {number} from @param {RegExp} characters */
function run(text, from, characters) {
  while (from < text.length && characters.test(text[from])) from++;
  return from;
}

/** @param {string} text @param {number} from @param {number} end */
function sentenceEnd(text, from, end) {
  while (end > from && /[.-]/.test(text[end - 1])) end--;
  return end;
}
