/** Receives the log; `process.stdout` in a run. */
export interface Output {
  write(text: string): unknown;
}

/**
 * Characters that control a terminal or browser, characters without width, and lone surrogates. Line feed, tab and the
 * selectors that turn a sign into an emoji are not among them.
 */
const HIDDEN = /(?!\n|\t|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/**
 * Makes a stranger's text harmless for a runner's log: no line can be a workflow command. Control, zero-width and
 * bidirectional characters become their code points (`[U+001B]`).
 *
 * The runner treats a line as a command if it starts with `::` after white space, or has `##[` anywhere
 * (actions/runner, `ActionCommand.TryParseV2` and `TryParse`). Its reader also ends lines at a lone CR, and its
 * comparison ignores characters without a width.
 */
export function harmless(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (character) => {
      const point = character.codePointAt(0) ?? 0;
      return `[U+${point.toString(16).toUpperCase().padStart(4, "0")}]`;
    })
    .replace(/#(?=(?:\uFE0E|\uFE0F)*#(?:\uFE0E|\uFE0F)*\[)/g, "# ")
    .replace(/^((?:[^\S\n]|\uFE0E|\uFE0F)*):(?=(?:\uFE0E|\uFE0F)*:)/gm, "$1: ");
}
