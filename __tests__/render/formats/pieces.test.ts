import { expect, it } from "vitest";
import { renderCsv } from "../../../src/render/formats/csv.ts";
import { renderGitlab } from "../../../src/render/formats/gitlab.ts";
import { renderCodeQuality } from "../../../src/render/formats/gitlab-code-quality.ts";
import { renderGitlabSbom } from "../../../src/render/formats/gitlab-sbom.ts";
import { renderJunit } from "../../../src/render/formats/junit.ts";
import type { ToolReport } from "../../../src/render/report-format.ts";
import { renderSarif } from "../../../src/render/sarif/sarif.ts";
import { finding, judged, target, view } from "../build.ts";
import { factsOf } from "../sarif/bed.ts";

const FORMATS: Readonly<Record<string, ToolReport>> = {
  sarif: renderSarif,
  gitlab: renderGitlab,
  "gitlab-code-quality": renderCodeQuality,
  "gitlab-sbom": renderGitlabSbom,
  junit: renderJunit,
  csv: renderCsv,
};

it.each(Object.entries(FORMATS))("%s is written in pieces, so that no text is longer than Node allows", (_, render) => {
  const findings = Array.from({ length: 3_000 }, (_, at) =>
    judged(finding({ id: `CVE-2024-${10_000 + at}`, path: `opt/${at}` })),
  );
  const of = view([target(findings)]);
  const lengths = [...render(of, factsOf(of))].map((piece) => piece.length);
  expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(300_000);
  expect(Math.max(...lengths)).toBeLessThan(130_000);
});
