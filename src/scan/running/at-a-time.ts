/** Does work for each item, so many at a time. The results are in the order of the items. The first failure ends it. */
export async function atATime<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [index, item] of waiting) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(count, items.length) }, lane));
  const broken = lanes.find((each) => each.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return results;
}
