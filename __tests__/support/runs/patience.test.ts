import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { atMost, cpuMs } from "./patience.ts";

test("a limit by the clock is itself on an idle machine, and grows with the work that each core has", () => {
  expect(atMost(1000, 0)).toBe(1000);
  expect(atMost(1000, 3 * availableParallelism())).toBe(4000);
  expect(atMost(1000, 0.1)).toSatisfy(Number.isInteger);
});

test("processor time passes while this process computes, and not while it waits", async () => {
  const whileWaiting = async () => {
    const before = cpuMs();
    await new Promise((done) => setTimeout(done, 400));
    return cpuMs() - before;
  };
  // Garbage of other tests in this process may be collected meanwhile.
  await expect.poll(whileWaiting, { timeout: 60_000 }).toBeLessThan(300);
  const before = cpuMs();
  for (const start = performance.now(); performance.now() - start < 60_000 && cpuMs() - before < 500; ) Math.sqrt(2);
  expect(cpuMs() - before).toBeGreaterThanOrEqual(500);
});
