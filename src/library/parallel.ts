/**
 * Works on every item, `limit` at a time, in their order. After the first failure nothing new begins;
 * it is thrown when all that had begun has ended.
 */
export async function forEachParallel<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      await work(next.value);
      if (failures.length > 0) return;
    }
  };
  const lanes = Array.from({ length: limit }, () =>
    lane().catch((thrown: unknown) => failures.push(thrown)),
  );
  await Promise.all(lanes);
  if (failures.length > 0) throw failures[0];
}
