import { describe, expect, it } from "vitest";
import { OUTPUT_NAMES, outputsOf } from "../../../src/actions/rescan/outputs.ts";
import { failed, finding, judged, target } from "../../render/build.ts";
import { fleet, image, rescan, UNREAD } from "../../render/rescan/build.ts";

const failing = (name: string) => image({ name, targets: [target([judged(finding())], { label: `${name}:1` })] });
const passing = (name: string) => image({ name, targets: [target([], { label: `${name}:1` })] });
const gone = image({ name: "gone" });

describe("outputs of running images", () => {
  it("are all set in every ending", () => {
    const broken = rescan([]);
    for (const view of [
      fleet(50, 8),
      broken,
      rescan([gone, passing("a")]),
      rescan([passing("a")], { sources: [UNREAD] }),
    ])
      for (const name of OUTPUT_NAMES) expect(outputsOf(view, undefined)[name], name).toEqual(expect.any(String));
  });

  it("count image names that run, and of them those that fail", () => {
    const twoTags = image({
      name: "a",
      targets: [target([], { label: "a:1" }), target([judged(finding())], { label: "a:2" })],
    });
    expect(outputsOf(rescan([twoTags, passing("b"), failing("c"), gone]), "/r.json")).toMatchObject({
      verdict: "fail",
      images: "3",
      failing: "2",
      report: "/r.json",
    });
    expect(outputsOf(rescan([passing("b")]), undefined)).toMatchObject({ verdict: "pass", images: "1", failing: "0" });
  });

  it("have no count, and never 0, if nothing was looked at, or not everything", () => {
    expect(outputsOf(rescan([]), undefined)).toMatchObject({
      verdict: "error",
      images: "",
      failing: "",
      results: "[]",
    });
    expect(outputsOf(rescan([passing("a"), image({ name: "b", targets: [failed()] })]), undefined)).toMatchObject({
      verdict: "error",
      images: "2",
      failing: "",
    });
    expect(outputsOf(rescan([passing("a")], { sources: [UNREAD] }), undefined)).toMatchObject({
      verdict: "error",
      failing: "",
    });
  });

  it("count what was opened again as opened, and say where the history is only if it was written", () => {
    const issues = { opened: 2, reopened: 1, updated: 4, closed: 5, left: [], failed: [] };
    const state = { notWritten: "this is a pull request", isError: false };
    expect(outputsOf(rescan([passing("a")], { issues }), undefined)).toMatchObject({
      opened: "3",
      closed: "5",
      state: `image-gate-state@${"4c1d9e7a".repeat(5)}`,
    });
    expect(outputsOf(rescan([passing("a")], { state }), undefined)).toMatchObject({
      opened: "0",
      closed: "0",
      state: "",
    });
  });

  it("have text that no log takes for a command", () => {
    const name = "a\n::error::b\u202e##[error]c\u2028";
    const { reason, results } = outputsOf(
      rescan([failing(name)], {
        gate: { verdict: { ...rescan([failing(name)]).gate.verdict, reason: `fail: ${name}` } },
      }),
      undefined,
    );
    for (const text of [reason, results]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(results ?? "")[0].target).toBe(`${name}:1`);
  });
});
