import { VERDICT_TYPE, type VerdictPredicate } from "../../../src/domain/evidence/predicate.ts";

/** The digest of the image that the tests ask for. */
export const DIGEST = `sha256:${"a".repeat(64)}`;
/** The moment of the tests. */
export const NOW = new Date("2026-11-26T12:00:00Z");

/** A time before {@link NOW}, as an attested verdict has it; negative: after it. */
export function ago(minutes: number): string {
  return new Date(NOW.getTime() - minutes * 60_000).toISOString();
}

/** A passing verdict on {@link DIGEST}, with changes. */
export function predicate(changes: Partial<VerdictPredicate> = {}): VerdictPredicate {
  return {
    verdict: "pass",
    reason: "pass: 0 CRITICAL (limit 0), 0 HIGH (limit 0) in ghcr.io/acme/app:1",
    image: { digest: DIGEST, repository: "ghcr.io/acme/app", platform: "linux/amd64" },
    scannedAt: ago(60),
    counts: { critical: 0, high: 0, medium: 3, low: 7, unknown: 0 },
    limits: { critical: 0, high: 0, medium: "unlimited", low: "unlimited", unknown: "unlimited" },
    accepted: 0,
    coverage: { gaps: [] },
    policy: { from: "workspace" },
    exceptions: [],
    scanner: { name: "trivy", version: "0.76.0" },
    run: {},
    ...changes,
  };
}

/** A statement about an image, by default a passing verdict on {@link DIGEST}. */
export function statement(of: unknown = predicate(), changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    _type: "https://in-toto.io/Statement/v0.1",
    subject: [{ name: "ghcr.io/acme/app", digest: { sha256: DIGEST.slice("sha256:".length) } }],
    predicateType: VERDICT_TYPE,
    predicate: of,
    ...changes,
  };
}
