import { expect, test } from "vitest";
import { runSteps, type Steps } from "../../src/actions/run-steps.ts";

interface Learnt {
  readonly one: number;
  readonly two: number;
}

test("a run has what all its steps learnt, the later one before the earlier one, and its result", async () => {
  async function* inner(): Steps<Learnt, string> {
    yield { one: 2, two: 3 };
    return "inner";
  }
  async function* steps(): Steps<Learnt, string> {
    yield { one: 1 };
    return `${yield* inner()}, done`;
  }
  expect(await runSteps(steps())).toEqual({ learnt: { one: 2, two: 3 }, result: "inner, done" });
});

test("a run that breaks off has what it learnt by then, and why, after it has tidied up", async () => {
  const order: string[] = [];
  async function* steps(): Steps<Learnt, string> {
    await using _ = { [Symbol.asyncDispose]: async () => void order.push("tidied") };
    yield { one: 1 };
    order.push("breaks");
    throw new Error("broken");
  }
  const { learnt, result, thrown } = await runSteps(steps());
  expect({ learnt, result }).toEqual({ learnt: { one: 1 }, result: undefined });
  expect(thrown).toMatchObject({ message: "broken" });
  expect(order).toEqual(["breaks", "tidied"]);
});
