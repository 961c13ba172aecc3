// Scrolls to the column that holds the component when its occasion changes, on pages too narrow for two columns.

const NARROW = 640; // pixels: below this, Streamlit lays columns one below the other
const seen = new WeakMap();

export default function ({ data, parentElement }) {
  const before = seen.get(parentElement); // undefined when the page was just opened: that shows its top
  seen.set(parentElement, data);
  if (before === undefined || before === data || window.innerWidth > NARROW) return;
  parentElement.host.closest('[data-testid="stColumn"]')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}
