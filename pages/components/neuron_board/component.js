// One neuron under the learner's hands: the plane with its answers, the neuron drawn with its live numbers, sliders.
//
// Everything here follows the hand at once, so the sums are done in the browser while something moves. As soon as it
// rests, Python sends back what torch measured for the same weights, and that is what the page then shows.

const boards = new WeakMap();
const REACH = 3; // of the plane: from −REACH to REACH on both axes, in standard deviations
const CELL = 4; // CSS pixels along the side of a shaded cell
const EVERY = 120; // milliseconds between two messages to Python while something moves
const MARGIN = { left: 34, right: 8, top: 8, bottom: 34 };
const NAMES = ['w1', 'w2', 'b'];

export const ACTIVATIONS = {
  Sigmoid: { f: (z) => 1 / (1 + Math.exp(-z)), targets: [0, 1], border: 0, low: 0, high: 1 },
  Tanh: { f: Math.tanh, targets: [-1, 1], border: 0, low: -1, high: 1 },
  ReLU: { f: (z) => Math.max(0, z), targets: [0, 1], border: 0.5, low: 0, high: 1 },
  Identity: { f: (z) => z, targets: [0, 1], border: 0.5, low: 0, high: 1 },
  Step: { f: (z) => (z > 0 ? 1 : 0), targets: [0, 1], border: 0, low: 0, high: 1 },
};

// The same loss and accuracy as dlcore/lessons/neuron.py: a browser test holds the two together.
export function measure(points, name, [w1, w2, b]) {
  const { f, targets, border } = ACTIVATIONS[name];
  let loss = 0;
  let right = 0;
  for (const [x1, x2, y] of points) {
    const z = w1 * x1 + w2 * x2 + b;
    loss += name === 'Sigmoid' ? Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))) : (f(z) - targets[y]) ** 2;
    right += Number(z > border === (y === 1));
  }
  return { loss: loss / points.length, accuracy: right / points.length };
}

export default function (component) {
  const root = component.parentElement;
  if (!boards.has(root)) boards.set(root, new Board(root));
  boards.get(root).receive(component.data, component.setStateValue);
  return () => root.isConnected || boards.get(root)?.stop(); // also called where a newer call overtook this one
}

class Board {
  constructor(root) {
    this.revision = null;
    this.sliders = {};
    this.frame = element('div', 'board');
    this.grid = element('div', 'grid');
    this.frame.append(this.grid);
    root.append(this.frame);
    this.buildPlane();
    this.buildSide();
    this.watching = new ResizeObserver(() => this.paint());
    this.watching.observe(this.canvas);
  }

  stop() {
    cancelAnimationFrame(this.frameAsked);
    clearTimeout(this.sending);
  }

  buildPlane() {
    const figure = element('figure');
    this.title = element('p', 'title');
    this.canvas = element('canvas');
    this.legend = element('div', 'legend');
    this.caption = element('figcaption');
    figure.append(this.title, this.canvas, this.legend, this.caption);
    this.canvas.setAttribute('role', 'img');
    this.canvas.onpointerdown = (event) => this.press(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.letGo();
    this.grid.append(figure);
  }

  buildSide() {
    const side = element('div');
    this.diagram = new Diagram();
    side.append(this.diagram.svg);
    for (const name of NAMES) side.append(this.buildSlider(name));
    const scores = element('div', 'scores');
    this.loss = new Score();
    this.accuracy = new Score();
    scores.append(this.loss.box, this.accuracy.box);
    side.append(scores);
    this.grid.append(side);
  }

  buildSlider(name) {
    const row = element('label', 'slider');
    const symbol = element('span', 'symbol');
    symbol.append(name[0]);
    if (name.length > 1) symbol.append(element('sub', '', name[1]));
    const input = element('input');
    const shown = element('output');
    Object.assign(input, { type: 'range', step: 0.05 });
    input.dataset.weight = name;
    input.oninput = () => this.put(NAMES.map((each, n) => (each === name ? Number(input.value) : this.weights[n])));
    row.append(symbol, input, shown);
    this.sliders[name] = { input, shown };
    return row;
  }

  receive(data, setStateValue) {
    const moved = data.revision !== this.revision;
    this.data = data;
    this.setStateValue = setStateValue;
    if (moved) {
      this.revision = data.revision;
      clearTimeout(this.sending);
      this.sending = null;
      this.weights = [...data.weights];
      this.selected = data.selected;
      this.play(data.path);
    }
    this.lookAtTheme();
    this.describe();
    this.show();
  }

  lookAtTheme() {
    this.colours = this.data.colours[isDark(this.frame) ? 'dark' : 'light'];
  }

  describe() {
    const { texts, classes, reach } = this.data;
    const { colours } = this;
    this.title.textContent = texts.title;
    this.caption.textContent = texts.caption;
    this.canvas.setAttribute('aria-label', texts.title);
    this.legend.replaceChildren(
      ...classes.map((name, n) => legend(name, { background: colours.classes[n] })),
      legend(texts.wrong, { borderColor: colours.wrong }, 'ring'),
    );
    for (const name of NAMES) {
      this.sliders[name].input.setAttribute('aria-label', texts[name]);
      Object.assign(this.sliders[name].input, { min: -reach[name], max: reach[name] });
    }
  }

  // Somebody moved the neuron: show it at once, and tell Python soon.
  put(weights) {
    this.weights = weights.map((value, n) => within(value, this.data.reach[NAMES[n]]));
    cancelAnimationFrame(this.frameAsked);
    this.path = null;
    this.show();
    this.tell();
  }

  tell() {
    this.sending ??= setTimeout(() => {
      this.sending = null;
      this.setStateValue('hand', { revision: this.revision, weights: this.weights, selected: this.selected });
    }, EVERY);
  }

  // Walk through the neurons that gradient descent went through, a few a frame.
  play(path) {
    cancelAnimationFrame(this.frameAsked);
    this.path = path;
    if (!path || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const seconds = Math.min(4, 0.4 + path.length / 60);
    const began = performance.now();
    const frame = (now) => {
      const done = Math.min(1, (now - began) / 1000 / seconds);
      this.weights = path[Math.round(done * (path.length - 1))];
      if (done < 1) this.frameAsked = requestAnimationFrame(frame);
      this.show();
    };
    this.weights = path[0];
    this.frameAsked = requestAnimationFrame(frame);
  }

  show() {
    NAMES.forEach((name, n) => {
      this.sliders[name].input.value = this.weights[n];
      this.sliders[name].shown.textContent = number(this.weights[n], 2);
    });
    this.showScores();
    this.diagram.show(this.data, this.colours, this.weights, this.data.points[this.selected]);
    this.paint();
  }

  showScores() {
    const { points, activation, measured, best, texts } = this.data;
    const { colours } = this;
    const torch = measured.weights.every((value, n) => Math.abs(value - this.weights[n]) < 1e-9);
    const now = torch ? measured : measure(points, activation, this.weights);
    this.frame.dataset.loss = now.loss;
    this.frame.dataset.accuracy = now.accuracy;
    this.frame.dataset.by = torch ? 'torch' : 'browser';
    const widest = Math.max(1, best.loss * 3);
    const good = now.loss <= best.loss * 1.1;
    this.loss.show(texts.loss, now.loss, texts.bestLoss, best.loss / widest, now.loss / widest, colours, good);
    const high = now.accuracy >= best.accuracy - 0.01;
    this.accuracy.show(texts.accuracy, now.accuracy, texts.bestAccuracy, best.accuracy, now.accuracy, colours, high);
  }

  // The plane

  place(x1, x2) {
    const { left, top, size } = this.area;
    return [left + ((x1 + REACH) / (2 * REACH)) * size, top + ((REACH - x2) / (2 * REACH)) * size];
  }

  unplace(x, y) {
    const { left, top, size } = this.area;
    return [((x - left) / size) * 2 * REACH - REACH, REACH - ((y - top) / size) * 2 * REACH];
  }

  paint() {
    const width = this.canvas.clientWidth;
    if (!width || !this.data) return;
    this.lookAtTheme();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = this.canvas.height = Math.round(width * ratio);
    const size = width - MARGIN.left - MARGIN.right;
    this.area = { left: MARGIN.left, top: MARGIN.top, size };
    const style = getComputedStyle(this.frame);
    this.ink = style.color;
    this.paper = style.getPropertyValue('--st-background-color') || '#fff';
    const pen = this.canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, width);
    this.paintAnswers(pen);
    this.paintAxes(pen, style);
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, size, size);
    pen.clip();
    this.paintLine(pen);
    this.paintPoints(pen);
    this.paintArrow(pen);
    pen.restore();
  }

  paintAnswers(pen) {
    const { left, top, size } = this.area;
    const { activation } = this.data;
    const { colours } = this;
    const { f, low, high, border } = ACTIVATIONS[activation];
    const [w1, w2, b] = this.weights;
    for (let x = 0; x < size; x += CELL) {
      for (let y = 0; y < size; y += CELL) {
        const [x1, x2] = this.unplace(left + x + CELL / 2, top + y + CELL / 2);
        const z = w1 * x1 + w2 * x2 + b;
        const share = Math.min(1, Math.max(0, (f(z) - low) / (high - low)));
        pen.globalAlpha = 0.06 + 0.5 * Math.abs(2 * share - 1);
        pen.fillStyle = colours.classes[Number(z > border)];
        pen.fillRect(left + x, top + y, Math.min(CELL, size - x), Math.min(CELL, size - y));
      }
    }
    pen.globalAlpha = 1;
  }

  paintAxes(pen, style) {
    const { left, top, size } = this.area;
    pen.strokeStyle = style.getPropertyValue('--st-border-color') || '#999';
    pen.lineWidth = 1;
    pen.strokeRect(left, top, size, size);
    pen.fillStyle = this.ink;
    pen.font = `12px ${style.fontFamily}`;
    pen.textAlign = 'center';
    for (const tick of [-2, 0, 2]) pen.fillText(number(tick, 0), this.place(tick, 0)[0], top + size + 15);
    pen.fillText(this.data.axes[0], left + size / 2, top + size + 30);
    pen.textAlign = 'right';
    for (const tick of [-2, 0, 2]) pen.fillText(number(tick, 0), left - 5, this.place(0, tick)[1] + 4);
    pen.save();
    pen.translate(12, top + size / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'center';
    pen.fillText(this.data.axes[1], 0, 0);
    pen.restore();
  }

  // Where w₁x₁ + w₂x₂ + b equals the border: the point of it nearest to the middle, and its direction.
  line() {
    const [w1, w2, b] = this.weights;
    const long = Math.hypot(w1, w2);
    if (long < 1e-6) return null;
    const away = (ACTIVATIONS[this.data.activation].border - b) / long ** 2;
    return { foot: [w1 * away, w2 * away], across: [w1 / long, w2 / long], long };
  }

  paintLine(pen) {
    const line = this.line();
    if (!line) return;
    const [c1, c2] = line.across;
    const [from, to] = [-9, 9].map((t) => this.place(line.foot[0] - c2 * t, line.foot[1] + c1 * t));
    for (const [colour, width] of [[this.paper, 6], [this.ink, 2.5]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }
  }

  paintPoints(pen) {
    const { points, activation } = this.data;
    const { colours } = this;
    const [w1, w2, b] = this.weights;
    points.forEach(([x1, x2, y], n) => {
      const wrong = w1 * x1 + w2 * x2 + b > ACTIVATIONS[activation].border !== (y === 1);
      circle(pen, this.place(x1, x2), 4.5, colours.classes[y], this.paper, 1);
      if (wrong) circle(pen, this.place(x1, x2), 6.5, null, colours.wrong, 2);
      if (n === this.selected) circle(pen, this.place(x1, x2), 9, null, this.ink, 2.5);
    });
  }

  // The arrow of the weights: it stands on the line, points to class 1, and can be dragged.
  tip() {
    const line = this.line();
    if (!line) return null;
    const foot = line.foot.map((value) => within(value, REACH * 0.8));
    const reach = 0.5 + 0.9 * Math.min(1, line.long / 8);
    return { foot, tip: [foot[0] + line.across[0] * reach, foot[1] + line.across[1] * reach], long: line.long };
  }

  paintArrow(pen) {
    const arrow = this.tip();
    if (!arrow) return;
    const [from, to] = [this.place(...arrow.foot), this.place(...arrow.tip)];
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    for (const [colour, width] of [[this.paper, 6], [this.ink, 2.5]]) {
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }
    pen.beginPath();
    pen.moveTo(to[0] + 8 * Math.cos(angle), to[1] + 8 * Math.sin(angle));
    for (const turn of [2.5, -2.5]) pen.lineTo(to[0] + 8 * Math.cos(angle + turn), to[1] + 8 * Math.sin(angle + turn));
    pen.fill();
    circle(pen, from, 5, this.paper, this.ink, 2.5);
  }

  // Hands on the plane: turn the arrow by its tip, push the line by its foot, choose a point by a click.

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  under(place) {
    const arrow = this.tip();
    if (!arrow) return null;
    if (distance(place, this.place(...arrow.tip)) < 16) return 'tip';
    return distance(place, this.place(...arrow.foot)) < 14 ? 'foot' : null;
  }

  press(event) {
    const place = this.at(event);
    this.held = this.under(place);
    if (this.held) {
      this.canvas.setPointerCapture(event.pointerId);
      this.canvas.classList.add('holding');
      event.preventDefault();
      return;
    }
    const near = this.data.points.map(([x1, x2], n) => [distance(place, this.place(x1, x2)), n]);
    const [far, chosen] = near.reduce((a, b) => (b[0] < a[0] ? b : a));
    if (far < 16) {
      this.selected = chosen;
      this.show();
      this.tell();
    }
  }

  move(event) {
    const place = this.at(event);
    if (!this.held) {
      this.canvas.classList.toggle('grab', this.under(place) !== null);
      return;
    }
    const [x1, x2] = this.unplace(...place);
    const line = this.line();
    const { border } = ACTIVATIONS[this.data.activation];
    const [w1, w2] = this.weights;
    if (this.held === 'foot') {
      this.put([w1, w2, border - w1 * x1 - w2 * x2]);
      return;
    }
    const foot = this.tip().foot;
    const turn = Math.atan2(x2 - foot[1], x1 - foot[0]);
    const turned = [line.long * Math.cos(turn), line.long * Math.sin(turn)];
    this.put([...turned, border - turned[0] * foot[0] - turned[1] * foot[1]]);
  }

  letGo() {
    this.held = null;
    this.canvas.classList.remove('holding');
  }
}

// Inputs, weights, sum, activation and answer of one neuron, with the numbers of the chosen point.
class Diagram {
  constructor() {
    this.svg = svg('svg', { viewBox: '0 0 420 190', role: 'img' });
    this.edges = [34, 95, 156].map((y) => svg('line', { x1: 62, y1: y, x2: 196, y2: 95, 'stroke-linecap': 'round' }));
    this.svg.append(...this.edges);
    this.inputs = [34, 95, 156].map((y, n) => this.node(34, y, 28, n < 2 ? ['x', String(n + 1)] : null));
    this.labels = [[118, 48], [118, 88], [118, 146]].map(([x, y]) => this.text(x, y, 'halo'));
    this.sum = this.node(218, 95, 30, ['z']);
    this.svg.append(svg('line', { x1: 248, y1: 95, x2: 274, y2: 95, class: 'axis' }));
    this.svg.append(svg('rect', { x: 274, y: 60, width: 84, height: 70, rx: 8, class: 'node' }));
    this.svg.append(svg('line', { x1: 280, y1: 119, x2: 352, y2: 119, class: 'axis' }));
    this.curve = svg('path', { class: 'curve' });
    this.mark = svg('circle', { r: 5 });
    this.f = this.text(316, 52);
    this.svg.append(this.curve, this.mark, svg('line', { x1: 358, y1: 95, x2: 372, y2: 95, class: 'axis' }));
    this.out = this.text(395, 100);
    this.outName = this.text(395, 80, 'symbol');
    this.target = this.text(395, 122);
  }

  node(x, y, r, name) {
    this.svg.append(svg('circle', { cx: x, cy: y, r, class: 'node' }));
    if (name) {
      const symbol = this.text(x, y - 4, 'symbol');
      symbol.append(name[0]);
      if (name[1]) {
        const below = svg('tspan', { dy: 4, 'font-size': 10 });
        below.textContent = name[1];
        symbol.append(below);
      }
    }
    return this.text(x, name ? y + 14 : y + 5);
  }

  text(x, y, kind = '') {
    const made = svg('text', { x, y, 'text-anchor': 'middle', class: kind });
    this.svg.append(made);
    return made;
  }

  show(data, colours, [w1, w2, b], [x1, x2, y]) {
    const { f, targets } = ACTIVATIONS[data.activation];
    const z = w1 * x1 + w2 * x2 + b;
    this.svg.setAttribute('aria-label', data.texts.diagram);
    this.inputs[0].textContent = number(x1, 2);
    this.inputs[1].textContent = number(x2, 2);
    this.inputs[2].textContent = '1';
    [w1, w2, b].forEach((weight, n) => {
      this.labels[n].textContent = `${n < 2 ? '×' : ''} ${number(weight, 2)}`;
      this.edges[n].setAttribute('stroke', colours.classes[Number(weight > 0)]);
      this.edges[n].setAttribute('stroke-width', 1 + Math.min(8, Math.abs(weight)));
      this.edges[n].setAttribute('stroke-opacity', 0.75);
    });
    this.sum.textContent = number(z, 2);
    this.f.textContent = data.texts.activation;
    this.outName.textContent = 'ŷ';
    this.out.textContent = number(f(z), 2);
    this.target.textContent = `${data.texts.target} ${targets[y]}`;
    this.drawCurve(f, z, colours.classes[y]);
  }

  drawCurve(f, z, colour) {
    const across = (value) => 316 + (Math.max(-6, Math.min(6, value)) / 6) * 34;
    const up = (value) => 119 - Math.max(-0.12, Math.min(1.15, value)) * 44;
    const bent = rangeOf(f);
    const scaled = (value) => up((f(value) - bent.low) / (bent.high - bent.low));
    const steps = Array.from({ length: 121 }, (_, n) => -6 + n / 10);
    this.curve.setAttribute('d', steps.map((v, n) => `${n ? 'L' : 'M'}${across(v).toFixed(1)} ${scaled(v).toFixed(1)}`).join(''));
    Object.entries({ cx: across(z), cy: scaled(Math.max(-6, Math.min(6, z))), fill: colour }).forEach(([k, v]) =>
      this.mark.setAttribute(k, v),
    );
  }
}

function rangeOf(f) {
  return { low: Math.min(f(-6), 0), high: f(6) };
}

// A number now, as a bar, with a mark where the best stands.
class Score {
  constructor() {
    this.box = element('div', 'score');
    const line = element('div', 'line');
    this.now = element('span');
    this.best = element('span', 'best');
    line.append(this.now, this.best);
    const bar = element('div', 'bar');
    this.fill = element('i');
    this.mark = element('u');
    bar.append(this.fill, this.mark);
    this.box.append(line, bar);
  }

  show(name, value, best, markAt, fillTo, colours, good) {
    this.now.replaceChildren(`${name} `, element('b', '', number(value, 3)));
    this.best.textContent = best;
    this.fill.style.width = `${100 * Math.min(1, Math.max(0, fillTo))}%`;
    this.fill.style.background = good ? colours.best : colours.now;
    this.mark.style.left = `${100 * Math.min(1, markAt)}%`;
    this.mark.style.background = colours.best;
  }
}

// Whether the page behind an element is dark: its text is then light.
function isDark(element) {
  const [red, green, blue] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return red + green + blue > 384;
}

function element(tag, name = '', text = '') {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function legend(text, style, kind = '') {
  const item = element('span');
  const dot = element('span', `dot ${kind}`);
  Object.assign(dot.style, style);
  item.append(dot, text);
  return item;
}

function circle(pen, [x, y], radius, fill, stroke, width) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  pen.strokeStyle = stroke;
  pen.lineWidth = width;
  pen.stroke();
}

function number(value, digits) {
  if (!Number.isFinite(value)) return '∞';
  const text = Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toFixed(digits);
  return text.replace('-', '−').replace(/^−(0(\.0*)?)$/, '$1');
}

function within(value, reach) {
  return Math.max(-reach, Math.min(reach, value));
}

function distance([x1, y1], [x2, y2]) {
  return Math.hypot(x1 - x2, y1 - y2);
}
