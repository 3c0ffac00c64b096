import { readFileSync } from "node:fs";
import { join } from "node:path";
import { big, saveImage } from "../../__tests__/support/images/images.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import type { Target } from "../../src/domain/target.ts";
import { renderSarif } from "../../src/render/sarif/sarif.ts";
import { reportFacts } from "../../src/reports/facts.ts";
import { readGivenReport } from "../../src/scan/scan-report.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn, timeWork } from "./measure.ts";
import { runAction } from "./profile.ts";

/** SARIF with full rules, explanations included, against reading Trivy's report of the same findings. */
export async function sarifLines(folder: string): Promise<Line[]> {
  await using bed = await startBed({ findingsInBig: 50_000 });
  const image = saveImage(join(folder, "sarif/image.tar"), big());
  const { outputs } = await runAction({ folder: join(folder, "sarif"), inputs: { ...bed.inputs, image } });
  const file = outputs["trivy-report"] ?? "";
  const target: Target = { kind: "trivy-report", input: file, label: "ghcr.io/acme/big" };
  const scan = readGivenReport(
    target,
    { reports: [trivyReports], descriptions: true },
    { workspace: folder, temp: folder, now: () => new Date() },
  );
  const today = "2026-01-01";
  const policy = { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today };
  const now = new Date();
  const view = {
    name: "big",
    verdict: judge([{ target, scan }], policy),
    mode: "enforce" as const,
    today,
    now,
    policy: { from: "workspace" as const },
  };
  const action = { name: "Image Gate", version: "0", url: "https://github.com" };
  const change = { trigger: "", commits: [], hasBase: false, privileged: false };
  const facts = reportFacts(view, { action, change }, { workspace: folder, now: () => now });
  const text = readFileSync(file, "utf8");
  const compared = await inTurn(
    7,
    () =>
      timeWork(() => {
        for (const piece of renderSarif(view, facts)) if (piece === "") throw new Error("an empty piece");
      }),
    () => timeWork(() => JSON.parse(text)),
  );
  return [ratioLine("SARIF of 50,000 findings ÷ JSON.parse of their report", compared, 1)];
}
