import { open } from './dialog.js';
import { byId, el, icon } from './dom.js';
import { LANGUAGE, phrase } from './texts.js';

const THEMES = /** @type {const} */ ({ auto: 'auto', light: 'sun', dark: 'moon' });
const COLOURS = { auto: 'top.colours-auto', light: 'top.colours-light', dark: 'top.colours-dark' };
const NEXT = /** @type {Record<string, 'auto'|'light'|'dark'>} */ ({ auto: 'light', light: 'dark', dark: 'auto' });

/** The button that goes through the colour schemes: as the system says, light, dark. */
export function themeButton() {
  const button = byId('theme');
  const show = () => {
    const theme = /** @type {keyof typeof THEMES} */ (document.documentElement.dataset.theme ?? 'auto');
    button.replaceChildren(icon(THEMES[theme]));
    button.title = phrase(COLOURS[theme]);
  };
  button.addEventListener('click', () => {
    const next = NEXT[document.documentElement.dataset.theme ?? 'auto'];
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === 'auto') localStorage.removeItem('livecomments-theme');
      else localStorage.setItem('livecomments-theme', next);
    } catch {
      // Storage is switched off: it lasts as long as the page.
    }
    show();
  });
  show();
}

/** Where the server looks for what a reader has chosen. */
const CHOICE = 'livecomments-language';

/** The button that offers the other languages of the pages. */
export function languageButton() {
  const button = byId('language');
  button.replaceChildren(icon('globe'));
  button.title = nameOf(LANGUAGE);
  button.addEventListener('click', () => {
    const dialog = open(phrase('page.language'));
    dialog.body.append(el('ul', { class: 'languages' }, ...(document.documentElement.dataset.languages ?? LANGUAGE).split(' ').map(tag =>
      el('li', null, el('button', { type: 'button', class: 'button', lang: tag, 'aria-current': tag === LANGUAGE ? 'true' : null, onclick: () => choose(tag) }, nameOf(tag))))));
  });
}

/** A language as those call it who speak it. @param {string} tag */
function nameOf(tag) {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** Shows the page in another language, now and from now on. @param {string} tag */
function choose(tag) {
  document.cookie = `${CHOICE}=${tag}; path=${document.documentElement.dataset.base}; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
  const address = new URL(location.href);
  // It would count for more than the choice.
  address.searchParams.delete('lang');
  history.replaceState(history.state, '', address);
  location.reload();
}
