import type { JudgedFinding, TargetVerdict } from "../../../src/domain/verdict.ts";
import { githubPlatform } from "../../../src/job/github/platform.ts";
import type { CodeScanningFacts } from "../../../src/render/report-format.ts";
import { renderSarif } from "../../../src/render/sarif/sarif.ts";
import type { View } from "../../../src/render/view.ts";
import { reportFacts } from "../../../src/reports/facts.ts";
import type { World } from "../../../src/system/world.ts";
import type { Sarif, SarifRun } from "../../support/github/github-code-scanning.ts";
import { view } from "../build.ts";

/** A run of acme/app's workflow `ci.yml`, without a checkout. */
export function factsOf(of: View): CodeScanningFacts {
  const env = {
    GITHUB_REPOSITORY: "acme/app",
    GITHUB_WORKFLOW_REF: "acme/app/.github/workflows/ci.yml@refs/heads/main",
  };
  const world = { env, workspace: "/nowhere", now: () => of.now, signal: new AbortController().signal };
  const facts = reportFacts(of, githubPlatform(world as unknown as World), world);
  return { ...facts, tool: { ...facts.tool, version: "1.0.0" } };
}

export const sarifText = (of: View): string => [...renderSarif(of, factsOf(of))].join("");

export const sarifOf = (of: View): Sarif => JSON.parse(sarifText(of));

/** The only run of a report about these targets. */
export function runOf(...targets: readonly TargetVerdict[]): SarifRun {
  const [run, second] = sarifOf(view(targets)).runs;
  if (run === undefined || second !== undefined) throw new Error("one run was expected");
  return run;
}

/** Fingerprints by advisory and package. */
export function fingerprintsOf({ results }: SarifRun): Record<string, string> {
  return Object.fromEntries(
    results.map(({ ruleId, properties, partialFingerprints }) => [
      `${ruleId} ${String(properties.package)}`,
      partialFingerprints.primaryLocationLineHash,
    ]),
  );
}

/** The given number of findings, each with a separate advisory. */
export function many(count: number, make: (index: number) => JudgedFinding): JudgedFinding[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
