import type { Log } from "../../../system/world.ts";

const MAX_LINES = 60;
const MAX_LENGTH = 400;

/**
 * Shows a process's lines in a folded group of the log: so many, each of bounded length; what comes after them is counted,
 * but the last ones, which say why it failed, are shown again in the error. Debug lines and Go's stacks are not shown.
 */
export function logGroup(title: string, log: Log): { line(text: string): void; end(): void } {
  let count = 0;
  log.startGroup(title);
  return {
    line(text) {
      if (text.trim() === "" || isForDevelopers(text)) return;
      if (++count > MAX_LINES) return;
      log.info(text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
    },
    end() {
      if (count > MAX_LINES) log.info(`… and ${count - MAX_LINES} more lines`);
      log.endGroup();
    },
  };
}

function isForDevelopers(line: string): boolean {
  return line.includes("\tDEBUG\t") || /^\s+(?:[\w.-]+\/\S+|\S+\.go:\d+)$/.test(line);
}
