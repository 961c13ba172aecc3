// A canvas that is drawn on: light ink on a dark ground. Python is sent the picture when the pen is lifted.

const SIDE = 224; // of the picture, in its own pixels
const PEN = 0.11; // of the side: about as thick as the strokes of handwritten digits
const pads = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!pads.has(root)) pads.set(root, new Pad(root));
  pads.get(root).receive(component);
}

class Pad {
  constructor(root) {
    this.canvas = document.createElement('canvas');
    this.canvas.width = this.canvas.height = SIDE;
    this.canvas.setAttribute('role', 'img');
    this.clear = document.createElement('button');
    this.clear.type = 'button';
    this.clear.disabled = true;
    this.clear.onclick = () => this.wipe();
    const frame = document.createElement('div');
    frame.className = 'pad';
    frame.append(this.canvas, this.clear);
    root.append(frame);
    this.pen = this.canvas.getContext('2d', { willReadFrequently: true });
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => this.lift();
    this.ground();
  }

  receive({ data, setStateValue }) {
    this.send = (picture) => setStateValue('drawing', picture);
    this.canvas.setAttribute('aria-label', data.label);
    this.canvas.title = data.label;
    this.clear.textContent = data.clear;
  }

  ground() {
    this.pen.fillStyle = '#000';
    this.pen.fillRect(0, 0, SIDE, SIDE);
    Object.assign(this.pen, { strokeStyle: '#fff', lineWidth: PEN * SIDE, lineCap: 'round', lineJoin: 'round' });
  }

  place({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * SIDE, ((clientY - box.top) / box.height) * SIDE];
  }

  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.place(event);
    this.line(this.at); // a dot
  }

  move(event) {
    if (!this.at) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.line(this.place(each));
  }

  line(to) {
    this.pen.beginPath();
    this.pen.moveTo(...this.at);
    this.pen.lineTo(...to);
    this.pen.stroke();
    this.at = to;
  }

  lift() {
    if (!this.at) return;
    this.at = null;
    this.clear.disabled = false;
    this.send(this.canvas.toDataURL('image/png'));
  }

  wipe() {
    this.ground();
    this.clear.disabled = true;
    this.send('');
  }
}
