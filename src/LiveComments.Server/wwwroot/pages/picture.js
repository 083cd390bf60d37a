import { el, pictureAddress } from './dom.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** Pixels of the longer side of what is sent: the server keeps no more, and a photo of a phone is larger than it takes. */
const LONGEST = 1600;

/**
 * A picture with buttons that upload another one or take it away.
 * @param {string} shape A class for its proportions. @param {string | null | undefined} now Its address.
 * @param {(picture: Blob) => Promise<string>} upload The new address. @param {() => Promise<unknown>} remove
 * @returns {{element: HTMLElement, show(url: string | null | undefined): void}}
 */
export function pictureField(shape, now, upload, remove) {
  const place = el('div', { class: `picture ${shape}` });
  const file = el('input', { type: 'file', accept: 'image/*', hidden: true });
  const choose = el('button', { type: 'button', class: 'button small', onclick: () => file.click() });
  const away = el('button', { type: 'button', class: 'button small' }, phrase('picture.remove'));
  const message = el('p', { role: 'alert', class: 'form-error', hidden: true });

  /** @param {string | null | undefined} url */
  const show = url => {
    place.replaceChildren(...url ? [el('img', { src: pictureAddress(url), alt: phrase('picture.now') })] : []);
    place.hidden = away.hidden = !url;
    choose.textContent = phrase(url ? 'picture.upload-another' : 'picture.upload');
  };
  /** @param {() => Promise<string | null>} work */
  const attempt = async work => {
    message.hidden = true;
    choose.disabled = away.disabled = true;
    try {
      show(await work());
    } catch (problem) {
      message.textContent = sentenceOf(problem);
      message.hidden = false;
    } finally {
      choose.disabled = away.disabled = false;
    }
  };
  away.addEventListener('click', () => attempt(async () => {
    await remove();
    return null;
  }));
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    // The same file may be chosen again.
    file.value = '';
    if (chosen) void attempt(async () => upload(await shrunk(chosen)));
  });
  show(now);
  return { element: el('div', { class: 'picture-field' }, place, el('div', { class: 'row' }, choose, away), file, message), show };
}

/** @param {Blob} file @returns {Promise<Blob>} */
async function shrunk(file) {
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(phrase('picture.unreadable'));
  });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = el('canvas', { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  // A JPEG has no transparency.
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error(phrase('picture.unreadable')))), 'image/jpeg', 0.9));
}
