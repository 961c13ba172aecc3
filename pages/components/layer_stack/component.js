// The layer stack in the browser. Python owns the layers; this file shows them and reports what is done to them.
//
// What somebody does shows at once: an operation is carried out on the rows here, kept in `pending`, and sent.
// Python answers with rows that have seen operations up to a number; those still pending are carried out on top
// again. So nothing jumps back while an answer is on its way, and nothing is lost when two answers cross.

import { button, element, fill, iconButton, name, svg, text } from './dom.js';
import { Drag } from './drag.js';
import { Menu } from './menu.js';
import { CSS } from './style.js';
import { carryOut, find, flat, grown, home, lines, place, places } from './tree.js';

const stacks = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!stacks.has(root)) stacks.set(root, new Stack(root));
  stacks.get(root).receive(component.data, component.setTriggerValue);
}

class Stack {
  constructor(root) {
    this.mount = Math.random().toString(36).slice(2);
    this.number = 0;
    this.pending = [];
    this.elements = new Map(); // key of a line -> element
    this.model = { top: [], selected: null };
    this.build(root);
  }

  build(root) {
    const style = element('style');
    style.textContent = CSS;
    this.frame = element('div', 'stack');
    this.bar = element('div', 'bar');
    this.heading = element('span', 'heading');
    this.addButton = button('add', '', () => this.menu.open(this.addButton, { after: this.model.selected }));
    this.undoButton = iconButton('undo', () => this.send({ do: 'undo' }));
    this.redoButton = iconButton('redo', () => this.send({ do: 'redo' }));
    this.empty = element('p', 'empty');
    this.list = element('ol', 'rows');
    this.live = element('div', 'live');
    this.live.setAttribute('aria-live', 'polite');
    this.menu = new Menu((layer, aim) => this.add(layer, aim));
    this.bar.append(this.heading, this.undoButton, this.redoButton, this.addButton);
    this.frame.append(this.bar, this.list, this.empty, this.menu.panel, this.live);
    this.frame.onkeydown = (event) => this.pressed(event);
    root.append(style, this.frame);
  }

  receive(data, setTriggerValue) {
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    if (data.seen?.mount === this.mount) {
      this.pending = this.pending.filter((each) => each.number > data.seen.number);
    }
    this.model = { top: grown(data.rows), selected: data.selected };
    for (const operation of this.pending) carryOut(this.model, operation, data.menu);
    this.show();
  }

  send(operation) {
    this.pending.push({ ...operation, number: ++this.number });
    carryOut(this.model, operation, this.data.menu);
    this.show();
    this.setTriggerValue('operations', { mount: this.mount, list: this.pending });
  }

  // What can be done

  add(layer, aim) {
    this.send({ do: 'add', layer, ...aim });
    const added = find(this.model.top, this.model.selected);
    this.say('added', { layer, place: place(this.model.top, added) + 1 }, added);
    this.focus(this.model.selected);
  }

  remove(row) {
    if (row.locked) return;
    const number = flat(this.model.top).indexOf(row);
    this.send({ do: 'remove', id: row.id });
    this.say('removed', { layer: row.name });
    const left = flat(this.model.top);
    this.focus(left[Math.min(number, left.length - 1)]?.id);
  }

  duplicate(row) {
    if (!row.locked) this.send({ do: 'duplicate', id: row.id });
  }

  step(row, by) {
    if (row.locked) return;
    const { found, own } = places(this.model.top, row);
    if (found[own + by]) this.move(row, found[own + by]);
  }

  move(row, { within, stack, to }) {
    this.send({ do: 'move', id: row.id, within, stack, to });
    const moved = find(this.model.top, row.id);
    this.say('moved', { layer: row.name, place: to + 1, count: home(this.model.top, moved).length }, moved);
    this.focus(row.id);
  }

  prune(block, stack) {
    this.send({ do: 'prune', id: block.id, stack });
    this.say('pruned', { layer: block.name, number: stack + 1 });
    this.focus(block.id);
  }

  select(id) {
    if (id !== this.model.selected) this.send({ do: 'select', id });
  }

  // Keys

  pressed(event) {
    const command = event.ctrlKey || event.metaKey;
    if (event.target.closest('.menu')) return;
    if (command && event.key.toLowerCase() === 'z') {
      this.take(event, () => this.send({ do: event.shiftKey ? 'redo' : 'undo' }));
    } else if (command && event.key.toLowerCase() === 'y') {
      this.take(event, () => this.send({ do: 'redo' }));
    } else {
      this.pressedOnRow(event, command);
    }
  }

  pressedOnRow(event, command) {
    const rows = flat(this.model.top);
    const row = find(this.model.top, Number(event.target.closest('.row')?.dataset.id));
    if (!row) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) this.take(event, () => this.step(row, step));
    else if (step) this.take(event, () => this.focus(rows[rows.indexOf(row) + step]?.id, true));
    else if (event.key === 'Delete' || event.key === 'Backspace') this.take(event, () => this.remove(row));
    else if (command && event.key.toLowerCase() === 'd') this.take(event, () => this.duplicate(row));
  }

  take(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  focus(id, alsoSelect) {
    const target = this.elements.get(`row ${id}`)?.querySelector('.pick');
    if (!target) return;
    target.focus({ preventScroll: false });
    if (alsoSelect) this.select(id);
  }

  // Say what was done, and in which block where it was in one.
  say(which, values, row = null) {
    const around = row && this.around(lines(this.model.top).find((line) => line.row === row));
    this.live.textContent = fill(this.data.texts[which], values) + (around ? ` (${around})` : '');
  }

  around({ block, stack }) {
    if (!block) return '';
    return fill(this.data.texts[block.grows ? 'branched' : 'nested'], { layer: block.name, number: stack + 1 });
  }

  // Show

  show() {
    const { texts } = this.data;
    this.list.setAttribute('aria-label', texts.stack);
    text(this.heading, texts.heading);
    this.addButton.textContent = `+ ${texts.add}`;
    this.addButton.title = texts.after;
    name(this.undoButton, texts.undo).disabled = !this.data.undo && !this.pending.length;
    name(this.redoButton, texts.redo).disabled = !this.data.redo;
    this.empty.textContent = this.data.empty;
    this.empty.hidden = !this.data.empty;
    this.menu.receive(this.data.menu, texts);
    this.showLines();
  }

  showLines() {
    const before = this.tops();
    const shown = lines(this.model.top);
    const wanted = new Set(shown.map((line) => line.key));
    for (const [key, each] of this.elements) {
      if (!wanted.has(key)) {
        each.remove();
        this.elements.delete(key);
      }
    }
    shown.forEach((line, number) => {
      const each = this.elements.get(line.key) ?? this.make(line);
      each.style.setProperty('--depth', line.depth);
      this.fillLine(each, line);
      if (this.list.children[number] !== each) this.put(each, number);
    });
    this.glide(before);
  }

  put(each, number) {
    const focused = each.contains(each.getRootNode().activeElement) ? each.getRootNode().activeElement : null;
    this.list.insertBefore(each, this.list.children[number] ?? null);
    focused?.focus({ preventScroll: true });
  }

  tops() {
    return new Map([...this.elements].map(([key, each]) => [key, each.offsetTop]));
  }

  glide(before) {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [key, each] of this.elements) {
      const moved = before.has(key) ? before.get(key) - each.offsetTop : 0;
      if (moved && !each.classList.contains('dropped')) {
        each.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], { duration: 140, easing: 'ease-out' });
      }
      each.classList.remove('dropped');
    }
  }

  make(line) {
    const each = element('li', line.kind);
    if (line.kind === 'row') this.makeRow(each, line.row.id);
    else this.makeEdge(each, line.kind, line.block.id, line.stack);
    this.elements.set(line.key, each);
    return each;
  }

  makeRow(each, id) {
    each.dataset.id = id;
    each.innerHTML =
      `<div class="line"><span class="grip" aria-hidden="true">${svg('lock')}</span><span class="hue"></span>` +
      '<button type="button" class="pick"><span class="name"></span><span class="main"></span></button>' +
      '<span class="shapes"></span><span class="parameters"></span><span class="actions"></span></div>' +
      '<div class="trouble" role="status"><span class="message"></span></div>';
    const row = () => find(this.model.top, id);
    each.tools = {
      up: iconButton('up', () => this.step(row(), -1)),
      down: iconButton('down', () => this.step(row(), 1)),
      duplicate: iconButton('duplicate', () => this.duplicate(row())),
      remove: iconButton('remove', () => this.remove(row())),
    };
    each.querySelector('.actions').append(...Object.values(each.tools));
    each.mend = button('mend', '', () => this.send({ do: 'repair', ...row().repair }));
    each.querySelector('.trouble').append(each.mend);
    const line = each.querySelector('.line');
    line.onclick = (event) => {
      if (!event.target.closest('.actions')) this.select(id);
    };
    line.onpointerdown = (event) => this.startDrag(event, each);
  }

  // The line above or below a stack inside a block, or below the block.
  makeEdge(each, kind, id, stack) {
    const block = () => find(this.model.top, id);
    if (kind === 'head') {
      each.prune = iconButton('remove', () => this.prune(block(), stack));
      each.append(element('span', 'branch'), each.prune);
    } else if (kind === 'foot') {
      each.into = button('into', '', () => this.menu.open(each.into, { within: id, stack }));
      each.append(each.into);
    } else {
      each.className = 'foot';
      each.into = button('into', '', () => this.send({ do: 'branch', id }));
      each.append(each.into);
    }
  }

  fillLine(each, line) {
    const { texts } = this.data;
    const number = { number: line.stack + 1 };
    if (line.kind === 'row') this.fillRow(each, line);
    else if (line.kind === 'head') {
      text(each.querySelector('.branch'), fill(texts.head, number));
      name(each.prune, `${texts.prune} · ${fill(texts.head, number)}`);
    } else if (line.kind === 'foot') {
      text(each.into, `+ ${line.block.grows ? fill(texts.into, number) : texts.inside}`);
    } else text(each.into, `+ ${texts.branch}`);
  }

  fillRow(each, line) {
    const { texts } = this.data;
    const { row } = line;
    const part = (selector) => each.querySelector(selector);
    each.className = `row ${row.state}${row.locked ? ' locked' : ''}${row.id === this.model.selected ? ' selected' : ''}`;
    part('.hue').style.background = row.colour;
    text(part('.name'), row.name);
    text(part('.main'), row.main);
    text(part('.shapes'), row.shapes);
    text(part('.parameters'), row.parameters);
    part('.parameters').title = row.parameters ? fill(texts.parameters, { count: row.parameters }) : '';
    text(part('.message'), row.message);
    part('.trouble').hidden = !row.message;
    each.mend.hidden = !row.repair;
    text(each.mend, row.repair?.label ?? '');
    const pick = part('.pick');
    pick.setAttribute('aria-current', row.id === this.model.selected ? 'true' : 'false');
    pick.setAttribute('aria-label', this.spoken(line));
    part('.grip').title = row.locked ? texts.locked : texts.drag;
    part('.line').title = row.locked ? texts.locked : row.state === 'unreached' ? texts.unreached : '';
    for (const [tool, control] of Object.entries(each.tools)) {
      name(control, `${texts[tool]} · ${row.name}`);
      control.hidden = row.locked;
    }
    if (row.locked) return;
    const { top } = this.model;
    const last = top.length - (top.at(-1).locked ? 2 : 1);
    each.tools.up.disabled = !line.block && line.place === 0; // out of a block there is always a way
    each.tools.down.disabled = !line.block && line.place === last;
  }

  spoken(line) {
    const { row } = line;
    const parts = [`${line.place + 1}`, row.name, row.main, this.around(line), row.shapes];
    if (row.parameters) parts.push(fill(this.data.texts.parameters, { count: row.parameters }));
    if (row.state === 'unreached') parts.push(this.data.texts.unreached);
    return [...parts, row.message].filter(Boolean).join(', ');
  }

  startDrag(event, each) {
    const row = find(this.model.top, Number(each.dataset.id));
    const byGrip = event.target.closest('.grip');
    if (event.button !== 0 || row.locked || event.target.closest('.actions')) return;
    if (event.pointerType !== 'mouse' && !byGrip) return; // a finger on the row scrolls the page
    new Drag(this, each, row, event).begin();
  }
}
