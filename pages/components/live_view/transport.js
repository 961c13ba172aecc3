// How a run stands and what can be done with it: state, progress, time left, pause, resume, stop.

import { make, say } from "./dom.js";
import { ENDED } from "./run.js";

const ACTIONS = ["pause", "resume", "stop", "kill"];
const ANSWER = 4000; // ms that a press may stay unanswered before the button can be pressed again

export class Transport {
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
        make("div", { class: "live-buttons" }, ...Object.values(this.buttons)),
      ),
      this.progress,
      this.line,
      this.trouble,
    );
  }

  button(action) {
    const button = make(
      "button",
      { type: "button", class: `live-button live-${action}`, hidden: true },
      this.view.texts[action],
    );
    button.onclick = () => {
      button.disabled = true;
      setTimeout(() => this.draw(), ANSWER);
      this.pressed = { action, at: performance.now() };
      this.act(action);
    };
    return button;
  }

  draw() {
    const run = this.view.run;
    const { status } = run;
    if (!status) return;
    const { texts, numbers } = this.view;
    const command = status.state === "running" ? status.command : null;
    const download = status.state === "running" ? status.download : null;
    const shown = run.gone ? "gone" : (command ?? (download ? "download" : status.state));
    this.pill.dataset.state = run.gone ? "failed" : command ? "command" : status.state;
    say(this.pill, texts.states[shown] ?? shown);
    say(this.name, this.view.sentence(status.name));
    say(this.facts, this.factsOf(status));
    const share = download ? download.share : shareOf(status);
    this.bar.style.width = `${(100 * share).toFixed(2)}%`;
    this.bar.dataset.state = this.pill.dataset.state;
    this.progress.ariaValueNow = Math.round(100 * share);
    this.progress.ariaLabel = download ? texts.states.download : texts.progress;
    say(this.line, download ? this.downloadOf(download) : this.lineOf(status, share, numbers));
    this.offer(run, status, command);
    const sentence = run.gone
      ? texts.deleted
      : (this.view.sentence(status.error) ?? this.view.sentence(status.note));
    this.trouble.hidden = !sentence;
    this.trouble.dataset.kind = status.error || run.gone ? "error" : "note";
    say(this.trouble, sentence ?? "");
  }

  factsOf(status) {
    const { view } = this;
    const facts = [view.say("epoch_of", { epoch: status.epoch, epochs: status.epochs })];
    if (status.speed && status.state === "running")
      facts.push(view.say("speed", { speed: view.numbers.count(status.speed) }));
    if (status.device)
      facts.push(
        status.device_name
          ? `${status.device.toUpperCase()} · ${status.device_name}`
          : status.device.toUpperCase(),
      );
    return facts.join("  ·  ");
  }

  downloadOf({ share, size }) {
    return this.view.say("downloading", { share: this.view.numbers.percent(share), size });
  }

  lineOf(status, share, numbers) {
    const { view } = this;
    if (status.state === "queued")
      return status.position == null
        ? view.texts.queued
        : view.say("position", { position: status.position });
    const parts = [numbers.percent(share)];
    if (status.left != null && status.state === "running")
      parts.push(view.say("left", { time: numbers.time(status.left) }));
    if (status.seconds) parts.push(view.say("trained", { time: numbers.time(status.seconds) }));
    return parts.join("  ·  ");
  }

  offer(run, status, command) {
    const active = ["running", "queued"].includes(status.state);
    const stopping = command === "stop" || command === "kill";
    this.stopping = stopping ? (this.stopping ?? performance.now()) : null;
    const overdue = command === "stop" && performance.now() - this.stopping > this.grace;
    const offered = {
      pause: active && !command,
      resume:
        status.state === "paused" || command === "pause" || (ENDED.includes(status.state) && status.resumable),
      stop: (active || status.state === "paused") && !stopping,
      kill: overdue,
    };
    clearTimeout(this.later);
    if (stopping && !overdue) this.later = setTimeout(() => this.draw(), this.grace + 100);
    const waiting = this.pressed && performance.now() - this.pressed.at < ANSWER ? this.pressed.action : null;
    for (const action of ACTIONS) {
      const button = this.buttons[action];
      button.hidden = !(this.controls && offered[action] && !run.gone);
      button.disabled = waiting === action && !button.hidden;
    }
    if (waiting && this.buttons[waiting].hidden) this.pressed = null;
  }

  close() {
    clearTimeout(this.later);
  }
}

// How much of the run is done: batches where they are counted, else epochs.
function shareOf({ step, steps, epoch, epochs }) {
  if (steps) return Math.min(1, step / steps);
  return epochs ? epoch / epochs : 0;
}
