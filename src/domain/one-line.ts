/** Line breaks and other control characters become one space: for a text that must stay on its line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/** The service's or the network's own words, on one line, of a bearable length, without a final full stop. */
export function quoted(reason: string): string {
  const line = oneLine(reason).replace(/[\s.]+$/, "");
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
