// What stands on the page, looked at again whenever the page changes.

/** @type {Set<string>} once a page: observers outlive the component */
const watched = new Set();

/** @param {string} selector @param {(element: Element) => void} look */
export function whenever(selector, look) {
  if (watched.has(selector)) return;
  watched.add(selector);
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      document.querySelectorAll(selector).forEach(look);
    });
  };
  new MutationObserver(later).observe(document.body, { subtree: true, childList: true });
  addEventListener("resize", later);
  later();
}
