import { describe, expect, it } from "vitest";
import { OUTPUT_NAMES, outputsOf } from "../../../src/actions/gate/outputs.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";
import { NO_SCANS } from "../../../src/scan/scans.ts";
import { failed, finding, judged, target, view } from "../../render/build.ts";

type RunFacts = Parameters<typeof outputsOf>[1];
const NO_FACTS: RunFacts = NO_SCANS;
const COUNTS = ["critical", "high", "medium", "low", "unknown", "accepted"] as const;

const of = (targets: readonly TargetVerdict[], facts: Partial<RunFacts> = {}, over: Parameters<typeof view>[1] = {}) =>
  outputsOf(view(targets, over), { ...NO_FACTS, ...facts });
const countsOf = (targets: readonly TargetVerdict[]) => {
  const outputs = of(targets);
  return COUNTS.map((name) => outputs[name]);
};
const resultsOf = (targets: readonly TargetVerdict[], facts: Partial<RunFacts> = {}) =>
  JSON.parse(of(targets, facts).results ?? "");

const critical = judged(finding({ severity: "CRITICAL" }));
const high = judged(finding({ severity: "HIGH" }));
const accepted = judged(finding({ severity: "HIGH" }), { outcome: "accepted" });
const uncounted = judged(finding({ severity: "LOW" }), { outcome: "not-counted" });

describe("outputs", () => {
  it("are the ones of action.yml, each of them always set", () => {
    for (const targets of [[target()], [failed()], []]) {
      expect(Object.keys(of(targets)).sort()).toEqual([...OUTPUT_NAMES].sort());
      for (const name of OUTPUT_NAMES) expect(of(targets)[name], name).toEqual(expect.any(String));
    }
  });

  it("count what is open and accepted, summed over the targets", () => {
    expect(countsOf([target([critical, high, high, accepted, uncounted])])).toEqual(["1", "2", "0", "0", "0", "1"]);
    const both = [critical, accepted];
    expect(countsOf([target(both), target(both)])).toEqual(["2", "0", "0", "0", "0", "2"]);
    expect(countsOf([target()])).toEqual(["0", "0", "0", "0", "0", "0"]);
  });

  it("have no count, and never 0, if a target ended in error or there is none", () => {
    const nothing = ["", "", "", "", "", ""];
    expect(countsOf([failed()])).toEqual(nothing);
    expect(countsOf([target([high]), failed()])).toEqual(nothing);
    const whole = { ...view([]).verdict, answer: "error" as const };
    expect(outputsOf({ ...view([]), verdict: whole }, NO_FACTS)).toMatchObject({ high: "", results: "[]" });
    // An error of the run as a whole, of which the target knows nothing.
    expect(outputsOf({ ...view(), verdict: { ...whole, targets: [target([high])] } }, NO_FACTS).high).toBe("");
  });

  it("say the verdict, and its reason as text that no log takes for a command", () => {
    const outputs = of([target([high])], {}, { reason: "fail: \u001b[31m a\u202eb" });
    expect(outputs.verdict).toBe("fail");
    expect(outputs.reason).toMatch(/^fail: /);
    expect(outputs.reason).not.toMatch(/[\u001b\u202e]/);
  });

  it("give the digest of a single image, and of none among several", () => {
    const index = { digest: `sha256:${"1".repeat(64)}`, images: [] };
    const digest = `sha256:${"2".repeat(64)}`;
    const one = target([], { artifact: { digest, index } });
    expect(of([one])).toMatchObject({ "image-digest": digest, "index-digest": index.digest });
    for (const none of [[one, one], [failed()], [target([], { artifact: { digest: undefined } })]])
      expect(of(none)).toMatchObject({ "image-digest": "", "index-digest": "" });
  });

  it("hand on what the run knows of itself", () => {
    const facts = {
      reportFile: "/run/report.json",
      reportFiles: ["/run/a.json", "/run/b.json"],
      scannerVersions: new Map([["Trivy", "0.76.0"]]),
      databaseUpdatedAt: "2026-11-24T10:00:00Z",
      commentUrl: "https://github.com/acme/app/pull/7#issuecomment-1",
    };
    expect(of([target()], facts)).toMatchObject({
      report: "/run/report.json",
      "trivy-report": "/run/a.json\n/run/b.json",
      "trivy-version": "0.76.0",
      "db-updated-at": "2026-11-24T10:00:00Z",
      "comment-url": "https://github.com/acme/app/pull/7#issuecomment-1",
    });
    const names = ["report", "trivy-report", "trivy-version", "db-updated-at", "db-age-hours", "comment-url"] as const;
    const outputs = of([target()]);
    expect(names.map((name) => outputs[name])).toEqual(["", "", "", "", "", ""]);
  });

  it.each([
    ["2026-11-24T10:00:00Z", "5"],
    ["2026-11-24T10:00:01Z", "4"],
    ["2026-11-24T14:59:59Z", "0"],
    ["2026-11-22T15:00:00Z", "48"],
    // A clock that is behind.
    ["2026-11-24T18:00:00Z", "0"],
  ])("say the age of a database of %s in whole hours: %s", (databaseUpdatedAt, hours) => {
    expect(of([target()], { databaseUpdatedAt })["db-age-hours"]).toBe(hours);
  });
});

describe("the output `results`", () => {
  it("has the same keys for a target that was judged and one that was not, with null for what is not known", () => {
    const good = target([critical, accepted]);
    const bad = failed();
    const [one, other] = resultsOf([good, bad], { reportFileOf: new Map([[good.target, "/run/a.json"]]) });
    expect(one).toEqual({
      target: good.target.label,
      verdict: "fail",
      gaps: [],
      trivyReport: "/run/a.json",
      counts: { critical: 1, high: 0, medium: 0, low: 0, unknown: 0 },
      accepted: 1,
      digest: good.scan.artifact.digest,
      indexDigest: "",
    });
    expect(other).toEqual({
      target: bad.target.label,
      verdict: "error",
      gaps: [],
      trivyReport: "",
      code: "image-not-found",
      counts: { critical: null, high: null, medium: null, low: null, unknown: null },
      accepted: null,
      digest: "",
      indexDigest: "",
    });
  });

  it("names what was not looked at, and until when that is accepted", () => {
    const gap = { what: "The packages could not be read", remedy: "Look." };
    const exception = { reason: "Known.", expires: "2027-01-31", onlyWhileUnfixed: false, line: 3, id: "os-unknown" };
    const coverage = {
      rows: [],
      gaps: [
        { gap: { ...gap, code: "os-unknown" as const } },
        { gap: { ...gap, code: "packages-unreadable" as const, path: "app/go.sum" }, accepted: exception },
      ],
    };
    expect(resultsOf([{ ...target(), coverage }])[0].gaps).toEqual([
      { code: "os-unknown", accepted: null },
      { code: "packages-unreadable", path: "app/go.sum", accepted: "2027-01-31" },
    ]);
  });

  it("may be printed: nothing invisible and no command is in its text, and read as JSON it is the same", () => {
    const label = "a\n::error::b\u2028\u202e\u200b##[error]c \u{e0041}[d] #[e]";
    const { results } = of([target([], { label })]);
    expect(results).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(results).not.toContain("##[");
    expect(results).toContain("#[e]");
    expect(JSON.parse(results ?? "")[0].target).toBe(label);
  });
});
