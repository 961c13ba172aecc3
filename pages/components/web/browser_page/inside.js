// A link in a text that leads to a card of the glossary, to the course or to a lesson is followed within the page: nothing
// is loaded anew, what the learner did on the page that they leave is kept, and Back leads there.
//
// Streamlit follows only the links that it draws itself; those in texts it opens in a new tab. But it listens to the
// browser's history, as it must for Back and Forward.

const NARROW = 640; // pixels: below this, a card stands above what led to it

let listening = false; // once a page: listeners outlive the component

export function followInside() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", clicked);
}

/** @param {MouseEvent} event */
function clicked(event) {
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (elsewhere || event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return;
  const address = inside(link.href, location.href);
  if (address === null) return;
  event.preventDefault();
  const leaving = new URL(address).pathname !== location.pathname;
  if (leaving || innerWidth <= NARROW) document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}

/**
 * Where a link leads, if to a card of this app's glossary, to its course or a lesson; else null. The language of the address stays.
 * @param {string} href
 * @param {string} here the address of the page
 * @returns {string | null}
 */
export function inside(href, here) {
  const target = new URL(href, here);
  const now = new URL(here);
  const isCard = /\/glossary$/.test(target.pathname) && target.search !== "";
  const isLesson = /\/(course|lesson-[\w-]+)$/.test(target.pathname) && target.pathname !== now.pathname;
  const wanted = isCard || isLesson;
  if (!wanted || target.origin !== now.origin) return null;
  const language = now.searchParams.get("lang");
  if (language !== null && !target.searchParams.has("lang")) target.searchParams.set("lang", language);
  return target.href;
}
