/** Where the log goes; `process.stdout` in a run. */
export interface Output {
  write(text: string): unknown;
}

/**
 * All that a terminal or a browser obeys rather than shows, what has no width, and half characters. Line feed and tab
 * stay, and the selectors that make an emoji of a sign.
 */
const HIDDEN = /(?!\n|\t|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;

/**
 * Text that comes from strangers, harmless for a runner's log: no line of it is a workflow command. Control, zero-width
 * and bidirectional characters become their code points (`[U+001B]`).
 *
 * The runner takes a line for a command where it starts with `::` after white space, or has `##[` anywhere
 * (actions/runner, `ActionCommand.TryParseV2` and `TryParse`); its reader ends lines at a lone CR too, and its
 * comparison overlooks characters without a width.
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
