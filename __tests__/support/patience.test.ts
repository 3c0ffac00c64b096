import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { atMost, cpuMs } from "./patience.ts";

test("a limit by the clock is itself on an idle machine, and grows with the work that each core has", () => {
  expect(atMost(1000, 0)).toBe(1000);
  expect(atMost(1000, 3 * availableParallelism())).toBe(4000);
});

test("processor time passes while this process computes, and not while it waits", async () => {
  const before = cpuMs();
  await new Promise((done) => setTimeout(done, 400));
  const waited = cpuMs() - before;
  for (let at = 0; at < 50 && cpuMs() - before < waited + 500; at += 0) Math.sqrt(at);
  expect(cpuMs() - before).toBeGreaterThanOrEqual(waited + 500);
  expect(waited).toBeLessThan(300);
});
