// Streamlit calls a component anew at every run of its script; what the component has built stays.

/**
 * What `create` makes of a key, made at the first call and kept as long as the key is.
 * @template {WeakKey} Key
 * @template Made
 * @param {(key: Key) => Made} create
 * @returns {(key: Key) => Made}
 */
export function once(create) {
  const kept = new WeakMap();
  return (key) => {
    if (!kept.has(key)) kept.set(key, create(key));
    return kept.get(key);
  };
}
