/** The likeliest word for a mistyped one; the longest of equally close words. Undefined if no word is close. */
export function closest(typed: string, words: readonly string[]): string | undefined {
  const wanted = typed.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const word of words.toSorted((a, b) => b.length - a.length)) {
    const distance = distanceOf(wanted, word.toLowerCase());
    if (distance < least) [least, best] = [distance, word];
  }
  return best;
}

/** A shortened or extended word (`warning` for `warn`) counts as one typo. */
function distanceOf(typed: string, word: string): number {
  const isCut = Math.min(typed.length, word.length) > 2 && (typed.startsWith(word) || word.startsWith(typed));
  return isCut && typed !== word ? 1 : editDistance(typed, word);
}

/** Levenshtein distance, except that two swapped letters count as one typo (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  let before = previous;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (before[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
