import type { Refusal } from "../../domain/evidence/accept.ts";
import type { VerdictPredicate } from "../../domain/evidence/predicate.ts";
import type { Limit, Severity } from "../../domain/severity.ts";

/** What a verification has to show. If it broke off, much of it is absent. */
export interface VerifyView {
  readonly verdict: "pass" | "refused" | "error";
  /** One line. Untrusted. */
  readonly reason: string;
  /** The image as it was given. Untrusted. */
  readonly asked: string;
  /** `repository@sha256:…`, once the registry has said it. */
  readonly pinned?: string | undefined;
  /** Whose signature counts, as words. Untrusted. */
  readonly signer?: string | undefined;
  /** The verdict that counts, or the one that was refused. Its texts are untrusted. */
  readonly attested?: VerdictPredicate | undefined;
  /** Why it is refused, or what the error is. */
  readonly refusals: readonly Refusal[];
  readonly now: Date;
  readonly maxAgeMs?: number | undefined;
  /** Those of the deploying side. */
  readonly limits?: Partial<Readonly<Record<Severity, Limit>>> | undefined;
  readonly cosign?: { readonly version: string; readonly sha256: string } | undefined;
}
