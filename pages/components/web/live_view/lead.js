// *Follow me*: the slider of a teacher says where it stands, and the sliders of the class go there.

/** @import { Player } from "./player.js" */

const PAUSE = 150; // ms between two messages while the slider moves

export const EVENT = "class-shown"; // what class_follow/component.js dispatches

export class Lead {
  /** @type {number | null | undefined} the epoch that the class was told last */
  told;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  due;
  sending = false;

  /** @param {string} address where it is posted, relative to the page */
  constructor(address) {
    this.address = address;
    /** @type {number | null} */
    this.epoch = null;
  }

  /** @param {number | null} epoch null: the newest */
  tell(epoch) {
    this.epoch = epoch;
    this.due ??= setTimeout(() => this.send(), PAUSE);
  }

  // One after the other: of two on their way at once, the older could come last.
  async send() {
    this.due = undefined;
    if (this.sending || this.epoch === this.told) return;
    const { epoch } = this;
    this.sending = true;
    try {
      const body = JSON.stringify({ epoch });
      await fetch(new URL(this.address, document.baseURI), { method: "POST", body });
      this.told = epoch;
    } catch {
      // told again with the next movement
    }
    this.sending = false;
    if (this.epoch !== epoch) this.tell(this.epoch);
  }

  close() {
    clearTimeout(this.due);
  }
}

/**
 * Go where the teacher's slider goes. Between its movements one may look elsewhere.
 * @param {Player} player
 * @param {string} run that is shown here
 * @param {AbortSignal} signal ends it
 */
export function follow(player, run, signal) {
  /** @type {number | null | undefined} */
  let last;
  const hear = (/** @type {Event} */ event) => {
    const shown = /** @type {CustomEvent<{run?: string, epoch?: number | null}>} */ (event).detail;
    const epoch = shown.epoch ?? null;
    if (shown.run !== run || epoch === last) return;
    last = epoch;
    player.lead(epoch);
  };
  window.addEventListener(EVENT, hear, { signal });
}
