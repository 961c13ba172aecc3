// The layer stack in the browser. Python owns the layers; this file shows them and reports what is done to them.
//
// What somebody does shows at once: an operation is carried out on the rows here, kept in `pending`, and sent.
// Python answers with rows that have seen operations up to a number; those still pending are carried out on top
// again. So nothing jumps back while an answer is on its way, and nothing is lost when two answers cross.

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
    this.rows = new Map(); // id -> element
    this.model = { rows: [], selected: null };
    this.build(root);
  }

  build(root) {
    const style = element('style');
    style.textContent = CSS;
    this.frame = element('div', 'stack');
    this.bar = element('div', 'bar');
    this.heading = element('span', 'heading');
    this.addButton = button('add', '', () => this.openMenu());
    this.undoButton = iconButton('undo', () => this.send({ do: 'undo' }));
    this.redoButton = iconButton('redo', () => this.send({ do: 'redo' }));
    this.empty = element('p', 'empty');
    this.list = element('ol', 'rows');
    this.live = element('div', 'live');
    this.live.setAttribute('aria-live', 'polite');
    this.menu = new Menu((layer) => this.add(layer));
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
    this.model = { rows: data.rows.map((row) => ({ ...row })), selected: data.selected };
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

  add(layer) {
    this.send({ do: 'add', layer, after: this.model.selected });
    const place = this.model.rows.findIndex((row) => row.id === this.model.selected);
    this.say('added', { layer, place: place + 1 });
    this.focus(this.model.selected);
  }

  remove(row) {
    if (row.locked) return;
    const place = this.model.rows.indexOf(row);
    this.send({ do: 'remove', id: row.id });
    this.say('removed', { layer: row.name });
    this.focus(this.model.rows[Math.min(place, this.model.rows.length - 1)]?.id);
  }

  duplicate(row) {
    if (!row.locked) this.send({ do: 'duplicate', id: row.id });
  }

  move(row, to) {
    const from = this.model.rows.indexOf(row);
    const place = Math.max(0, Math.min(to, room(this.model.rows) - 1));
    if (row.locked || place === from) return;
    this.send({ do: 'move', id: row.id, to: place });
    this.say('moved', { layer: row.name, place: place + 1, count: this.model.rows.length });
    this.focus(row.id);
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
    const id = Number(event.target.closest('.row')?.dataset.id);
    const place = this.model.rows.findIndex((row) => row.id === id);
    const row = this.model.rows[place];
    if (!row) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && event.altKey) this.take(event, () => this.move(row, place + step));
    else if (step) this.take(event, () => this.focus(this.model.rows[place + step]?.id, true));
    else if (event.key === 'Delete' || event.key === 'Backspace') this.take(event, () => this.remove(row));
    else if (command && event.key.toLowerCase() === 'd') this.take(event, () => this.duplicate(row));
  }

  take(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  focus(id, alsoSelect) {
    const target = this.rows.get(id)?.querySelector('.pick');
    if (!target) return;
    target.focus({ preventScroll: false });
    if (alsoSelect) this.select(id);
  }

  say(name, values) {
    this.live.textContent = fill(this.data.texts[name], values);
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
    this.showRows();
  }

  showRows() {
    const before = this.tops();
    const wanted = new Set(this.model.rows.map((row) => row.id));
    for (const [id, each] of this.rows) {
      if (!wanted.has(id)) {
        each.remove();
        this.rows.delete(id);
      }
    }
    this.model.rows.forEach((row, place) => {
      const each = this.rows.get(row.id) ?? this.make(row.id);
      this.fillRow(each, row, place);
      if (this.list.children[place] !== each) this.put(each, place);
    });
    this.glide(before);
  }

  put(each, place) {
    const focused = each.contains(each.getRootNode().activeElement) ? each.getRootNode().activeElement : null;
    this.list.insertBefore(each, this.list.children[place] ?? null);
    focused?.focus({ preventScroll: true });
  }

  tops() {
    return new Map([...this.rows].map(([id, each]) => [id, each.offsetTop]));
  }

  glide(before) {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [id, each] of this.rows) {
      const moved = before.has(id) ? before.get(id) - each.offsetTop : 0;
      if (moved && !each.classList.contains('dropped')) {
        each.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], { duration: 140, easing: 'ease-out' });
      }
      each.classList.remove('dropped');
    }
  }

  make(id) {
    const each = element('li', 'row');
    each.dataset.id = id;
    each.innerHTML =
      `<div class="line"><span class="grip" aria-hidden="true">${svg('lock')}</span><span class="hue"></span>` +
      '<button type="button" class="pick"><span class="name"></span><span class="main"></span></button>' +
      '<span class="shapes"></span><span class="parameters"></span><span class="actions"></span></div>' +
      '<div class="trouble" role="status"><span class="message"></span></div>';
    const row = () => this.model.rows.find((candidate) => candidate.id === id);
    const place = () => this.model.rows.indexOf(row());
    const actions = each.querySelector('.actions');
    each.tools = {
      up: iconButton('up', () => this.move(row(), place() - 1)),
      down: iconButton('down', () => this.move(row(), place() + 1)),
      duplicate: iconButton('duplicate', () => this.duplicate(row())),
      remove: iconButton('remove', () => this.remove(row())),
    };
    actions.append(...Object.values(each.tools));
    each.mend = button('mend', '', () => this.send({ do: 'repair', ...row().repair }));
    each.querySelector('.trouble').append(each.mend);
    const line = each.querySelector('.line');
    line.onclick = (event) => {
      if (!event.target.closest('.actions')) this.select(id);
    };
    line.onpointerdown = (event) => this.startDrag(event, each);
    this.rows.set(id, each);
    return each;
  }

  fillRow(each, row, place) {
    const { texts } = this.data;
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
    pick.setAttribute('aria-label', this.spoken(row, place));
    part('.grip').title = row.locked ? texts.locked : texts.drag;
    part('.line').title = row.locked ? texts.locked : row.state === 'unreached' ? texts.unreached : '';
    for (const [tool, control] of Object.entries(each.tools)) {
      name(control, `${texts[tool]} · ${row.name}`);
      control.hidden = row.locked;
    }
    each.tools.up.disabled = place === 0;
    each.tools.down.disabled = place >= room(this.model.rows) - 1;
  }

  spoken(row, place) {
    const parts = [`${place + 1}`, row.name, row.main, row.shapes];
    if (row.parameters) parts.push(fill(this.data.texts.parameters, { count: row.parameters }));
    if (row.state === 'unreached') parts.push(this.data.texts.unreached);
    return [...parts, row.message].filter(Boolean).join(', ');
  }

  openMenu() {
    this.menu.open(this.addButton);
  }

  // Drag: the row follows the pointer, its neighbours make room; the order changes when it is let go.

  startDrag(event, each) {
    const row = this.model.rows.find((candidate) => candidate.id === Number(each.dataset.id));
    const byGrip = event.target.closest('.grip');
    if (event.button !== 0 || row.locked || event.target.closest('.actions')) return;
    if (event.pointerType !== 'mouse' && !byGrip) return; // a finger on the row scrolls the page
    const drag = new Drag(this, each, row, event);
    drag.begin();
  }
}

class Drag {
  constructor(stack, each, row, event) {
    Object.assign(this, { stack, each, row, startY: event.clientY, pointer: event.pointerId, moved: false });
    this.order = stack.model.rows.map((candidate) => stack.rows.get(candidate.id));
    this.from = this.order.indexOf(each);
    this.to = this.from;
    this.boxes = this.order.map((one) => ({ top: one.offsetTop, height: one.offsetHeight }));
    this.room = room(stack.model.rows);
  }

  begin() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    window.addEventListener('pointermove', (event) => this.follow(event), { signal });
    window.addEventListener('pointerup', () => this.end(true), { signal });
    window.addEventListener('pointercancel', () => this.end(false), { signal });
    window.addEventListener('keydown', (event) => event.key === 'Escape' && this.end(false), { signal, capture: true });
  }

  follow(event) {
    if (event.pointerId !== this.pointer) return;
    const distance = event.clientY - this.startY;
    if (!this.moved && Math.abs(distance) < 5) return;
    if (!this.moved) {
      this.moved = true;
      this.each.classList.add('dragged');
      this.stack.frame.classList.add('dragging');
    }
    event.preventDefault();
    const own = this.boxes[this.from];
    const lowest = this.boxes[0].top - own.top;
    const last = this.boxes[this.room - 1];
    const highest = last.top + last.height - own.height - own.top;
    const shift = Math.max(lowest, Math.min(distance, highest));
    this.each.style.transform = `translateY(${shift}px)`;
    this.makeRoom(own.top + shift, own.height);
  }

  makeRoom(top, height) {
    this.to = this.from;
    this.boxes.slice(0, this.room).forEach((box, place) => {
      const middle = box.top + box.height / 2;
      if (place < this.from && top < middle) this.to = Math.min(this.to, place);
      if (place > this.from && top + height > middle) this.to = Math.max(this.to, place);
    });
    this.order.forEach((one, place) => {
      if (place === this.from) return;
      const down = place >= this.to && place < this.from;
      const up = place <= this.to && place > this.from;
      one.style.transform = down ? `translateY(${height}px)` : up ? `translateY(${-height}px)` : '';
    });
  }

  end(keep) {
    this.listeners.abort();
    this.stack.frame.classList.remove('dragging');
    for (const one of this.order) {
      one.style.transform = '';
      if (this.moved) one.classList.add('dropped');
    }
    this.each.classList.remove('dragged');
    if (!this.moved) return;
    window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
    if (keep && this.to !== this.from) this.stack.move(this.row, this.to);
    for (const one of this.order) one.classList.remove('dropped');
  }
}

class Menu {
  constructor(choose) {
    this.choose = choose;
    this.panel = element('div', 'menu');
    this.panel.popover = 'auto';
    this.search = element('input');
    this.search.type = 'search';
    this.search.autocomplete = 'off';
    this.results = element('div', 'results');
    this.results.setAttribute('role', 'listbox');
    this.panel.append(this.search, this.results);
    this.search.oninput = () => this.filter();
    this.panel.onkeydown = (event) => this.pressed(event);
  }

  receive(groups, texts) {
    const written = JSON.stringify(groups);
    this.texts = texts;
    name(this.search, texts.search).placeholder = texts.search;
    if (written === this.written) return;
    this.written = written;
    this.groups = groups;
    this.filter();
  }

  open(anchor) {
    this.search.value = '';
    this.filter();
    this.panel.showPopover();
    const box = anchor.getBoundingClientRect();
    const width = Math.min(420, window.innerWidth - 16);
    const below = window.innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const upwards = below < 320 && above > below;
    Object.assign(this.panel.style, {
      width: `${width}px`,
      left: `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`,
      maxHeight: `${Math.max(180, Math.min(460, upwards ? above : below))}px`,
      top: upwards ? 'auto' : `${box.bottom + 4}px`,
      bottom: upwards ? `${window.innerHeight - box.top + 4}px` : 'auto',
    });
    this.search.focus();
  }

  filter() {
    const words = this.search.value.trim().toLowerCase();
    this.results.replaceChildren();
    for (const { group, colour, layers } of this.groups) {
      const found = layers.filter((each) => `${each.layer} ${group} ${each.summary}`.toLowerCase().includes(words));
      found.sort((a, b) => b.layer.toLowerCase().startsWith(words) - a.layer.toLowerCase().startsWith(words));
      if (!found.length) continue;
      const heading = element('div', 'group');
      heading.textContent = group;
      heading.style.setProperty('--hue', colour);
      this.results.append(heading, ...found.map((each) => this.offer(each, colour)));
    }
    if (!this.results.children.length) {
      const nothing = element('p', 'nothing');
      nothing.textContent = this.texts.nothing;
      this.results.append(nothing);
    }
    this.mark(0);
  }

  offer({ layer, summary }, colour) {
    const offered = button('offer', '', () => this.take(layer));
    offered.dataset.layer = layer;
    offered.setAttribute('role', 'option');
    offered.tabIndex = -1;
    offered.style.setProperty('--hue', colour);
    const title = element('b');
    title.textContent = layer;
    const about = element('span');
    about.textContent = summary;
    offered.append(title, about);
    return offered;
  }

  take(layer) {
    this.panel.hidePopover();
    this.choose(layer);
  }

  offers() {
    return [...this.results.querySelectorAll('.offer')];
  }

  mark(place) {
    const offers = this.offers();
    this.marked = Math.max(0, Math.min(place, offers.length - 1));
    offers.forEach((each, number) => each.setAttribute('aria-selected', number === this.marked));
    offers[this.marked]?.scrollIntoView({ block: 'nearest' });
  }

  pressed(event) {
    const step = { ArrowUp: -1, ArrowDown: 1, PageUp: -5, PageDown: 5 }[event.key];
    if (step) {
      event.preventDefault();
      this.mark(this.marked + step);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.offers()[this.marked]?.click();
    }
    event.stopPropagation(); // Streamlit listens for single letters on the page
  }
}

// The rows after an operation, as Python will make them too (layer_stack/operations.py).
function carryOut(model, operation, menu) {
  const { rows } = model;
  const place = rows.findIndex((row) => row.id === operation.id);
  const row = rows[place];
  if (operation.do === 'select') model.selected = operation.id;
  if (operation.do === 'add') {
    const after = rows.findIndex((each) => each.id === operation.after);
    insert(model, Math.min(after < 0 ? rows.length : after + 1, room(rows)), blank(operation.layer, menu));
  }
  if (!row || row.locked) return;
  if (operation.do === 'duplicate') insert(model, place + 1, { ...row, ...UNKNOWN });
  if (operation.do === 'remove') {
    rows.splice(place, 1);
    if (model.selected === row.id) model.selected = rows[Math.min(place, rows.length - 1)]?.id ?? null;
    forget(rows, place);
  }
  if (operation.do === 'move') {
    rows.splice(place, 1);
    rows.splice(operation.to, 0, row);
    forget(rows, Math.min(place, operation.to));
  }
}

// What Python has yet to say of a row: shown as it was until then would be wrong, so it is shown as open.
const UNKNOWN = { state: 'open', shapes: '', parameters: '', message: '', repair: null };

function forget(rows, from) {
  for (const row of rows.slice(from)) Object.assign(row, { state: 'open', message: '', repair: null });
}

function insert(model, place, row) {
  const id = Math.max(0, ...model.rows.map((each) => each.id)) + 1;
  model.rows.splice(place, 0, { ...row, id });
  model.selected = id;
  forget(model.rows, place);
}

function blank(layer, menu) {
  const group = menu.find((each) => each.layers.some((one) => one.layer === layer));
  return { name: layer, main: '', colour: group?.colour ?? 'gray', locked: false, ...UNKNOWN };
}

function room(rows) {
  return rows.at(-1)?.locked ? rows.length - 1 : rows.length;
}

function element(tag, className = '') {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function button(className, label, act) {
  const made = element('button', className);
  made.type = 'button';
  made.textContent = label;
  made.onclick = (event) => {
    event.stopPropagation();
    act();
  };
  return made;
}

function iconButton(icon, act) {
  const made = button('icon', '', act);
  made.innerHTML = svg(icon);
  return made;
}

// Lines on a grid of 16: a font may lack the characters.
const ICONS = {
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  duplicate: 'M6 6h7v7H6zM3 10V3h7',
  remove: 'M4 4l8 8M12 4l-8 8',
  undo: 'M6 3L3 6l3 3M3 6h6a4 4 0 010 8H6',
  redo: 'M10 3l3 3-3 3M13 6H7a4 4 0 000 8h3',
  lock: 'M4 7h8v6H4zM5.5 7V5a2.5 2.5 0 015 0v2',
};

function svg(icon) {
  return `<svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
}

function text(target, wanted) {
  if (target.textContent !== wanted) target.textContent = wanted;
}

function name(control, label) {
  control.title = label;
  control.setAttribute('aria-label', label);
  return control;
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}

const CSS = `
.stack { font: 400 0.875rem/1.35 var(--st-font); color: var(--st-text-color); container-type: inline-size;
  --muted: color-mix(in srgb, var(--st-text-color) 68%, var(--st-background-color));
  --wrong: var(--st-red-text-color); --warned: var(--st-orange-text-color); }
.rows { list-style: none; margin: 0; padding: 0; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); overflow: clip; }
.rows:empty { display: none; }
.row { position: relative; background: var(--st-background-color); border-bottom: 1px solid var(--st-border-color); }
.row:last-child { border-bottom: 0; }
.line { display: grid; grid-template-columns: 14px 4px minmax(6rem, 1fr) auto minmax(3.6rem, auto) 6.4rem;
  align-items: center; column-gap: 8px; min-height: 2rem; padding: 0 4px 0 4px; cursor: default; user-select: none; }
.row:hover .line { background: var(--st-secondary-background-color); }
.row.selected .line { background: color-mix(in srgb, var(--st-primary-color) 11%, var(--st-background-color)); }
.grip { align-self: stretch; cursor: grab; touch-action: none; opacity: 0.3;
  background: radial-gradient(circle, currentColor 1px, transparent 1.4px) center / 5px 5px; margin: 9px 2px; }
.row:hover .grip { opacity: 0.75; }
svg { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; display: block; }
.grip svg { display: none; }
.locked .grip { cursor: default; background: none; opacity: 0.75; margin: 0; display: grid; place-items: center; }
.locked .grip svg { display: block; width: 13px; height: 13px; }
.hue { align-self: stretch; margin: 5px 0; border-radius: 2px; }
.pick { all: unset; display: flex; gap: 0.5em; align-items: baseline; min-width: 0; cursor: pointer;
  padding: 5px 0; border-radius: 3px; }
.pick:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.name { font-weight: 600; white-space: nowrap; }
.main { font-variant-numeric: tabular-nums; color: var(--muted); white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.shapes, .parameters { font-size: 0.8rem; font-variant-numeric: tabular-nums; color: var(--muted); white-space: nowrap;
  text-align: right; }
.parameters { min-width: 3.6rem; }
.actions { display: flex; justify-content: flex-end; visibility: hidden; }
.row:hover .actions, .row.selected .actions, .row:focus-within .actions { visibility: visible; }
.open .shapes, .open .parameters { opacity: 0.35; transition: opacity 0.2s 0.15s; }
.unreached .pick, .unreached .shapes { opacity: 0.45; }
.unreached .hue { opacity: 0.35; }
.trouble { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; padding: 2px 10px 7px 34px;
  font-size: 0.82rem; }
.trouble[hidden], .mend[hidden], .icon[hidden], .empty[hidden] { display: none; }
.message { flex: 1 1 14rem; }
.wrong::before, .warned::before { content: ''; position: absolute; inset: 0 auto 0 0; width: 3px; z-index: 1; }
.wrong::before { background: var(--st-red-color); }
.warned::before { background: var(--st-orange-color); }
.wrong, .wrong .line, .wrong:hover .line { background: color-mix(in srgb, var(--st-red-color) 8%, var(--st-background-color)); }
.wrong .message, .wrong .name { color: var(--wrong); }
.warned .message { color: var(--warned); }
button { font: inherit; color: inherit; }
.icon { all: unset; box-sizing: border-box; width: 1.6rem; height: 1.6rem; display: grid; place-items: center;
  border-radius: 4px; cursor: pointer; font-size: 0.85rem; color: var(--muted); }
.icon:hover:enabled { background: color-mix(in srgb, var(--st-text-color) 12%, transparent); color: var(--st-text-color); }
.icon:focus-visible, .add:focus-visible, .mend:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 0; }
.icon:disabled { opacity: 0.3; cursor: default; }
.mend, .add { border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 6px); cursor: pointer;
  background: var(--st-background-color); padding: 3px 10px; font-weight: 600; font-size: 0.82rem; }
.mend:hover, .add:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.bar { display: flex; align-items: center; gap: 4px; padding-bottom: 6px; }
.bar .add { margin-left: 4px; }
.heading { flex: 1; }
.empty { margin: 0; padding: 10px; border: 1px dashed var(--st-border-color); border-radius: var(--st-base-radius);
  color: var(--muted); }
.dragging .row { transition: transform 0.12s ease-out; }
.dragging .row.dragged { transition: none; z-index: 2; box-shadow: 0 3px 14px rgb(0 0 0 / 0.22); }
.dragging, .dragging * { cursor: grabbing !important; }
.live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.menu { position: fixed; inset: auto; margin: 0; padding: 0; box-sizing: border-box; flex-direction: column;
  background: var(--st-background-color); color: var(--st-text-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); box-shadow: 0 8px 30px rgb(0 0 0 / 0.2); overflow: hidden;
  font: 400 0.875rem/1.35 var(--st-font); }
.menu:popover-open { display: flex; }
.menu input { all: unset; padding: 9px 12px; border-bottom: 1px solid var(--st-border-color); font-size: 0.9rem; }
.menu input:focus-visible { box-shadow: inset 0 -2px 0 var(--st-primary-color); }
.results { overflow-y: auto; padding: 4px; overscroll-behavior: contain; }
.group { padding: 7px 8px 2px; font-size: 0.75rem; font-weight: 600; color: var(--muted); }
.offer { all: unset; box-sizing: border-box; width: 100%; display: grid; gap: 1px; padding: 4px 8px 5px 10px;
  border-left: 3px solid var(--hue); border-radius: 3px; margin: 1px 0; cursor: pointer; }
.offer span { font-size: 0.8rem; color: var(--muted); }
.offer:hover, .offer[aria-selected='true'] { background: color-mix(in srgb, var(--st-primary-color) 13%, var(--st-background-color)); }
.nothing { margin: 8px; color: var(--muted); }
@container (max-width: 460px) {
  .line { grid-template-columns: 14px 4px minmax(5rem, 1fr) auto; padding-block: 2px; }
  .pick { grid-column: 3 / 5; }
  .shapes { grid-column: 3; text-align: left; }
  .parameters { grid-column: 4; }
  .grip, .hue { grid-row: 1 / 3; }
  .actions { grid-column: 3 / 5; grid-row: 3; display: none; justify-content: flex-start; }
  .row.selected .actions { display: flex; }
  .icon { width: 2.2rem; height: 2.2rem; }
  .shapes:empty, .parameters:empty { display: none; }
}
`;
