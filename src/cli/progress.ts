import { oneLine } from "../domain/one-line.ts";
import { shorten } from "../render/shared/safe-text.ts";
import { harmless, type Output } from "../system/harmless-text.ts";
import type { Advance } from "../system/world.ts";

/** One line that shows the latest step and its progress, and vanishes. */
export interface ProgressLine {
  show(step: string): void;
  /** Shows a fetch instead of the step until it ends, and the number of scanned targets before both. */
  readonly advance: (advance: Advance) => void;
  clear(): void;
}

const BACK_AND_CLEAR = "\r\u001b[2K";
const TICK_MS = 1000;
const MB = 1e6;

/** The progress of a running part. */
type Part = Pick<Advance, "done" | "of">;

/**
 * A line on a terminal of `columns`. A long step shows its seconds, a fetch its size and its share. Figures come first,
 * so that a narrow terminal cuts the text.
 * @param now milliseconds
 */
export function progressLine(err: Output, columns: number, now: () => number): ProgressLine {
  // A terminal writes ^C after the line. Of two lines, only one would be cleared.
  const room = Math.max(1, columns - 3);
  const fetches = new Map<string, Part>();
  let scans: Part | undefined;
  let step: string | undefined;
  let since = 0;
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const [[text, fetch] = [step]] = fetches;
    if (text === undefined) return;
    const targets = scans === undefined ? "" : `${scans.done} of ${scans.of}`;
    const figures = fetch === undefined ? secondsOf(now() - since) : fetchFigures(fetch);
    const line = [targets, figures, text].filter((part) => part !== "").join(": ");
    err.write(`${BACK_AND_CLEAR}${shorten(line, room)}`);
    isShown = true;
  };
  const tick = (): void => {
    timer ??= setInterval(draw, TICK_MS).unref();
  };
  return {
    show(text) {
      step = harmless(oneLine(text));
      since = now();
      draw();
      tick();
    },
    advance({ what, unit, done, of }) {
      const hasEnded = of !== undefined && done >= of;
      if (unit === "targets") scans = hasEnded ? undefined : { done, of };
      else {
        const name = harmless(oneLine(what));
        if (hasEnded) fetches.delete(name);
        else fetches.set(name, { done, of });
      }
      // There may be thousands in a second: the next tick shows it.
      if (!hasEnded) tick();
    },
    clear() {
      clearInterval(timer);
      timer = undefined;
      if (isShown) err.write(BACK_AND_CLEAR);
      isShown = false;
      step = undefined;
    },
  };
}

function secondsOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  // A shorter time is not worth showing.
  return seconds < 2 ? "" : `${seconds} s`;
}

function fetchFigures({ done, of }: Part): string {
  return of === undefined
    ? `${Math.ceil(done / MB)} MB`
    : `${Math.floor((done / of) * 100)} % of ${Math.ceil(of / MB)} MB`;
}
