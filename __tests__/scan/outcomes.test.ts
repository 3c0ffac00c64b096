import { describe, expect, it } from "vitest";
import { sayEnds } from "../../src/scan/outcomes.ts";
import type { Advance, World } from "../../src/system/world.ts";

const error = (code: string) => ({ outcome: { error: { code, what: code, remedy: "none" } } });

describe("the ends of scans", () => {
  const logOf = () => {
    const shown: (string | Advance)[] = [];
    const info = (text: string) => void shown.push(text);
    const log = { info, advance: (advance: Advance) => void shown.push(advance) } as unknown as World["log"];
    return { shown, log };
  };
  const ended = ["app:1", error("lost").outcome, 0] as const;

  it("show from the beginning how many of how many have ended", () => {
    const { shown, log } = logOf();
    const say = sayEnds(2, ({ label }) => label, log);
    for (let each = 0; each < 2; each++) say(...ended, log);
    const count = (done: number) => ({ what: "scans", unit: "targets", done, of: 2 });
    expect(shown).toEqual([count(0), "app:1", count(1), "app:1", count(2)]);
  });

  it("of a single one shows nothing", () => {
    const { shown, log } = logOf();
    sayEnds(1, ({ label }) => label, log)(...ended, log);
    expect(shown).toEqual([]);
  });
});
