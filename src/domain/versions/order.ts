/** Less than 0, 0, or more than 0, as `Array.sort` has it; undefined: a text is no version by the rules in question. */
export type CompareVersions = (a: string, b: string) => number | undefined;

/** Compares numbers of any length, written in decimal digits; no digits at all are 0. */
export function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, "");
  const y = b.replace(/^0+/, "");
  return x.length - y.length || compareText(x, y);
}

/** By code units. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The first difference of two lists that are compared side by side; 0 where there is none. */
export function compareEach<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (x: T | undefined, y: T | undefined) => number,
): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = compare(a[index], b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}
