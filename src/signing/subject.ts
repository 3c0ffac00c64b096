/** One statement about an image. */
export interface Evidence {
  readonly kind: "vulnerabilities" | "sbom" | "verdict";
  /** As `cosign attest --type` takes it. */
  readonly type: string;
  /** The predicate as JSON. Cosign must not reorder or drop any part of it. */
  readonly predicate: string;
}

/** Their names in messages, without an article. */
export const EVIDENCE_NAMES: Readonly<Record<Evidence["kind"], string>> = {
  vulnerabilities: "vulnerability report",
  sbom: "SBOM",
  verdict: "verdict",
};

/** One manifest that is to be signed: an image's, or an index's. */
export interface Subject {
  /** Of its repository, without tag and digest. */
  readonly repository: string;
  readonly digest: string;
  /** Absent: an index, or a single image that does not name its platform. */
  readonly platform?: string | undefined;
  readonly isIndex: boolean;
  readonly evidence: readonly Evidence[];
}

/** `repository@sha256:…`, as Cosign gets it: never a tag. */
export function referenceOf({ repository, digest }: Pick<Subject, "repository" | "digest">): string {
  return `${repository}@${digest}`;
}
