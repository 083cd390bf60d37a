// Makes livecomments.d.ts of what tsc declares for each file of the client module: one file, with what the module exports and what that names.
// node declare.mjs FOLDER, where FOLDER has the declarations; the text goes to standard output.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files in the order in which they are read, and whether only their types are anybody's business. */
const FILES = [
  ['types', true],
  ['challenge', true],
  ['stream', true],
  ['problem', false],
  ['bounded', false],
  ['rate', false],
  ['session', false],
  ['history', false],
  ['livecomments', false],
];
/** Named by what is exported, but not exported itself. */
const HIDDEN = ['Rate'];

/** The declarations of a file, each with its comment. @param {string} text */
function* declarations(text) {
  let lines = [];
  for (const line of text.split('\n')) {
    lines.push(line);
    // A declaration ends with what closes it at the margin; a comment goes with what follows.
    if (/^(\}|export .*;$|import .*;$|\};)/.test(line)) {
      yield lines.join('\n');
      lines = [];
    }
  }
}

const parts = [];
for (const [file, onlyTypes] of FILES) {
  for (let part of declarations(readFileSync(join(process.argv[2], `${file}.d.ts`), 'utf8'))) {
    // What typedefs say is in the declarations made of them.
    part = part.replace(/^\/\*\*(?:(?!\*\/)[^])*?@typedef(?:(?!\*\/)[^])*?\*\/\n/gm, '').replace(/^\/\*\* @type .*\*\/\n/gm, '');
    const declaration = part.replace(/^\/\*\*(?:(?!\*\/)[^])*\*\/\n/gm, '');
    if (/^(import |export \{)/.test(declaration) || /^export type \w+ = import\(/.test(declaration)) continue;
    if (onlyTypes && !declaration.startsWith('export type')) continue;
    part = part.replace(/import\(["'][^"']+["']\)\./g, '');
    const name = /^export (?:declare )?(?:type|class|const|function) (\w+)/m.exec(declaration)?.[1];
    parts.push(HIDDEN.includes(name ?? '') ? part.replace(/^export declare/m, 'declare') : part);
  }
}
process.stdout.write(`// The types of livecomments.js, made from its comments.\n\n${parts.join('\n\n')}\n\nexport {};\n`);
