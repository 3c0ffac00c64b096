import { describe, expect, test } from "vitest";
import type { Layer } from "../../../src/domain/finding.ts";
import type { BaseReport } from "../../../src/domain/image/base-image.ts";
import { reportSchema } from "../../../src/domain/report/schema.ts";
import { perSeverity } from "../../../src/domain/severity.ts";
import { annotate, KEPT_FREE } from "../../../src/job/annotate.ts";
import { ANNOTATIONS_PER_LEVEL, workflowLog } from "../../../src/job/github/log.ts";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { renderReport } from "../../../src/render/json/report.ts";
import { markdown } from "../../../src/render/print/markdown.ts";
import { baseSection } from "../../../src/render/story/base.ts";
import { finding, judged, target, view } from "../build.ts";
import { renderComment } from "../fitted.ts";
import { sample } from "../samples.ts";

const none = perSeverity(() => 0);
const counts = (over: Partial<typeof none>) => ({ ...none, ...over });

const COMPARED: BaseReport = {
  found: "input",
  reference: "python:3.12-slim",
  digest: `sha256:${"1".repeat(64)}`,
  layers: 4,
  counts: { base: counts({ CRITICAL: 2, LOW: 12 }), own: counts({ HIGH: 2 }) },
  inUse: {
    reference: "python:3.12-slim",
    findings: counts({ CRITICAL: 2, LOW: 12 }),
    size: 125_400_000,
    surface: { shells: ["bash", "dash"], compilers: [], packageManagers: ["apt", "dpkg", "pip"] },
  },
  newer: { reference: "python:3.12-slim", ageDays: 2, clears: 12, of: 14, brings: 0 },
  candidates: [
    {
      reference: "python:3.12-alpine",
      findings: counts({ LOW: 1 }),
      size: 45_100_000,
      surface: { shells: ["busybox"], compilers: [], packageManagers: ["apk", "pip"] },
    },
    { reference: "gcr.io/distroless/python3", findings: none, size: 9_876_543 },
    { reference: "ghcr.io/acme/python:3", problem: "The registry refuses ghcr.io/acme/python:3: no login" },
  ],
};

/** A view of one target with two findings, one of them the base's. */
function viewWith(base: BaseReport) {
  const of = target([
    judged(finding(), { origin: "base" }),
    judged(finding({ id: "CVE-2024-1", package: { name: "requests", version: "2.0" }, layer: undefined }), {
      origin: "own",
    }),
  ]);
  return view([of], { bases: new Map([[of.target, base]]) });
}

const section = (over: Partial<BaseReport>) => markdown(...baseSection({ layers: 0, candidates: [], ...over }));

describe("the base image in the comment", () => {
  test("is compared, with candidates, and each finding is marked", async () => {
    const markdown = renderComment(viewWith(COMPARED));
    await expect(markdown).toMatchFileSnapshot("../golden/comment-base-image.md");
  });

  test("that is known by the history alone has no name", () => {
    expect(section({ found: "history", layers: 1, counts: { base: counts({ LOW: 1 }), own: none } })).toBe(
      "**Base image** (layer 1, by the image's history): of 1 finding, 1 from it (1 LOW) and 0 ours.",
    );
  });

  test("that the image itself names is said to be", () => {
    const { counts: split, reference } = COMPARED;
    expect(section({ found: "annotation", layers: 2, reference, counts: split })).toContain(
      "`python:3.12-slim` (layers 1 to 2, by the image's own word): of 16 findings,",
    );
  });

  test("says how old a newer one is only where that is known, and what it brings", () => {
    const newer = { reference: "base:1", clears: 1, of: 3, brings: 2 };
    expect(section({ newer })).toBe("**Rebuilding on `base:1` clears 1 of 3**, and brings 2 others.");
    expect(section({ newer: { ...newer, brings: 0, ageDays: 0 } })).toContain("`base:1` (made today) clears");
    expect(section({ newer: { ...newer, ageDays: 1 } })).toContain("(1 day old)");
  });

  test("that was not found is a warning, and what was left out a note", () => {
    expect(section({ problem: "The base image is not below this image." })).toMatch(
      /^> \[!WARNING\]\n> The base image/,
    );
    expect(section({ note: "A registry is not asked." })).toBe("_A registry is not asked._");
  });

  test("says nothing where nothing is known", () => {
    expect(baseSection(undefined)).toEqual([]);
    expect(section({})).toBe("");
    const bare = view([target([judged(finding())])]);
    expect(renderComment(bare)).not.toMatch(/base image|ours/i);
  });

  test("keeps a long list of candidates short", () => {
    const candidates = Array.from({ length: 200 }, (_, index) => ({
      reference: `ghcr.io/acme/${"x".repeat(400)}:${index}`,
      findings: none,
      surface: { shells: Array.from({ length: 50 }, (__, at) => `sh${at}`), compilers: [], packageManagers: [] },
    }));
    const made = section({ candidates });
    expect(made).toContain("_180 more candidates left out here._");
    expect(made.length).toBeLessThan(8_000);
  });
});

test("the report has the base, and whose each finding is", () => {
  const made = viewWith({ ...COMPARED, problem: "p", note: "n" });
  const report = reportSchema.parse(JSON.parse([...renderReport(made)].join("")));
  expect(report.targets[0]?.base).toEqual({ ...COMPARED, problem: "p", note: "n" });
  expect(report.findings.map(({ origin }) => origin)).toEqual(["base", "own"]);
});

const SHARE = ANNOTATIONS_PER_LEVEL - KEPT_FREE;
const layerAt = (line: number, diffId = `sha256:${line}`): Layer => ({
  diffId,
  number: line,
  source: { file: "Dockerfile", line },
});

describe("annotations of a Dockerfile", () => {
  test("point at the lines that bring in what fails, with what to do", () => {
    const errors = annotationsOf(sample("dockerfile")).filter(({ level }) => level === "error");
    expect(errors).toEqual([
      {
        level: "error",
        file: "docker/Dockerfile",
        line: 9,
        message:
          "Failing in ghcr.io/acme/app:1.4.2 because of this line: 1 CRITICAL, 1 HIGH (CVE-2021-44228, CVE-2024-6345). To do: Upgrade or replace Python sparkly 2.3.0: it bundles org.apache.logging.log4j:log4j-core 2.14.1 → 2.15.0 clears 1 CRITICAL; setuptools 65.5.0 → 70.0.0 clears 1 HIGH.",
      },
      {
        level: "error",
        file: "docker/Dockerfile",
        line: 2,
        message:
          "Failing in ghcr.io/acme/app:1.4.2 because of this line: 1 CRITICAL, 1 HIGH (CVE-2023-45853, CVE-2024-6119). To do: libssl3 3.0.11-1~deb12u2 → 3.0.15-1~deb12u1 clears 1 HIGH.",
      },
    ]);
  });

  test("are warnings where the step is not to fail", () => {
    const levels = annotationsOf({ ...sample("dockerfile"), mode: "warn" }).map(({ level }) => level);
    expect(levels).toEqual(["warning", "warning"]);
  });

  test("put the layers of one line together", () => {
    const made = target([
      judged(finding({ layer: layerAt(3, "sha256:a") })),
      judged(finding({ id: "CVE-2024-0002", layer: layerAt(3, "sha256:b") })),
    ]);
    const found = annotationsOf(view([made], { dockerfile: { file: "Dockerfile" } }));
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toMatch(/^Failing in .+ because of this line: 2 HIGH \(/);
  });

  test("come with the most severe line first, over all targets", () => {
    const at = (line: number, severity: "CRITICAL" | "HIGH") => judged(finding({ severity, layer: layerAt(line) }));
    const made = [target([at(4, "HIGH"), at(9, "HIGH")]), target([at(7, "CRITICAL")], { label: "other" })];
    const found = annotationsOf(view(made, { dockerfile: { file: "Dockerfile" } }));
    expect(found.map(({ line }) => line)).toEqual([7, 4, 9]);
  });

  test("that have no room become one line with their number", () => {
    const findings = Array.from({ length: 40 }, (_, index) => judged(finding({ layer: layerAt(index + 1) })));
    const lines: string[] = [];
    const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
    annotate(log, annotationsOf(view([target(findings)], { dockerfile: { file: "Dockerfile" } })));
    const shown = lines.filter((line) => line.startsWith("::error"));
    expect(shown).toHaveLength(SHARE);
    expect(shown.at(-1)).toBe(`::error::${40 - SHARE + 1} more like these: see the job summary.`);
  });

  test("there are none without a Dockerfile", () => {
    expect(annotationsOf(view([target([judged(finding({ layer: layerAt(3) }))])]))).toEqual([]);
  });
});

describe("a Dockerfile that does not match", () => {
  const unmatched = (...targets: readonly (readonly [string, "no-match" | "no-history"])[]) =>
    view([target()], {
      dockerfile: { file: "Dockerfile", unmatched: targets.map(([label, why]) => ({ label, why })) },
    });

  test("is named in comment and annotation with the images, a reason once", () => {
    const made = unmatched(["a:1", "no-match"], ["b:1", "no-history"], ["c:1", "no-match"]);
    const comment = renderComment(made);
    expect(comment).toContain(
      "> **`Dockerfile` was not matched with `a:1`, `c:1`:** no RUN, COPY or ADD of it made a layer",
    );
    expect(comment).toContain("> **`Dockerfile` was not matched with `b:1`:** the image does not say");
    expect(annotationsOf(made).filter(({ file }) => file === "Dockerfile")).toMatchObject([
      { level: "warning", message: expect.stringMatching(/^Dockerfile was not matched with a:1, c:1: no RUN/) },
      { level: "warning", message: expect.stringMatching(/^Dockerfile was not matched with b:1: /) },
    ]);
  });

  test("is not named if it matches, and names five images at most", () => {
    expect(renderComment(unmatched())).not.toContain("was not matched");
    const many = Array.from({ length: 300 }, (_, index) => [`app:${index}`, "no-match"] as const);
    expect(renderComment(unmatched(...many))).toMatch(/`app:4` and 295 more:\*\*/);
  });
});
