import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../../../src/system/world.ts";

export interface TestWorld extends World {
  /** Everything that was logged, one line each: `warning: …`, `info: …`, `group: …`. */
  readonly lines: string[];
  /** Cancels the run. */
  abort(): void;
}

/** A world below `folder`, with the real PATH and nothing else of the environment. */
export function testWorld(folder: string, overrides: Partial<World> = {}): TestWorld {
  const lines: string[] = [];
  const cancelled = new AbortController();
  const say = (level: string) => (text: string) => {
    lines.push(`${level}: ${text}`);
  };
  const workspace = join(folder, "workspace");
  const temp = join(folder, "temp");
  for (const path of [workspace, temp]) mkdirSync(path, { recursive: true });
  return {
    env: { PATH: process.env.PATH },
    platform: process.platform,
    arch: process.arch,
    now: () => new Date(),
    log: {
      info: say("info"),
      debug: say("debug"),
      startGroup: say("group"),
      endGroup: () => lines.push("end"),
      notice: say("notice"),
      warning: say("warning"),
      error: say("error"),
      annotate: (level, text) => say(level)(text),
      show: (print) => say("info")(print({ colours: false })),
      annotationsLeft: () => Number.POSITIVE_INFINITY,
      mask: say("mask"),
    },
    workspace,
    temp,
    runFolder: mkdtempSync(join(temp, "run-")),
    signal: cancelled.signal,
    lines,
    abort: () => cancelled.abort(),
    ...overrides,
  };
}
