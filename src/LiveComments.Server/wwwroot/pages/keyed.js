/**
 * Keeps one element per item of a list, so that updates do not take the focus away.
 * @template T
 */
export class Keyed {
  /** @type {Map<string, {element: HTMLElement, show: (thing: T) => void}>} */
  #items = new Map();

  /** @param {HTMLElement} list @param {(thing: T) => string} key @param {() => {element: HTMLElement, show: (thing: T) => void}} make */
  constructor(list, key, make) {
    this.list = list;
    this.key = key;
    this.make = make;
  }

  /** @param {T[]} things */
  show(things) {
    const kept = new Set(things.map(this.key));
    for (const [key, item] of this.#items) {
      if (kept.has(key)) continue;
      item.element.remove();
      this.#items.delete(key);
    }
    let place = this.list.firstElementChild;
    for (const thing of things) {
      let item = this.#items.get(this.key(thing));
      if (!item) this.#items.set(this.key(thing), (item = this.make()));
      item.show(thing);
      if (item.element === place) place = place.nextElementSibling;
      else this.list.insertBefore(item.element, place);
    }
  }
}
