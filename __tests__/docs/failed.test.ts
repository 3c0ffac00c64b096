import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { snippetSection } from "../../src/render/story/exceptions.ts";
import { finding, judged, target } from "../render/build.ts";

it("the page on a failed gate names the fold with the exceptions as every comment does", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/failed.md"), "utf8");
  const [, name = ""] = /the fold \*([^*]+)\*/.exec(page) ?? [];
  expect(name).not.toBe("");
  const failing = [target([judged(finding())])];
  expect(snippetSection(failing, { from: "workspace" })).toEqual([
    expect.objectContaining({ kind: "fold", summary: expect.stringMatching(`^${name}\\b`) }),
  ]);
});
