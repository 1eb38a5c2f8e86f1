/** A reckoning that is done once for each object it is asked about, and kept for as long as that is. */
export function remembered<K extends object, A extends readonly unknown[], T>(
  reckon: (key: K, ...rest: A) => T,
): (key: K, ...rest: A) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (key, ...rest) => {
    const before = known.get(key);
    if (before) return before.value;
    const value = reckon(key, ...rest);
    known.set(key, { value });
    return value;
  };
}
