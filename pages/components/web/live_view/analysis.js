// What is found out about a run when somebody asks: computed elsewhere, fetched once, shown with a bar meanwhile.

import { make, say } from "../kit/dom.js";
import { read } from "./arrays.js";

const LOOK = 700; // ms between two looks at how much is done

export class Analysis {
  /**
   * @param {any} view
   * @param {string} name of the analysis
   */
  constructor(view, name) {
    this.view = view;
    this.name = name;
    this.bar = make("progress", { class: "live-progress", max: 1 });
    this.words = make("span", { class: "live-caption" });
    this.element = make("div", { class: "live-asking", hidden: true, role: "status" }, this.bar, this.words);
    /** @type {Map<string, Promise<any>>} what was asked this view, by its question */
    this.known = new Map();
  }

  /**
   * The arrays that answer; rejects with a sentence where there are none.
   * @param {Record<string, unknown>} asked
   * @returns {Promise<any>}
   */
  ask(asked) {
    const { run } = this.view;
    const question = `${JSON.stringify(asked)} ${run.film.epochs.length}`;
    const before = this.known.get(question);
    if (before) return before;
    const answer = this.fetched(asked);
    this.known.set(question, answer);
    answer.catch(() => this.known.delete(question));
    return answer;
  }

  /** @param {Record<string, unknown>} asked */
  async fetched(asked) {
    this.element.hidden = false;
    this.bar.removeAttribute("value");
    say(this.words, this.view.say("computing"));
    const looking = setInterval(() => this.look(asked), LOOK);
    try {
      const answer = await fetch(this.address(asked));
      if (!answer.ok) throw new Error(await answer.text());
      return read(await answer.arrayBuffer());
    } finally {
      clearInterval(looking);
      this.element.hidden = true;
    }
  }

  /**
   * The arrays that answer, of an analysis that is asked many times a second, or with more than an address can hold.
   * @param {Record<string, unknown>} asked
   * @returns {Promise<any>}
   */
  async post(asked) {
    const answer = await fetch(this.address({}), { method: "POST", body: JSON.stringify(asked) });
    if (!answer.ok) throw new Error(await answer.text());
    return read(await answer.arrayBuffer());
  }

  /** @param {Record<string, unknown>} asked */
  async look(asked) {
    const answer = await fetch(this.address(asked, "/progress")).catch(() => null);
    const { share } = answer?.ok ? await answer.json() : { share: null };
    if (share === null) return;
    this.bar.value = share;
    say(this.words, this.view.say("computing_share", { share: this.view.numbers.percent(share) }));
  }

  /**
   * @param {Record<string, unknown>} asked
   * @param {string} [more]
   */
  address(asked, more = "") {
    const { data } = this.view;
    const query = new URLSearchParams({ asked: JSON.stringify(asked), language: data.language });
    return new URL(`${data.analysis}/${data.runs[0].key}/${this.name}${more}?${query}`, document.baseURI);
  }
}
