// Which pages of this browser may keep a connection open. Over HTTP/1.1 a browser opens six to one server, for all its
// pages together: six windows that watch a run would leave none for a seventh, and not even its page would come. So a
// few have a seat, held by a lock that goes with its page; the others open a connection for a moment, again and again.

const SEATS = 3;

/**
 * A seat, and how it is given back; null where all are taken. Where the browser has no locks (a page that came without
 * TLS from another machine), everybody sits.
 * @returns {Promise<(() => void) | null>}
 */
export async function takeSeat() {
  if (!navigator.locks) return () => {};
  for (let seat = 0; seat < SEATS; seat += 1) {
    const release = await hold(`live-stream-${seat}`);
    if (release) return release;
  }
  return null;
}

/**
 * @param {string} name
 * @returns {Promise<(() => void) | null>} what lets the lock go; null where another page has it
 */
function hold(name) {
  return new Promise((settle) => {
    const taken = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) settle(null);
      else return /** @type {Promise<void>} */ (new Promise((release) => settle(() => release())));
    });
    taken.catch(() => settle(null)); // the page is being left
  });
}
