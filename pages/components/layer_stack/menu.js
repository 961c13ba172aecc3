// The menu of layers: search, groups, arrows.

import { button, element, name } from './dom.js';

export class Menu {
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

  // `aim` is handed on with the layer that is chosen: where it shall go.
  open(anchor, aim) {
    this.aim = aim;
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
    this.choose(layer, this.aim);
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
