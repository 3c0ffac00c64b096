import { describe, expect, it } from "vitest";
import { type Learnt, obtain, outcomeOf, sayEnds, type Way } from "../../src/scan/obtain.ts";
import type { Advance, World } from "../../src/system/world.ts";

const error = (code: string) => ({ outcome: { error: { code, what: code, remedy: "none" } } });

describe("the ways to an answer", () => {
  it("are asked in turn about what is still open, and hear what was learnt before", async () => {
    const asked: string[][] = [];
    const old = { incompatible: "it is old", isOlder: true };
    const stored: Way<string> = async (open) => {
      asked.push([...open]);
      return new Map<string, Learnt>([
        ["a", error("stored")],
        ["b", { incompatible: old }],
      ]);
    };
    const scanned: Way<string> = async (open, learnt) => {
      asked.push([...open]);
      expect(learnt.get("b")?.incompatible).toBe(old);
      return new Map(open.map((unit) => [unit, error("scanned")]));
    };
    const never: Way<string> = () => Promise.reject(new Error("nothing is open"));
    const learnt = await obtain(["a", "b", "c"], [stored, scanned, never]);
    expect(asked).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
    expect(outcomeOf("a", learnt)).toMatchObject({ error: { code: "stored" } });
    expect(outcomeOf("c", learnt)).toMatchObject({ error: { code: "scanned" } });
  });

  it("leave nothing that looks like an answer where nobody looked", async () => {
    const learnt = await obtain(["a"], [async () => new Map<string, Learnt>([["a", {}]])]);
    expect(() => outcomeOf("a", learnt)).toThrow("a scan needs a scanner");
    expect(() => outcomeOf("b", learnt)).toThrow("a scan needs a scanner");
  });
});

describe("the ends of scans", () => {
  const logOf = () => {
    const shown: (string | Advance)[] = [];
    const info = (text: string) => void shown.push(text);
    const log = { info, advance: (advance: Advance) => void shown.push(advance) } as unknown as World["log"];
    return { shown, log };
  };
  const ended = { label: "app:1", outcome: error("lost").outcome, began: 0 };

  it("show from the beginning how many of how many have ended", () => {
    const { shown, log } = logOf();
    const say = sayEnds(2, ({ label }) => label, log);
    for (let each = 0; each < 2; each++) say(ended, log);
    const count = (done: number) => ({ what: "scans", unit: "targets", done, of: 2 });
    expect(shown).toEqual([count(0), "app:1", count(1), "app:1", count(2)]);
  });

  it("of a single one shows nothing", () => {
    const { shown, log } = logOf();
    sayEnds(1, ({ label }) => label, log)(ended, log);
    expect(shown).toEqual([]);
  });
});
