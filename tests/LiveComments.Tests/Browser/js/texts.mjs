import { readFileSync } from 'node:fs';

// As a page has them before its modules: whoever imports this first reads English.
globalThis.liveCommentsTexts = JSON.parse(readFileSync(new URL('../../../../src/LiveComments.Server/wwwroot/texts/en.json', import.meta.url), 'utf8'));
