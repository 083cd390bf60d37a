import { open } from './dialog.js';
import { download, el } from './dom.js';
import { COLOUR, dress, FADE, lookOf, queryOf, SIZE } from './overlay.js';
import { qrPicture } from './qr-picture.js';
import { phrase } from './texts.js';

/** What the preview shows. */
const SAMPLES = [['Ada', phrase('share.sample-hello')], ['Ben', phrase('share.sample-goal')], ['Chen', phrase('share.sample-go')]];

/**
 * Shows an event's broadcaster how people get to it: its address, its chat in other pages, and its overlay in a broadcasting program.
 * @param {{event: import('../js/types.js').LiveEvent, server: URL}} what
 */
export function share({ event, server }) {
  const page = new URL(`live/${encodeURIComponent(event.videoID ?? event.eventID)}`, server).href;
  const said = el('p', { role: 'status', class: 'visually-hidden' });
  const preview = new Preview();
  const dialog = open(phrase('live.share'), () => preview.stop());
  dialog.body.classList.add('share');
  const link = copied(phrase('share.link'), page, said);
  const snippet = copied(phrase('share.chat'), `<iframe src="${page}?embed=chat" title="${phrase('live.chat-region')}" width="400" height="600" style="border: 0"></iframe>`, said, { rows: 5 });
  const overlay = copied(phrase('share.overlay'), '', said);
  const size = number(phrase('share.size'), SIZE, String(SIZE.usual));
  const colour = el('input', { type: 'color', value: `#${COLOUR}` });
  const fade = number(phrase('share.fade'), FADE, '');
  const polls = el('input', { type: 'checkbox', checked: true });
  const stage = el('input', { type: 'checkbox', checked: true });
  const show = () => {
    // Read as the overlay will read it.
    const look = lookOf(`?${new URLSearchParams({ size: size.value, colour: colour.value.slice(1), fade: fade.value, ...(!polls.checked && { polls: 'off' }), ...(!stage.checked && { stage: 'off' }) })}`);
    overlay.set(page + queryOf(look));
    preview.show(look);
  };
  dialog.body.append(
    event.settings.visibility === 'private' ? el('p', { class: 'explain' }, phrase('share.private')) : '',
    link.element,
    code(page, `${event.videoID ?? event.eventID}.svg`) ?? '',
    el('hr'),
    snippet.element,
    el('p', { class: 'explain' }, phrase('share.chat-explained')),
    el('hr'),
    overlay.element,
    el('div', { class: 'overlay-options' },
      el('label', { class: 'field' }, phrase('share.size'), size),
      el('label', { class: 'field' }, phrase('share.colour'), colour),
      el('label', { class: 'field' }, phrase('share.fade'), fade)),
    el('label', { class: 'check' }, polls, phrase('share.polls')),
    el('label', { class: 'check' }, stage, phrase('share.stage')),
    el('p', { class: 'explain' }, phrase('share.overlay-explained')),
    preview.element,
    said);
  for (const option of [size, colour, fade, polls, stage])
    option.addEventListener('input', () => {
      option.setAttribute('aria-invalid', String(!option.validity.valid));
      show();
    });
  show();
}

/** @param {string} label @param {{least: number, most: number}} bounds @param {string} value */
const number = (label, { least, most }, value) => el('input', { type: 'number', inputMode: 'numeric', min: String(least), max: String(most), step: '1', value, 'aria-label': phrase('share.bounds', { label, least, most }) });

/**
 * A text to copy. @param {string} label @param {string} value @param {HTMLElement} said Where it is said that it was copied. @param {{rows?: number}} [options] With rows it has several lines.
 */
function copied(label, value, said, { rows } = {}) {
  const text = rows ? el('textarea', { rows, readOnly: true, spellcheck: false, value }) : el('input', { type: 'text', readOnly: true, value });
  const copy = el('button', { type: 'button', class: 'button small', 'aria-label': phrase('share.copy-what', { what: label }), onclick: async () => {
    text.select();
    let done = true;
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      // Browsers have no clipboard without https.
      done = document.execCommand('copy');
    }
    said.textContent = phrase(done ? 'page.copied' : 'share.selected');
    copy.textContent = phrase(done ? 'share.copied' : 'share.selected-short');
    setTimeout(() => (copy.textContent = phrase('page.copy')), 3000);
  } }, phrase('page.copy'));
  return { element: el('div', { class: 'copied' }, el('label', { class: 'field' }, label, text), copy), set: (/** @type {string} */ now) => void (text.value = now) };
}

/** The address as a picture for cameras. @param {string} text @param {string} file */
function code(text, file) {
  const svg = qrPicture(text, phrase('share.qr'));
  return svg && el('div', { class: 'code' }, svg,
    el('button', { type: 'button', class: 'button small', onclick: () => download(new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' }), file) }, phrase('share.download')));
}

/** How an overlay looks over a picture. */
class Preview {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  constructor() {
    this.element = el('div', { class: 'overlay-preview', role: 'img', 'aria-label': phrase('share.preview') });
  }

  /** @param {import('./overlay.js').Look} look */
  show(look) {
    clearTimeout(this.#again);
    dress(this.element, look);
    this.element.replaceChildren(...SAMPLES.map(([name, text], i) => {
      const line = el('p', null, el('span', { class: `name hue-${i * 4}` }, name), text);
      line.style.setProperty('--fade-after', `${look.fade + i}s`);
      return line;
    }));
    if (look.fade) this.#again = setTimeout(() => this.show(look), (look.fade + SAMPLES.length + 1) * 1000);
  }

  stop() {
    clearTimeout(this.#again);
  }
}
