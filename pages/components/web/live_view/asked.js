// What shows an analysis: it asks when somebody looks, shows what it was answered, and asks again as the run goes on.

import { make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";
import { nearest } from "./film.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */

const AGAIN = 8000; // ms between two questions while a run goes on

export class AskedPanel {
  /** @type {Arrays | undefined} what is shown */
  answer;
  /** @type {string | undefined} the question that it answers */
  question;
  /** @type {string | undefined} the question that was asked last */
  waiting;
  kept = 0; // epochs whose weights were kept, when it was asked
  since = 0; // ms
  sentence = ""; // why there is no answer

  /**
   * @param {any} view
   * @param {string} name of the analysis
   */
  constructor(view, name) {
    this.view = view;
    this.analysis = new Analysis(view, name);
    this.trouble = make("p", { class: "live-trouble", hidden: true, role: "status" });
    this.element = make("section", { class: "live-panel" });
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  /** The epochs whose weights were kept. @returns {number[]} */
  get epochs() {
    return this.view.run.film.parts.state_dict ?? [];
  }

  /** What is asked now; undefined where that is not known yet. @returns {Record<string, unknown> | undefined} */
  asked() {
    return {};
  }

  /** Where the epoch that is shown is among those of the answer. */
  get frame() {
    const epochs = Array.from(/** @type {number[]} */ (this.answer?.epochs ?? []));
    const { epoch } = this.view;
    return epoch === null
      ? epochs.length - 1
      : epochs.indexOf(/** @type {number} */ (nearest(epochs, epoch)));
  }

  draw() {
    if (!this.visible) return;
    this.tell(this.epochs.length ? this.sentence : this.view.say("no_weights"));
    const asked = this.asked();
    if (asked && this.epochs.length) this.look(asked);
    if (this.answer) this.fill(this.answer, this.frame);
  }

  /** @param {Record<string, unknown>} asked */
  look(asked) {
    const question = JSON.stringify(asked);
    if (this.waiting === question && !this.old) return;
    this.waiting = question;
    this.kept = this.epochs.length;
    this.since = performance.now();
    this.analysis.ask(asked).then(
      (answer) => this.arrived(question, answer),
      (trouble) => this.arrived(question, undefined, trouble.message),
    );
  }

  /** Whether the run has gone on since the question: while it does, not too often. */
  get old() {
    const { run, data } = this.view;
    if (this.kept === this.epochs.length) return false;
    return data.ended.includes(run.status?.state) || performance.now() - this.since > AGAIN;
  }

  /**
   * @param {string} question
   * @param {Arrays | undefined} answer
   * @param {string} [sentence]
   */
  arrived(question, answer, sentence = "") {
    if (question !== this.waiting) return; // something else was asked since
    this.sentence = sentence;
    if (answer || question !== this.question) this.answer = answer;
    this.question = question;
    this.draw();
  }

  /** @param {string} sentence */
  tell(sentence) {
    this.trouble.hidden = !sentence;
    say(this.trouble, sentence);
  }

  /**
   * @param {Arrays} _answer
   * @param {number} _frame of the epoch that is shown
   */
  fill(_answer, _frame) {}
}
