import { expect, test } from "vitest";
import { type Benchmark, runGroups } from "../../scripts/bench/groups.ts";
import { line, ratioLine } from "../../scripts/bench/line.ts";
import { type Cost, inTurn, sumOf, timeCommand, timeWork, type Work } from "../../scripts/bench/measure.ts";
import { profileOf } from "../../scripts/bench/profile.ts";

const nothing: Work = () => ({ ms: 0, cpuMs: 0 });
const compared = { ratio: 1.19, wallRatio: 1.5, others: 0, work: nothing };

/** Computes for this many milliseconds of CPU. A profile shows it here, or in the function that it is inlined into. */
function spin(ms: number): number {
  const began = process.cpuUsage();
  let sum = 0;
  for (let spent = 0; spent < ms * 1000; ) {
    for (let at = 0; at < 100_000; at++) sum += Math.sqrt(at);
    const { user, system } = process.cpuUsage(began);
    spent = user + system;
  }
  return sum;
}

async function run(asked: readonly string[], more: Partial<Benchmark>) {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const code = await runGroups(asked, { groups: {}, quick: [], profileOf: async () => [], print, ...more });
  return { code, text: printed.join("\n") };
}

test("a ratio is checked against its limit of CPU, and on a busy machine to no limit of time", () => {
  expect(ratioLine("a", compared, 1.2).holds).toBe(true);
  expect(ratioLine("a", { ...compared, ratio: 1.21 }, 1.2).holds).toBe(false);
  const limits = { cpu: 1.2, wall: 1.4 };
  expect(ratioLine("a", compared, limits).holds).toBe(false);
  expect(ratioLine("a", { ...compared, wallRatio: 1.4 }, limits).holds).toBe(true);
  expect(ratioLine("a", { ...compared, others: 0.3 }, limits).holds).toBe(true);
  expect(ratioLine("a", { ...compared, others: 0.3, ratio: 1.21 }, limits).holds).toBe(false);
  expect(ratioLine("a", compared, limits)).toMatchObject({
    figure: "1.19×",
    limit: "≤ 1.20×",
    wall: "1.50× (≤ 1.40×)",
  });
});

test("a line may be over its goal, but not over its limit", () => {
  const limits = { cpu: 2, goal: 1.2 };
  expect(ratioLine("a", compared, limits)).toMatchObject({ holds: true, isAtGoal: true, goal: "≤ 1.20×" });
  expect(ratioLine("a", { ...compared, ratio: 1.3 }, limits)).toMatchObject({ holds: true, isAtGoal: false });
  expect(ratioLine("a", { ...compared, ratio: 2.1 }, limits)).toMatchObject({ holds: false, isAtGoal: false });
});

test("a figure over its goal, and within its limit, is said and holds", () => {
  const limits = { most: 10, goal: 5 };
  expect(line("a", 7, limits, String)).toMatchObject({ holds: true, isAtGoal: false, limit: "≤ 10", goal: "≤ 5" });
  expect(line("a", 5, limits, String)).toMatchObject({ holds: true, isAtGoal: true });
});

test("what could not be measured is over its limit", () => {
  expect(ratioLine("a", { ...compared, ratio: Number.NaN }, 1.2).holds).toBe(false);
  expect(line("a", Number.NaN, { most: 10 }, String).holds).toBe(false);
  expect(line("a", 10, { most: 10 }, String).holds).toBe(true);
  expect(line("a", 11, { most: 10 }, String).holds).toBe(false);
});

test("work that takes three times as long is over a limit of two: it is said, profiled, and the exit code is 1", async () => {
  const groups = {
    slow: async () => {
      const measured = await inTurn(
        3,
        () =>
          timeWork(function slowWork() {
            return spin(90);
          }),
        () => timeWork(() => spin(30)),
      );
      return [
        ratioLine("slow ÷ fast", measured, 2),
        ratioLine("slow ÷ fast, with room", measured, { cpu: 6, goal: 2 }),
      ];
    },
  };
  const { code, text } = await run([], { groups, profileOf });
  expect(code).toBe(1);
  expect(text).toMatch(/^OVER slow ÷ fast: [2-4]\.\d\d× \(≤ 2\.00×\)/m);
  expect(text).toMatch(/^Where its CPU was:\n(?:.*\n)*? +\d+ ms {2}(?:spin|slowWork) \(bench\.test\.ts:\d+\)$/m);
  expect(text.match(/Where its CPU was/g)).toHaveLength(1);
  expect(text).toMatch(/^\| slow ÷ fast \| .* \| \*\*over\*\* \|$/m);
  expect(text).toMatch(/^\| slow ÷ fast, with room \| .* \| over its goal \|$/m);
  expect(text).toMatch(/^1 passed, 1 failed$/m);
});

test("a line is profiled before its group ends, and a profile that fails hides no figure", async () => {
  const happened: string[] = [];
  const groups = {
    async *served() {
      try {
        yield ratioLine("first", { ...compared, ratio: 2 }, 1.2);
        yield ratioLine("second", { ...compared, ratio: 3 }, 1.2);
      } finally {
        happened.push("closed");
      }
    },
  };
  const profiles = async () => {
    happened.push("profiled");
    if (happened.length === 2) throw new Error("no room on the disk");
    return ["  10 ms  f"];
  };
  const { code, text } = await run(["served"], { groups, profileOf: profiles });
  expect(happened).toEqual(["profiled", "profiled", "closed"]);
  expect(text).toContain("OVER first: 2.00× (≤ 1.20×), in time 1.50×\nWhere its CPU was:\n  10 ms  f");
  expect(text).toContain("It could not be profiled: no room on the disk");
  expect(text).toMatch(/^0 passed, 2 failed$/m);
  expect(code).toBe(1);
});

test("only what was asked for is measured, and a wrong name stops before anything is", async () => {
  const measured: string[] = [];
  const group = (name: string) => async () => {
    measured.push(name);
    return [ratioLine(name, compared, 1.2)];
  };
  const more = { groups: { a: group("a"), b: group("b"), c: group("c") }, quick: ["a", "c"] };
  expect(await run(["quick"], more)).toMatchObject({ code: 0 });
  expect(measured.splice(0)).toEqual(["a", "c"]);
  await run([], more);
  expect(measured.splice(0)).toEqual(["a", "b", "c"]);
  await expect(run(["a", "d"], more)).rejects.toThrow("There is no d: it is quick, or one of a, b, c.");
  expect(measured).toEqual([]);
});

test("a command's CPU is counted, and waiting is not", () => {
  const node = (program: string): Cost => timeCommand(process.execPath, ["-e", program], { env: {} });
  const busy = node("while (process.cpuUsage().user < 600_000);");
  const idle = node("setTimeout(() => {}, 800)");
  expect(busy.cpuMs).toBeGreaterThanOrEqual(590);
  expect(idle.ms).toBeGreaterThan(800);
  expect(idle.cpuMs).toBeLessThan(500);
  expect(sumOf([busy, idle]).cpuMs).toBeCloseTo(busy.cpuMs + idle.cpuMs);
  expect(() => node("process.exit(3)")).toThrow("ended with 3");
});
