import { describe, expect, it } from "vitest";
import { OUTPUT_NAMES, outputsOf } from "../../../src/actions/rescan/outputs.ts";
import { failed, finding, judged, target } from "../../render/build.ts";
import { fleet, image, rescan, UNREAD } from "../../render/rescan/build.ts";

const failing = (name: string) => image({ name, targets: [target([judged(finding())], { label: `${name}:1` })] });
const passing = (name: string) => image({ name, targets: [target([], { label: `${name}:1` })] });
const gone = image({ name: "gone" });

const of = (...given: Parameters<typeof rescan>) => outputsOf(rescan(...given), undefined);

describe("outputs of running images", () => {
  it("are all set in every ending", () => {
    const endings = [rescan([]), rescan([gone, passing("a")]), rescan([passing("a")], { sources: [UNREAD] })];
    for (const view of [fleet(50, 8), ...endings])
      for (const name of OUTPUT_NAMES) expect(outputsOf(view, undefined)[name], name).toEqual(expect.any(String));
  });

  it("count image names that run, and of them those that fail", () => {
    const tags = [target([], { label: "a:1" }), target([judged(finding())], { label: "a:2" })];
    const images = [image({ name: "a", targets: tags }), passing("b"), failing("c"), gone];
    expect(outputsOf(rescan(images), "/r.json")).toMatchObject({
      ...{ verdict: "fail", images: "3", failing: "2", report: "/r.json" },
    });
    expect(of([passing("b")])).toMatchObject({ verdict: "pass", images: "1", failing: "0" });
  });

  it("have no count, and never 0, if nothing was looked at, or not everything", () => {
    expect(of([])).toMatchObject({ verdict: "error", images: "", failing: "", results: "[]" });
    const broken = image({ name: "b", targets: [failed()] });
    expect(of([passing("a"), broken])).toMatchObject({ verdict: "error", images: "2", failing: "" });
    expect(of([passing("a")], { sources: [UNREAD] })).toMatchObject({ verdict: "error", failing: "" });
  });

  it("count what was opened again as opened, and say where the history is only if it was written", () => {
    const issues = { opened: 2, reopened: 1, updated: 4, closed: 5, left: [], failed: [] };
    const written = `image-gate-state@${"4c1d9e7a".repeat(5)}`;
    expect(of([passing("a")], { issues })).toMatchObject({ opened: "3", closed: "5", state: written });
    const state = { notWritten: "this is a pull request", isError: false };
    expect(of([passing("a")], { state })).toMatchObject({ opened: "0", closed: "0", state: "" });
  });

  it("have text that no log takes for a command", () => {
    const name = "a\n::error::b\u202e##[error]c\u2028";
    const verdict = { ...rescan([failing(name)]).gate.verdict, reason: `fail: ${name}` };
    const { reason, results } = of([failing(name)], { gate: { verdict } });
    for (const text of [reason, results]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(results ?? "")[0].target).toBe(`${name}:1`);
  });
});
