import { isCertificateError } from "../../system/authorities.ts";
import { FinalError, HttpStatusError, RedirectError } from "../../system/http.ts";

/** Why a blob could not be fetched. */
export type BlobProblem =
  /** The registry does not have it. */
  | "missing"
  /** The registry wants another login. */
  | "denied"
  /** The registry limits how often it may be asked. */
  | "rate-limit"
  /** No answer, or that of a server in trouble. */
  | "unreachable"
  /** Its certificate is not trusted. */
  | "certificate"
  /** A redirect that is not followed. */
  | "redirected"
  /** Something that is not an answer of a registry. */
  | "answer-unknown"
  /** The connection broke, again and again. */
  | "cut-off"
  /** Nothing came for a long time, again and again. */
  | "silent"
  /** More bytes than the manifest says. */
  | "too-large"
  /** Fewer bytes than the manifest says. */
  | "too-short"
  /** Other bytes than those of the digest. */
  | "other-bytes"
  /** Another part of it than was asked for. */
  | "range-wrong"
  /** There is less space than the blobs need. */
  | "disk-full";

/** What another attempt may cure. */
const PASSING: ReadonlySet<BlobProblem> = new Set(["rate-limit", "unreachable", "cut-off", "silent", "range-wrong"]);

/** A blob was not fetched. Its message contains nothing that a server sent. */
export class BlobError extends Error {
  override readonly name = "BlobError";
  readonly kind: BlobProblem;

  constructor(kind: BlobProblem, options?: { cause?: unknown }) {
    super(`a blob was not fetched: ${kind}`, options);
    this.kind = kind;
  }

  get mayPass(): boolean {
    // An answer that ends early may be a proxy's fault; a registry that says so itself knows.
    return PASSING.has(this.kind) || (this.kind === "too-short" && this.cause === undefined);
  }

  /** How many milliseconds the server wants us to wait; undefined if it does not say. */
  retryAfterMs(now: number): number | undefined {
    return this.cause instanceof HttpStatusError ? this.cause.retryAfterMs(now) : undefined;
  }
}

const BROKEN = /^(?:ECONNRESET|EPIPE|ECONNABORTED|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;

/**
 * Sorts what went wrong between us and a server.
 * @param hasBegun whether the answer's body was already coming
 */
export function problemOf(cause: unknown, watch: { readonly wasSilent: boolean }, hasBegun = false): BlobError {
  const as = (kind: BlobProblem) => new BlobError(kind, { cause });
  if (watch.wasSilent) return as("silent");
  if (cause instanceof HttpStatusError) return as(problemOfStatus(cause));
  if (cause instanceof RedirectError) return as("redirected");
  if (cause instanceof FinalError) return as("answer-unknown");
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (isCertificateError(cause)) return as("certificate");
  return as(hasBegun || BROKEN.test(code) ? "cut-off" : "unreachable");
}

function problemOfStatus({ httpStatusCode: status, isElsewhere }: HttpStatusError): BlobProblem {
  if (status === 404 || status === 410) return "missing";
  // A storage is asked by an address that the registry has signed for a short time; the next one may be right.
  if (status === 401 || status === 403) return isElsewhere ? "unreachable" : "denied";
  if (status === 429) return "rate-limit";
  // A redirect to nowhere, or the last of too many.
  if (status >= 300 && status < 400) return "redirected";
  // Nothing is behind what we have.
  if (status === 416) return "too-short";
  return status >= 500 || status === 408 ? "unreachable" : "answer-unknown";
}
