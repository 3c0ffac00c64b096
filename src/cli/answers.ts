/**
 * The same JSON document, in which no character controls a terminal: C1 controls and bidirectional signs are escaped,
 * too. Such characters can only be in its strings.
 */
export function harmlessDocument(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
