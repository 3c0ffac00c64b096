import { oneLine } from "../domain/one-line.ts";
import { harmless, type Output } from "../system/harmless-text.ts";

/** One line that shows the latest step, and vanishes. */
export interface ProgressLine {
  show(step: string): void;
  clear(): void;
}

const BACK_AND_CLEAR = "\r\u001b[2K";
const TICK_MS = 1000;
/** Nobody counts less. */
const LEAST_SECONDS = 2;

/**
 * A line on a terminal of `columns`. A step that takes long shows for how many seconds.
 * @param now milliseconds
 */
export function progressLine(err: Output, columns: number, now: () => number): ProgressLine {
  let step: string | undefined;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const seconds = Math.floor((now() - since) / 1000);
    const time = seconds < LEAST_SECONDS ? "" : ` (${seconds} s)`;
    err.write(`${BACK_AND_CLEAR}${cut(step ?? "", columns - 1 - time.length)}${time}`);
  };
  return {
    show(text) {
      step = harmless(oneLine(text));
      since = now();
      draw();
      timer ??= setInterval(draw, TICK_MS).unref();
    },
    clear() {
      clearInterval(timer);
      timer = undefined;
      if (step !== undefined) err.write(BACK_AND_CLEAR);
      step = undefined;
    },
  };
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}
