// Small parts that the layer stack is made of.

export function element(tag, className = '') {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

export function button(className, label, act) {
  const made = element('button', className);
  made.type = 'button';
  made.textContent = label;
  made.onclick = (event) => {
    event.stopPropagation();
    act();
  };
  return made;
}

export function iconButton(icon, act) {
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
  grow: 'M8 3v10M3 8h10',
  undo: 'M6 3L3 6l3 3M3 6h6a4 4 0 010 8H6',
  redo: 'M10 3l3 3-3 3M13 6H7a4 4 0 000 8h3',
  lock: 'M4 7h8v6H4zM5.5 7V5a2.5 2.5 0 015 0v2',
};

export function svg(icon) {
  return `<svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
}

export function text(target, wanted) {
  if (target.textContent !== wanted) target.textContent = wanted;
}

export function name(control, label) {
  control.title = label;
  control.setAttribute('aria-label', label);
  return control;
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
