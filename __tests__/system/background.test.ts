import { globSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { timeLimit } from "../../src/system/background.ts";

describe("a time limit", () => {
  it.each([
    [3000 * 1.1, 3301],
    [0.2, 1],
    [-5, 0],
    [2 ** 40, 2 ** 31 - 1],
    [30_000, 30_000],
  ])("of %d ms is a timer of %d ms", (ms, whole) => {
    const timer = vi.spyOn(AbortSignal, "timeout");
    timeLimit(ms);
    expect(timer).toHaveBeenCalledWith(whole);
    timer.mockRestore();
  });

  it("aborts when it is over, also after a fraction of a millisecond, or if it was over before", async () => {
    const signals = [timeLimit(1.5), timeLimit(-1)];
    await sleep(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("is the only way in src/ from a duration to such a signal, since `AbortSignal.timeout` throws at a fraction", () => {
    const direct = globSync("src/**/*.ts").filter((file) =>
      /\bAbortSignal\.timeout\(/.test(readFileSync(file, "utf8")),
    );
    expect(direct).toEqual(["src/system/background.ts"]);
  });
});
