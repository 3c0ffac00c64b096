import { expect, it } from "vitest";
import { countUsedBuffers } from "../../src/system/used-buffers.ts";

const MB = 1 << 20;

/** Makes 400 buffers of 1 MB that are not kept. @returns the maximum outside of the heap at a time, in MB */
function most(used: (bytes: number) => void): number {
  const before = process.memoryUsage().arrayBuffers;
  let highest = 0;
  for (let made = 0; made < 400; made++) {
    Buffer.allocUnsafeSlow(MB).fill(1);
    used(MB);
    highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
  }
  return highest / MB;
}

it("buffers that are used no more are freed before they are 48 MB, which V8 by itself does not do", () => {
  expect(most(countUsedBuffers)).toBeLessThan(48);
  expect(most(() => {})).toBeGreaterThan(48);
});
