import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { actionFile, actionTexts } from "../../scripts/generate/action-files.ts";
import { shape as gate } from "../../src/actions/gate/inputs.ts";
import { input } from "../../src/actions/input-facts.ts";
import { shape as rescan } from "../../src/actions/rescan/inputs.ts";
import { shape as sign } from "../../src/actions/sign/inputs.ts";
import { shape as verify } from "../../src/actions/verify/inputs.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const texts = actionTexts(read("docs/sources/inputs.yml"));

it.each([
  ["gate", "action.yml", gate],
  ["rescan", "rescan/action.yml", rescan],
  ["sign", "sign/action.yml", sign],
  ["verify", "verify/action.yml", verify],
])("the file of %s is the one that is generated", (name, path, shape) => {
  expect(texts.actions[name]?.file).toBe(path);
  expect(actionFile(texts, name, shape)).toBe(read(path));
});

const words = {
  ...texts,
  shared: { token: "Who asks" },
  actions: { a: { ...must(texts.actions.gate), inputs: {}, outputs: {} } },
};

it("an input has the default and the words of its row", () => {
  const shape = { token: input(z.string(), { initially: "none", required: true }) };
  const { inputs, outputs } = parse(actionFile(words, "a", shape));
  expect(inputs).toEqual({ token: { description: "Who asks", required: true, default: "none" } });
  expect(outputs).toEqual({});
});

it("an input without words, and words without an input, are mistakes", () => {
  expect(() => actionFile(words, "a", { image: z.string() })).toThrow("does not describe the input image of a");
  const others = { ...words, actions: { a: { ...words.actions.a, inputs: { image: "What" } } } };
  expect(() => actionFile(others, "a", { token: z.string() })).toThrow("describes image, which a does not read");
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("it is missing");
  return value;
}
