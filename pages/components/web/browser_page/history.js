// A page that completes its own address has not been left: Back leads to the page before it.
//
// Streamlit makes a new entry of the history at every change of the address. Back then leads to the same page with the
// bare address, which the page completes again at once; and what it sends meanwhile ends up in the address of whatever
// page is reached by then.

let kept = false; // once a page

/** @param {string[]} completing names of parameters that a page adds to its bare address by itself */
export function keepHistory(completing) {
  if (kept) return;
  kept = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const { pathname, searchParams } = new URL(address ?? location.href, document.baseURI);
    const present = new URLSearchParams(location.search);
    const completes = completing.some((name) => searchParams.has(name) && !present.has(name));
    const stays = completes && pathname === location.pathname;
    return stays ? history.replaceState(state, unused, address) : push(state, unused, address);
  };
}
