// How a run stands and what can be done with it: state, progress, time left, pause, resume, stop.

import { button, make, say } from "../kit/dom.js";

/** @import { Run, Status } from "./types.d.ts" */
/** @import { LiveView } from "./live_view.js" */
/** @typedef {"hold" | "resume" | "one_batch" | "one_epoch" | "more_epochs" | "stop" | "kill"} Action */

/** @type {Action[]} */
const ACTIONS = ["hold", "resume", "one_batch", "one_epoch", "more_epochs", "stop", "kill"];
const MANY = [5, 10, 20, 50, 100, 500]; // epochs that are trained at one press
const ANSWER = 4000; // ms that a press may stay unanswered before the button can be pressed again

export class Transport {
  /** @type {{action: Action, at: number} | null} what was pressed last, and when */
  pressed = null;
  /** @type {number | null} since when the run was seen to stop */
  stopping = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;

  /**
   * @param {LiveView} view
   * @param {object} options
   * @param {boolean} options.controls whether this visitor may do anything
   * @param {number} options.grace seconds
   * @param {(action: string) => void} options.act
   */
  constructor(view, { controls, grace, act }) {
    this.view = view;
    this.controls = controls;
    this.grace = grace * 1000; // ms that a stop may stay unobeyed before killing is offered
    this.act = act;
    this.pill = make("span", { class: "live-pill" });
    this.name = make("strong", { class: "live-name" });
    this.facts = make("span", { class: "live-facts" });
    this.bar = make("div", { class: "live-bar-fill" });
    this.progress = make(
      "div",
      { class: "live-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
      this.bar,
    );
    this.line = make("div", { class: "live-line" });
    this.trouble = make("p", { class: "live-trouble", role: "alert", hidden: true });
    this.many = this.manyChoice();
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = Object.fromEntries(ACTIONS.map((action) => [action, this.button(action)]));
    this.element = make(
      "header",
      { class: "live-transport" },
      make(
        "div",
        { class: "live-top" },
        this.pill,
        this.name,
        this.facts,
        make("div", { class: "live-buttons" }, ...this.ordered()),
      ),
      this.progress,
      this.line,
      this.trouble,
    );
  }

  /** @param {Action} action */
  button(action) {
    const made = button({ class: `live-button live-${action}`, hidden: true }, this.view.say(action), () => {
      made.disabled = true;
      setTimeout(() => this.draw(), ANSWER);
      this.pressed = { action, at: performance.now() };
      this.act(action === "more_epochs" ? `more_epochs:${this.many.value}` : action);
    });
    return made;
  }

  // The buttons in their order, how many epochs «+» trains behind that one.
  ordered() {
    return ACTIONS.flatMap((action) =>
      action === "more_epochs" ? [this.buttons[action], this.many] : [this.buttons[action]],
    );
  }

  // How many epochs «+» trains.
  manyChoice() {
    const options = MANY.map((count) =>
      make("option", { value: count }, this.view.say("epochs_more", { count })),
    );
    const choice = make(
      "select",
      { class: "live-small", "aria-label": this.view.say("how_many") },
      ...options,
    );
    choice.value = "10";
    return choice;
  }

  draw() {
    const run = this.view.run;
    const { status } = run;
    if (!status) return;
    const { texts } = this.view;
    const command = status.state === "running" ? status.command : null;
    const download = status.state === "running" ? status.download : null;
    const state = status.resting ? "paused" : status.state;
    const shown = run.gone ? "gone" : (command ?? (download ? "download" : state));
    this.pill.dataset.state = run.gone ? "failed" : command ? "command" : state;
    say(this.pill, texts.states[shown] ?? shown);
    say(this.name, this.view.sentence(status.name) ?? "");
    say(this.facts, this.factsOf(status));
    const share = download ? download.share : shareOf(status);
    this.bar.style.width = `${(100 * share).toFixed(2)}%`;
    this.bar.dataset.state = this.pill.dataset.state;
    this.progress.ariaValueNow = String(Math.round(100 * share));
    this.progress.ariaLabel = download ? texts.states.download : this.view.say("progress");
    say(this.line, download ? this.downloadOf(download) : this.lineOf(status, share));
    this.offer(run, status, command);
    const sentence = run.gone
      ? this.view.say("deleted")
      : (this.view.sentence(status.error) ?? this.view.sentence(status.note));
    this.trouble.hidden = !sentence;
    this.trouble.dataset.kind = status.error || run.gone ? "error" : "note";
    say(this.trouble, sentence ?? "");
  }

  /** @param {Status} status */
  factsOf(status) {
    const { view } = this;
    const facts = [view.say("epoch_of", { epoch: status.epoch, epochs: status.epochs })];
    if (status.speed && status.state === "running" && !status.resting)
      facts.push(view.say("speed", { speed: view.numbers.count(status.speed) }));
    if (status.device)
      facts.push(
        status.device_name
          ? `${status.device.toUpperCase()} · ${status.device_name}`
          : status.device.toUpperCase(),
      );
    return facts.join("  ·  ");
  }

  /** @param {{share: number, size: string}} download */
  downloadOf({ share, size }) {
    return this.view.say("downloading", { share: this.view.numbers.percent(share), size });
  }

  /**
   * @param {Status} status
   * @param {number} share
   */
  lineOf(status, share) {
    const { view } = this;
    const { numbers } = view;
    if (status.state === "queued")
      return status.position == null
        ? view.say("queued")
        : view.say("position", { position: status.position });
    const parts = [numbers.percent(share)];
    if (status.left != null && status.state === "running" && !status.resting)
      parts.push(view.say("left", { time: numbers.time(status.left) }));
    if (status.seconds) parts.push(view.say("trained", { time: numbers.time(status.seconds) }));
    return parts.join("  ·  ");
  }

  /**
   * @param {Run} run
   * @param {Status} status
   * @param {Status["command"]} command
   */
  offer(run, status, command) {
    const active = ["running", "queued"].includes(status.state);
    const stopping = command === "stop" || command === "kill";
    this.stopping = stopping ? (this.stopping ?? performance.now()) : null;
    const since = this.stopping === null ? 0 : performance.now() - this.stopping;
    const overdue = command === "stop" && since > this.grace;
    const rests = (status.state === "paused" || status.resting) && !command;
    const further = rests || (this.view.data.ended.includes(status.state) && status.extendable);
    /** @type {Record<Action, boolean>} */
    const offered = {
      hold: active && !command && !status.resting,
      one_batch: rests,
      one_epoch: further,
      more_epochs: further,
      resume:
        rests || command === "pause" || (this.view.data.ended.includes(status.state) && status.resumable),
      stop: (active || status.state === "paused") && !stopping,
      kill: overdue,
    };
    clearTimeout(this.later);
    if (command === "stop" && !overdue) this.later = setTimeout(() => this.draw(), this.grace - since + 100);
    const waiting = this.pressed && performance.now() - this.pressed.at < ANSWER ? this.pressed.action : null;
    for (const action of ACTIONS) {
      const button = this.buttons[action];
      button.hidden = !(this.controls && offered[action] && !run.gone);
      button.disabled = waiting === action && !button.hidden;
    }
    this.many.hidden = this.buttons.more_epochs.hidden;
    if (waiting && this.buttons[waiting].hidden) this.pressed = null;
  }

  close() {
    clearTimeout(this.later);
  }
}

// How much of the run is done: batches where they are counted, else epochs.
/** @param {Status} status */
function shareOf({ step, steps, epoch, epochs }) {
  if (steps) return Math.min(1, step / steps);
  return epochs ? epoch / epochs : 0;
}
