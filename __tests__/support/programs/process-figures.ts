import { readFileSync } from "node:fs";

export interface ProcessFigures {
  /** Peak resident memory in bytes. */
  readonly peakBytes: number;
  /** User and system time in milliseconds, of the process alone: its children are not in it. */
  readonly cpuMs: number;
}

/** Linux counts processor time in ticks of 10 ms for user space (USER_HZ). */
const TICK_MS = 10;

function sample(pid: number): ProcessFigures | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // The program's name, in brackets, may contain spaces, so fields are counted after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (peak === undefined) return undefined;
    return { peakBytes: Number(peak) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}

/** Samples a process every few milliseconds. `stop` returns the last sample; undefined without `/proc`. */
export function watchProcess(pid: number | undefined, everyMs = 10): { stop(): ProcessFigures | undefined } {
  let last: ProcessFigures | undefined;
  const look = () => {
    if (pid !== undefined) last = sample(pid) ?? last;
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return last;
    },
  };
}
