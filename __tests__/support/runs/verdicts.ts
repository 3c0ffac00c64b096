import type { VerdictPredicate } from "../../../src/domain/evidence/predicate.ts";
import { perSeverityName } from "../../../src/domain/severity.ts";

export interface VerdictOptions {
  /** Days since the scan; 0 by default. Negative: in the future. */
  readonly daysOld?: number;
  /** Other fields of the predicate, to be replaced. */
  readonly change?: Partial<VerdictPredicate>;
}

const DAY = 24 * 60 * 60 * 1000;

/** A fresh `pass` for an image given as `repository@sha256:…`: no finding counts, and no exception was needed. */
export function verdictFor(image: string, { daysOld = 0, change = {} }: VerdictOptions = {}): VerdictPredicate {
  const [repository = "", digest = ""] = image.split("@");
  const scannedAt = new Date(Date.now() - daysOld * DAY).toISOString();
  return {
    verdict: "pass",
    reason: `pass: nothing counts in ${repository}`,
    image: { digest, repository, platform: "linux/amd64" },
    scannedAt,
    counts: perSeverityName(() => 0),
    limits: { critical: 0, high: 0, medium: "unlimited", low: "unlimited", unknown: "unlimited" },
    accepted: 0,
    coverage: { gaps: [] },
    policy: { digest: `sha256:${"1".repeat(64)}`, from: "workspace" },
    exceptions: [],
    scanner: { name: "trivy", version: "0.76.0", digest: `sha256:${"2".repeat(64)}` },
    database: { updatedAt: scannedAt, digest: `sha256:${"3".repeat(64)}` },
    run: { url: "https://github.com/acme/widget/actions/runs/4242", repository: "acme/widget" },
    ...change,
  };
}
