/** Line breaks and other control characters become one space: for a text that must stay on its line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
