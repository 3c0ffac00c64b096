import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { atATime, atMost } from "../../src/system/pool.ts";

describe("a pool", () => {
  it("does so many at a time, and has the results in the order of the items", async () => {
    let running = 0;
    let most = 0;
    const results = await atATime(3, [5, 1, 4, 2, 3, 0], async (item) => {
      most = Math.max(most, ++running);
      await wait(item);
      running -= 1;
      return item * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6, 0]);
    expect(most).toBe(3);
  });

  it("begins nothing after the first failure, tells those that run, and waits for them", async () => {
    const begun: number[] = [];
    const told: number[] = [];
    const failing = atATime(2, [0, 1, 2, 3], async (item, signal) => {
      begun.push(item);
      if (item === 0) throw new Error("first");
      await wait(2);
      if (signal.aborted) told.push(item);
      throw new Error("second");
    });
    await expect(failing).rejects.toThrow("first");
    expect(begun).toEqual([0, 1]);
    expect(told).toEqual([1]);
  });

  it("goes on after the failure of one piece of work, each for itself", async () => {
    const inTurn = atMost(1);
    const order: string[] = [];
    const one = inTurn(async () => {
      await wait(2);
      order.push("one");
      throw new Error("one failed");
    });
    const two = inTurn(async () => order.push("two"));
    await expect(one).rejects.toThrow("one failed");
    await two;
    expect(order).toEqual(["one", "two"]);
  });
});
