import { byId, icon } from './dom.js';

const THEMES = /** @type {const} */ ({ auto: 'auto', light: 'sun', dark: 'moon' });
const NEXT = /** @type {Record<string, 'auto'|'light'|'dark'>} */ ({ auto: 'light', light: 'dark', dark: 'auto' });

/** The button that goes through the colour schemes: as the system says, light, dark. */
export function themeButton() {
  const button = byId('theme');
  const show = () => {
    const theme = /** @type {keyof typeof THEMES} */ (document.documentElement.dataset.theme ?? 'auto');
    button.replaceChildren(icon(THEMES[theme]));
    button.title = `Colours: ${theme === 'auto' ? 'as on your device' : theme}`;
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
