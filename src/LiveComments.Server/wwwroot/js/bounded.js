/**
 * A map that drops its oldest entries, so that a page that is open for a day does not grow.
 * @template K, V
 * @extends {Map<K, V>}
 */
export class BoundedMap extends Map {
  /** @param {number} capacity */
  constructor(capacity) {
    super();
    this.capacity = capacity;
  }

  /** @param {K} key @param {V} value */
  set(key, value) {
    super.delete(key);
    super.set(key, value);
    if (this.size > this.capacity) super.delete(/** @type {K} */ (this.keys().next().value));
    return this;
  }
}
