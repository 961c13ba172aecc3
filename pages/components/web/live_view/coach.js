// What the coach says of a run, and the twin that shows whether it is right.

import { button, make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";

/** @typedef {{rule: string, severity: string, sentence: string, layer: number[] | null}} Finding */
/** @typedef {Record<string, {id: string, name: string, state: string}>} Twins */

const LOOK = 3000; // ms between two looks whether a twin has ended

export class Coach {
  /** @type {Finding[] | null} */
  findings = null;
  /** @type {Map<string, string>} by the rule, whether it was that */
  verdicts = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;

  /** @param {any} view */
  constructor(view) {
    this.view = view;
    /** @type {Twins} */
    this.twins = view.data.twins;
    this.advice = new Analysis(view, "advice");
    this.verdict = new Analysis(view, "verdict");
    this.start = button({ class: "live-small" }, view.say("coach_ask"), () => this.ask());
    this.words = make("p", { role: "status" });
    this.list = make("ul", { class: "live-findings" });
    const heading = make("h4", {}, view.say("coach_title"));
    this.element = make(
      "section",
      { class: "live-panel" },
      make("div", { class: "live-heading" }, heading, make("div", { class: "live-controls" }, this.start)),
      this.words,
      this.advice.element,
      this.list,
      make("p", { class: "live-caption" }, view.say("coach_caption")),
    );
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  draw() {
    this.start.disabled = !this.view.run.film.parts.state_dict;
  }

  seek() {}

  async ask() {
    say(this.words, "");
    try {
      const { findings } = await this.advice.ask({});
      this.findings = findings;
      say(this.words, findings.length ? "" : this.view.say("coach_nothing"));
      this.fill();
    } catch (error) {
      say(this.words, error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Twins} twins that there are by now */
  refresh(twins) {
    this.twins = twins;
    this.fill();
  }

  fill() {
    if (!this.findings) return;
    this.list.replaceChildren(...this.findings.map((finding) => this.item(finding)));
    clearTimeout(this.later);
    const open = Object.keys(this.twins).filter((rule) => !this.verdicts.has(rule));
    if (open.length) this.later = setTimeout(() => this.judge(open), LOOK);
  }

  /** @param {Finding} finding */
  item({ rule, severity, sentence }) {
    const { view } = this;
    const twin = this.twins[rule];
    const state = twin && (view.texts.states[twin.state] ?? twin.state);
    const told = this.verdicts.get(rule) ?? (twin ? view.say("coach_twin", { name: twin.name, state }) : "");
    const attempt = button({ class: "live-small" }, view.say("coach_try"), () => {
      attempt.disabled = true;
      view.ask(`twin:${rule}`);
    });
    attempt.hidden = Boolean(twin) || !view.data.controls;
    return make(
      "li",
      { class: "live-finding", "data-severity": severity, "data-rule": rule },
      make("strong", {}, `${view.say(`coach_${severity}`)} · ${rule}`),
      make("p", {}, sentence),
      make("p", { class: "live-verdict" }, told),
      attempt,
    );
  }

  /**
   * Ask whether it was that, of each twin that has ended.
   * @param {string[]} rules
   */
  async judge(rules) {
    for (const rule of rules) {
      const twin = this.twins[rule];
      try {
        const { state, sentence } = await this.verdict.ask({ rule, twin: twin.id, at: Date.now() });
        twin.state = state;
        if (sentence) this.verdicts.set(rule, sentence);
      } catch {
        // it is looked for again
      }
    }
    this.fill();
  }

  dispose() {
    clearTimeout(this.later);
  }
}
