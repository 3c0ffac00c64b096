import type { Finding, Layer } from "../../src/domain/finding.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { SEVERITIES } from "../../src/domain/severity.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import { makePlan } from "../../src/domain/upgrade/plan.ts";
import { fitComment } from "../../src/render/documents.ts";
import { renderHtml } from "../../src/render/html/html.ts";
import type { View } from "../../src/render/view.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, timeWork } from "./measure.ts";
import { scannerReport } from "./scanner-report.ts";

const FINDINGS = 50_000;
const TARGET: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };
const NOW = new Date("2026-11-24T15:00:00Z");

function findingsOf(): Finding[] {
  const layers = Array.from(
    { length: 20 },
    (_, index): Layer => ({
      diffId: `sha256:${index}`,
      number: index + 1,
      instruction: `RUN apt-get install -y part-${index}`,
    }),
  );
  return Array.from({ length: FINDINGS }, (_, index): Finding => {
    const name = `package-${index % 4_000}`;
    return {
      kind: "vulnerability",
      id: `CVE-2098-${10_000 + index}`,
      severity: SEVERITIES[index % SEVERITIES.length] ?? "UNKNOWN",
      title: `${name}: out-of-bounds write in the parser of finding ${index}`,
      package: { name, version: "1.0-1", purl: `pkg:deb/debian/${name}@1.0-1`, type: "debian" },
      fixedVersions: index % 3 === 0 ? [] : ["2.0-1"],
      status: index % 3 === 0 ? "affected" : "fixed",
      path: `usr/lib/${name}/file-${index % 7}`,
      layer: layers[index % layers.length],
    };
  });
}

/** Results kept for a verdict count as well, so it is judged again each time. The plan was made before. */
function viewOf(scan: ScanResult): View {
  const policy = { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today: "2026-11-24" as const };
  const judged = judge([{ target: TARGET, scan }], policy);
  const targets = judged.targets.map((target) =>
    target.answer === "error" ? target : { ...target, plan: makePlan(target, { unproven: "nobody asked" }) },
  );
  const verdict = { ...judged, targets };
  return { name: TARGET.label, verdict, mode: "enforce", today: "2026-11-24", now: NOW, policy: { from: "workspace" } };
}

/** The whole page, and a comment that is full, against `JSON.parse` of the report that they are made of. */
export async function htmlLines(): Promise<Line[]> {
  const findings = findingsOf();
  const text = scannerReport(findings);
  const artifact = { names: [TARGET.input], packages: 4_000 };
  const scan = { artifact, packages: [], layers: [], findings, suppressed: 0, provenance: { scanner: "Trivy" } };
  const facts = { tool: { name: "Image Gate", version: "0", url: "https://github.com/acme/image-gate" }, endedAt: NOW };
  const page = (): Cost => {
    const view = viewOf(scan);
    return timeWork(() => {
      let length = 0;
      for (const piece of renderHtml(view, facts)) length += piece.length;
      if (length < FINDINGS * 100) throw new Error("That is not all of it.");
    });
  };
  const comment = (): Cost => {
    const view = viewOf(scan);
    return timeWork(() => {
      if (fitComment(view).isWhole) throw new Error("It should leave rows out.");
    });
  };
  const parse = () => timeWork(() => JSON.parse(text));
  return [
    ratioLine("HTML of 50,000 findings ÷ JSON.parse of the scanner's report", await inTurn(11, page, parse), 2),
    ratioLine(
      "comment of 50,000 findings ÷ JSON.parse of the scanner's report",
      await inTurn(11, comment, parse),
      0.45,
    ),
  ];
}
