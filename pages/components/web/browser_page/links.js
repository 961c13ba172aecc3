// A link to another page waits until the edit that was just made has been answered.
//
// Streamlit asks for the other page without what was typed in the present one. Where the server has not begun to
// answer the edit by then, both become one run of the other page, and the edit is lost without a word. So whoever
// types a number and clicks a link in the same moment goes there when the number is kept.

const LINKS = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink", "stPageLink-NavLink"];
const LINK = LINKS.map((name) => `a[data-testid="${name}"]`).join(", ");
const STATE = "data-test-script-state"; // of the app: whether a script runs for this browser
const BEGIN = 1500; // ms after an edit in which its run begins, if it asks for one
const LONGEST = 8000; // ms that a link waits, whatever happens

let held = false; // once a page: listeners outlive the component
/** @type {{at: number, begun: boolean} | null} the newest that was not answered yet */
let edit = null;
let passing = false; // a link that has waited

export function holdLinks() {
  if (held) return;
  held = true;
  document.addEventListener("change", edited, true); // a field was left, or Enter pressed, after something was typed
  document.addEventListener("click", clicked, true);
  new MutationObserver(answered).observe(document.body, {
    subtree: true,
    attributes: true,
    attributeFilter: [STATE],
  });
}

function running() {
  const state = document.querySelector(`[${STATE}]`)?.getAttribute(STATE);
  return state != null && state !== "notRunning";
}

function edited() {
  edit = { at: performance.now(), begun: false };
}

// A run that was under way at the edit may end before the edit's own begins: that one is waited for, too.
function answered() {
  if (!edit) return;
  if (running()) edit.begun = true;
  else if (edit.begun) edit = null;
}

/** @param {MouseEvent} event */
function clicked(event) {
  const link = event.target instanceof Element ? event.target.closest(LINK) : null;
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!(link instanceof HTMLElement) || elsewhere || passing || !waiting()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const clickedAt = performance.now();
  const look = () => {
    if (waiting() && performance.now() - clickedAt < LONGEST) setTimeout(look, 20);
    else follow(link);
  };
  look();
}

function waiting() {
  if (edit && !edit.begun && performance.now() - edit.at > BEGIN) edit = null; // it asked for no run
  return edit !== null;
}

/** @param {HTMLElement} link */
function follow(link) {
  /** @type {HTMLElement[]} */
  const all = [...document.querySelectorAll(LINK)].filter((each) => each instanceof HTMLElement);
  const drawnAnew = (/** @type {HTMLElement} */ { dataset, textContent }) =>
    dataset.testid === link.dataset.testid && textContent === link.textContent;
  const now = link.isConnected ? link : all.find(drawnAnew);
  passing = true;
  now?.click();
  passing = false;
}
