import { expect, it } from "vitest";
import { z } from "zod";
import { checked, Malformed } from "../../../src/domain/json/checked.ts";

const schema = z.strictObject({
  name: z.string(),
  kind: z.enum(["image", "path"]),
  parts: z.array(z.strictObject({ id: z.string() })).optional(),
});

it("gives what the schema describes", () => {
  const good = { name: "a", kind: "image", parts: [{ id: "b" }] };
  expect(checked(schema, good)).toEqual(good);
});

it.each<[string, unknown, string]>([
  ["no mapping", [], "it has a wrong or missing value"],
  ["a missing key", { name: "a" }, "it has a wrong or missing value at `kind`"],
  ["another word", { name: "a", kind: "tar" }, "it has a wrong or missing value at `kind`"],
  [
    "a list of other things",
    { name: "a", kind: "path", parts: [{ id: "b" }, {}] },
    "it has a wrong or missing value at `parts[1].id`",
  ],
  ["an unknown key", { name: "a", kind: "path", "new\u001bkey": 1 }, 'it has the unknown key "new\\u001bkey"'],
  [
    "an unknown key within",
    { name: "a", kind: "path", parts: [{ id: "b", more: 1 }] },
    'it has the unknown key "more" at `parts[0]`',
  ],
])("refuses %s, and names the place", (_, value, what) =>
  expect(() => checked(schema, value)).toThrow(new Malformed(what)),
);

it("quotes no value of the document", () => {
  expect(() => checked(schema, { name: "a", kind: "SECRET" })).toThrow(/^(?!.*SECRET)/);
});
