/** One item of an ignore file of Trivy's, read but not yet turned into an exception. */
export interface IgnoreEntry {
  /** Trivy's section, of a YAML file. */
  readonly section?: string | undefined;
  readonly id?: string | undefined;
  readonly paths: readonly string[];
  readonly purls: readonly string[];
  /** As written. Trivy's exception ends at the start of that day. */
  readonly expiredAt?: string | undefined;
  readonly statement?: string | undefined;
  /** Notes for anyone who fills the policy in: the file's own comments, and what could not be carried over. */
  readonly comments: readonly string[];
}

/** An ignore file that cannot be read; the message says where and why. */
export class IgnoreFileError extends Error {
  override readonly name = "IgnoreFileError";
}
