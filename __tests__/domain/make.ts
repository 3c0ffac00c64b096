import type { Exception } from "../../src/domain/exception.ts";
import type { Finding, FindingPackage } from "../../src/domain/finding.ts";
import { type NoFix, type Upgrade, upgradesIn } from "../../src/domain/fix-plan.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY, type Policy, type TargetRule } from "../../src/domain/policy/policy.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import { makePlan } from "../../src/domain/upgrade/plan.ts";
import type { JudgedTarget, TargetVerdict } from "../../src/domain/verdict.ts";

export const TODAY = "2026-11-24";

export function makePackage(change: Partial<FindingPackage> = {}): FindingPackage {
  return {
    name: "libssl3",
    version: "3.0.11-1",
    type: "debian",
    purl: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.4",
    ...change,
  };
}

export function makeFinding(change: Partial<Finding> = {}): Finding {
  return {
    kind: "vulnerability",
    id: "CVE-2024-0001",
    severity: "HIGH",
    title: "A title",
    package: makePackage(),
    fixedVersions: ["3.0.15-1"],
    status: "fixed",
    ...change,
  };
}

export function makeException(change: Partial<Exception> = {}): Exception {
  return {
    id: "CVE-2024-0001",
    reason: "Not reachable.",
    expires: "2026-12-31",
    onlyWhileUnfixed: false,
    line: 1,
    ...change,
  };
}

export function makeRule(change: Partial<TargetRule> = {}): TargetRule {
  return { images: ["ghcr.io/acme/legacy-*"], thresholds: { HIGH: 40 }, line: 1, ...change };
}

export function makePolicy(change: Partial<Policy> = {}): Policy {
  return { ...EMPTY_POLICY, ...change };
}

export function makeSettings(change: Partial<JudgeSettings> = {}): JudgeSettings {
  return { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today: TODAY, ...change };
}

export function scanned(findings: readonly Finding[], name = "ghcr.io/acme/app:1.0"): ScanOutcome {
  return {
    target: { kind: "image", input: name, label: name },
    scan: {
      artifact: { names: [name], packages: 1 },
      findings,
      packages: [],
      layers: [],
      suppressed: 0,
      provenance: { scanner: "Trivy" },
    },
  };
}

export function notScanned(name = "ghcr.io/acme/gone:1.0"): ScanOutcome {
  return {
    target: { kind: "image", input: name, label: name },
    error: { code: "image-not-found", what: `There is no image ${name}`, remedy: "Push it." },
  };
}

/** The judged target. Throws if it was not judged. */
export function judged(verdict: { targets: readonly TargetVerdict[] }, index = 0): JudgedTarget {
  const target = verdict.targets[index];
  if (target === undefined || target.answer === "error") throw new Error(`target ${index} was not judged`);
  return target;
}

/** Judges findings by limits of 0, so that each of them fails. */
export function failed(findings: readonly Finding[], packages: readonly InstalledPackage[] = []): JudgedTarget {
  const outcome = scanned(findings);
  const listed = "scan" in outcome ? { ...outcome, scan: { ...outcome.scan, packages } } : outcome;
  const limits = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
  return judged(judge([listed], makeSettings({ limits })));
}

/** The versions that these findings' advisories suggest, package by package. */
export function advisedFor(
  findings: readonly Finding[],
  packages: readonly InstalledPackage[] = [],
): { readonly upgrades: readonly Upgrade[]; readonly noFix: readonly NoFix[] } {
  const plan = makePlan(failed(findings, packages), { unproven: "not scanned" });
  return { upgrades: upgradesIn(plan), noFix: plan.noFix };
}
