// What shows parts of a film other than by a chart: it waits until they are here, and then fills itself with them.

/** @typedef {import("./bindings.js").Arrays} Arrays */

export class FilmPanel {
  coming = false; // what is to be shown, is being fetched
  /** @type {Arrays | undefined} of which it was filled last */
  filled;

  /**
   * @param {any} view
   * @param {HTMLElement} element
   * @param {string[]} parts of the film that are shown, where the run has them
   */
  constructor(view, element, parts) {
    this.view = view;
    this.element = element;
    this.parts = parts;
  }

  /** What it shows of a film. */
  get wanted() {
    return this.parts;
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  draw() {
    const { epoch, run } = this.view;
    if (!this.visible) return;
    const missing = this.parts.filter((part) => run.film.parts[part] && !run.film.seen(part, epoch));
    if (missing.length) this.load(missing);
    else this.fill(run.arrays("newest", epoch));
  }

  /** @param {string[]} parts */
  load(parts) {
    if (this.coming) return;
    this.coming = true;
    const { epoch, run } = this.view;
    Promise.all(parts.map((part) => run.film.load(part, epoch))).then(
      () => this.arrived(),
      () => this.arrived(true),
    );
  }

  arrived(gone = false) {
    this.coming = false;
    if (gone) this.view.announce(this.view.say("film_gone"), true);
    else this.draw();
  }

  /** @param {Arrays} arrays */
  fill(arrays) {
    this.filled = arrays;
  }
}
