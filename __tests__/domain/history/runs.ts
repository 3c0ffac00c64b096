import type { Finding } from "../../../src/domain/finding.ts";
import type { Rescanned, RunSeen } from "../../../src/domain/history/running.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../../../src/domain/judge/judge.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage, makeSettings } from "../make.ts";

/** A running image of a test's run. */
export interface Shown {
  /** `ghcr.io/acme/app` if absent. */
  readonly name?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly source?: string;
  /** Advisories, each about the package of {@link makePackage}. */
  readonly ids?: readonly string[];
  /** Other findings. */
  readonly findings?: readonly Finding[];
  /** The scan fails. */
  readonly fails?: boolean;
  /** Changes of the scan's result. */
  readonly scan?: Partial<ScanResult>;
}

const FAILED = { code: "scan-failed", what: "The scan failed", remedy: "Try again." };

/** A run's view of these images. */
export function seenOf(now: string, shown: readonly Shown[], settings: Partial<JudgeSettings> = {}): RunSeen {
  const outcomes = shown.map(outcomeOf);
  const targets =
    outcomes.length === 0 ? [] : judge(outcomes, makeSettings({ today: now.slice(0, 10), ...settings })).targets;
  const images = shown.map((each, index): Rescanned => {
    const verdict = targets[index] as Rescanned["verdict"];
    const { name = "ghcr.io/acme/app", digest, source = "compose:compose.yaml" } = each;
    return {
      name,
      reference: referenceOf(each),
      digest,
      where: [{ source, name: "web" }],
      way: verdict.answer === "error" ? undefined : "image",
      verdict,
    };
  });
  return { now, images, unreadSources: [] };
}

function referenceOf({ name = "ghcr.io/acme/app", tag = "1" }: Shown): string {
  return `${name}:${tag}`;
}

function outcomeOf(shown: Shown): ScanOutcome {
  const { ids = [], findings = [], fails = false, scan } = shown;
  const reference = referenceOf(shown);
  const target = { kind: "image", input: reference, label: reference } as const;
  if (fails) return { target, error: FAILED };
  const all = [...ids.map((id) => makeFinding({ id, package: makePackage() })), ...findings];
  return {
    target,
    scan: {
      artifact: { names: [reference], packages: 1 },
      findings: all,
      packages: [],
      layers: [],
      suppressed: 0,
      provenance: { scanner: "Trivy", scanners: ["vuln"] },
      ...scan,
    },
  };
}
