import { describe, expect, it } from "vitest";
import { progressLine } from "../../../src/render/log/progress.ts";
import { harmless } from "../../../src/system/harmless-text.ts";
import { HOSTILE } from "../hostile.ts";

const ended = { count: 3, of: 20, label: "ghcr.io/acme/app:1", milliseconds: 2_140 };

describe("progressLine", () => {
  it("says which, how many of all, what was found and how long it took", () => {
    expect(progressLine({ ...ended, result: { findings: 5 } })).toBe("[3/20] ghcr.io/acme/app:1: 5 findings in 2.1 s");
    expect(progressLine({ ...ended, result: { error: "image-not-found" } })).toBe(
      "[3/20] ghcr.io/acme/app:1: error [image-not-found] in 2.1 s",
    );
  });

  it("stays one line that is not a command, whatever the image is called", () => {
    for (const label of [...HOSTILE, "x\n::error::forged", "##[error]forged"]) {
      const line = progressLine({ ...ended, label, result: { findings: 1 } });
      expect(line).not.toMatch(/[\r\n\u2028\u202e\u001b]|##\[/);
      expect(line).toMatch(/^\[3\/20\] /);
      expect(line.length).toBeLessThan(1_200);
      // The text is already harmless, so the log changes nothing.
      expect(harmless(line)).toBe(line);
    }
  });
});
