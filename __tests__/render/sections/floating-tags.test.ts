import { describe, expect, test } from "vitest";
import type { Layer } from "../../../src/domain/finding.ts";
import { ANNOTATIONS_PER_LEVEL, workflowLog } from "../../../src/platforms/github/log.ts";
import { annotate, KEPT_FREE } from "../../../src/platforms/github/platform.ts";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { renderComment } from "../../../src/render/documents/comment.ts";
import type { View } from "../../../src/render/view.ts";
import { finding, judged, target, view } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES } from "../samples.ts";

const SHARE = ANNOTATIONS_PER_LEVEL - KEPT_FREE;
const sample = (): View => (SAMPLES.dockerfile as () => View)();
const layerAt = (line: number, diffId = `sha256:${line}`): Layer => ({
  diffId,
  number: line,
  source: { file: "Dockerfile", line },
});

describe("annotations of a Dockerfile", () => {
  test("point at the lines that bring in what fails, with what to do", () => {
    const errors = annotationsOf(sample()).filter(({ level }) => level === "error");
    expect(errors).toEqual([
      {
        level: "error",
        file: "docker/Dockerfile",
        line: 9,
        message:
          "1 CRITICAL, 1 HIGH that fail in ghcr.io/acme/app:1.4.2 come from here: CVE-2021-44228, CVE-2024-6345. To do: org.apache.logging.log4j:log4j-core 2.14.1 → 2.15.0 clears 1; setuptools 65.5.0 → 70.0.0 clears 1.",
      },
      {
        level: "error",
        file: "docker/Dockerfile",
        line: 2,
        message:
          "1 CRITICAL, 1 HIGH that fail in ghcr.io/acme/app:1.4.2 come from here: CVE-2023-45853, CVE-2024-6119. To do: libssl3 3.0.11-1~deb12u2 → 3.0.15-1~deb12u1 clears 1.",
      },
    ]);
  });

  test("are warnings where the step is not to fail", () => {
    const levels = annotationsOf({ ...sample(), mode: "warn" }).map(({ level }) => level);
    expect(levels).toEqual(["warning", "warning", "notice", "notice"]);
  });

  test("put the layers of one line together", () => {
    const made = target([
      judged(finding({ layer: layerAt(3, "sha256:a") })),
      judged(finding({ id: "CVE-2024-0002", layer: layerAt(3, "sha256:b") })),
    ]);
    const found = annotationsOf(view([made], { dockerfile: { file: "Dockerfile", moving: [] } }));
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toMatch(/^2 HIGH that fail in .+ come from here: /);
  });

  test("speak of a single finding in the singular", () => {
    const found = annotationsOf(
      view([target([judged(finding({ layer: layerAt(3) }))])], { dockerfile: { file: "Dockerfile", moving: [] } }),
    );
    expect(found[0]?.message).toMatch(/^1 HIGH that fails in .+ comes from here: /);
  });

  test("name each FROM that moves, as a notice on its line", () => {
    const notices = annotationsOf(sample()).filter(({ level }) => level === "notice");
    expect(notices.map(({ file, line }) => `${file}:${line}`)).toEqual(["docker/Dockerfile:2", "docker/Dockerfile:14"]);
    expect(notices[0]?.message).toContain("FROM python:latest moves");
  });

  test("come with the most severe line first, over all targets", () => {
    const at = (line: number, severity: "CRITICAL" | "HIGH") => judged(finding({ severity, layer: layerAt(line) }));
    const made = [target([at(4, "HIGH"), at(9, "HIGH")]), target([at(7, "CRITICAL")], { label: "other" })];
    const found = annotationsOf(view(made, { dockerfile: { file: "Dockerfile", moving: [] } }));
    expect(found.map(({ line }) => line)).toEqual([7, 4, 9]);
  });

  test("that have no room become one line with their number", () => {
    const findings = Array.from({ length: 40 }, (_, index) => judged(finding({ layer: layerAt(index + 1) })));
    const moving = Array.from({ length: 40 }, (_, index) => ({ line: index + 1, image: "a", why: "no-tag" as const }));
    const lines: string[] = [];
    const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
    annotate(log, annotationsOf(view([target(findings)], { dockerfile: { file: "Dockerfile", moving } })));
    for (const level of ["error", "notice"]) {
      const shown = lines.filter((line) => line.startsWith(`::${level}`));
      expect(shown).toHaveLength(SHARE);
      expect(shown.at(-1)).toBe(`::${level}::${40 - SHARE + 1} more like these: see the job summary.`);
    }
  });

  test("there are none without a Dockerfile", () => {
    expect(annotationsOf(view([target([judged(finding({ layer: layerAt(3) }))])]))).toEqual([]);
  });

  test("run no command and show nothing invisible, whatever the texts", () => {
    for (const text of HOSTILE) {
      const layer = layerAt(1);
      const made = target(
        [judged(finding({ id: text, package: { name: text, version: text }, fixedVersions: [text], layer }))],
        { label: text },
      );
      const dockerfile = { file: "Dockerfile", moving: [{ line: 1, image: text, why: "moving-tag" as const }] };
      for (const { message } of annotationsOf(view([made], { dockerfile }))) {
        expect(message).not.toMatch(/^\s*::|##\[|[\u0000-\u001f\u202a-\u202e\u200b]/);
        expect(message.length).toBeLessThanOrEqual(4_000);
      }
    }
  });
});

describe("the note on a FROM that moves", () => {
  test("keeps hostile images in code", () => {
    const moving = HOSTILE.map((image, index) => ({ line: index + 1, image, why: "no-tag" as const }));
    const comment = renderComment(view([target()], { dockerfile: { file: HOSTILE[0] ?? "", moving } }));
    expect(comment.match(/<!--/g)).toHaveLength(1);
    expect(comment).toMatch(/and \d+ more FROMs/);
  });

  test("is none where nothing moves", () => {
    expect(renderComment(view([target()], { dockerfile: { file: "Dockerfile", moving: [] } }))).toBe(
      renderComment(view([target()])),
    );
  });
});
