/** One manifest that was signed. */
export interface SignedRow {
  /** `repository@sha256:…` */
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly isIndex: boolean;
  /** In plain words: `the verdict`. */
  readonly evidence: readonly string[];
  /** All of it was there before this run. */
  readonly wasThere: boolean;
}

/** How the signature is verified. */
export interface Verification {
  /** The public key in PEM; absent: the job's identity signed. */
  readonly publicKey?: string | undefined;
  /**
   * The address of the workflow's file, with which the identity begins:
   * `https://github.com/acme/app/.github/workflows/image.yml`.
   */
  readonly workflow?: string | undefined;
  readonly tlog: boolean;
}

/** What a run of the signing action has done. */
export interface SigningView {
  readonly failure?: { readonly code: string; readonly what: string; readonly remedy: string } | undefined;
  /** Each format of `bundle` and `legacy` that was asked for. */
  readonly formats: readonly string[];
  readonly rows: readonly SignedRow[];
  /** Of each image its index or itself: what is verified and deployed, as `repository@sha256:…`. */
  readonly tops: readonly string[];
  readonly promoted?: { readonly tag: string; readonly reference: string } | undefined;
  /** What a reader must know, as plain sentences. */
  readonly notes: readonly string[];
  readonly verification?: Verification | undefined;
  /** The predicate type of the verdict. */
  readonly verdictType: string;
}
