import { asGateError, GateError } from "../../system/errors.ts";
import { HttpStatusError } from "../../system/http.ts";
import { damaged, ImageFault } from "../fault.ts";
import { BlobError, type BlobProblem, problemOf } from "./blob-error.ts";
import { DocumentProblem, RegistryError } from "./client.ts";

/** What was to be acquired. */
export interface Acquisition {
  /** The image's name, as people see it. */
  readonly reference: string;
  /** The time that the whole may take, in milliseconds: what `timeout` allows. */
  readonly timeoutMs: number;
}

interface Fault {
  readonly code: string;
  /** The end of a sentence. */
  readonly why: string;
  readonly remedy: string;
}

const LOGIN = "Log in before this step (docker/login-action)";
const AGAIN = "Push the image again, with a client that holds it to its digests (`docker push`, buildx, skopeo).";
const BETWEEN = "look at what is between this machine and the registry: a proxy, a mirror, a firewall that reads along";

const MISSING: Fault = {
  code: "image-not-found",
  why: "its registry does not have it",
  remedy: `Check name, tag and digest. If it was built here, push it first, or leave it on this machine: docker/build-push-action needs \`load: true\`.`,
};
const NO_IMAGE: Fault = {
  code: "image-unreadable",
  why: "it is not a container image, or one that can be read in two ways",
  remedy: "Check name and tag: signatures, SBOMs and charts lie in registries as well.",
};
const OTHER_BYTES: Fault = {
  code: "image-damaged",
  why: "its registry sends other bytes than those of the digest",
  remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`,
};
const UNREACHABLE: Fault = {
  code: "registry-unreachable",
  why: "its registry does not answer as it should",
  remedy: "Open port 443 from this machine to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again.",
};
const DISK_FULL: Fault = {
  code: "disk-full",
  why: "the disk is full",
  remedy: "Free some space where RUNNER_TEMP lies: an image's layers are fetched and unpacked there.",
};

const FAULTS: Readonly<Record<BlobProblem, Fault>> = {
  missing: {
    code: "layer-missing",
    why: "its registry has the manifest, but not all of its parts",
    remedy: `${AGAIN} Registries lose parts by garbage collection while an image is pushed. Layers that lie elsewhere (\`urls\`) are never fetched.`,
  },
  denied: {
    code: "image-denied",
    why: "its registry refuses it to this login",
    remedy: `${LOGIN} with a token that may read it; many registries answer so for an image that does not exist, too. A cloud's registry needs its own login step (aws-actions/amazon-ecr-login, \`gcloud auth configure-docker\`, \`az acr login\`): cloud variables alone are not a login.`,
  },
  "rate-limit": {
    code: "registry-rate-limit",
    why: "its registry limits how often it may be asked",
    remedy: `${LOGIN}, which raises the limit, or run again later.`,
  },
  unreachable: UNREACHABLE,
  certificate: {
    code: "registry-certificate",
    why: "its registry's TLS certificate is not trusted",
    remedy:
      "Name the file of your own certificate authority by the environment variable SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
  },
  redirected: {
    code: "registry-redirected",
    why: "its registry redirects, or wants a login, where Image Gate does not follow: a link-local address, a private network or this machine from outside of it, from https to http, or again and again",
    remedy:
      "Name the registry by an address of the same network as its storage and its token service, and let all use TLS.",
  },
  "answer-unknown": UNREACHABLE,
  "range-wrong": UNREACHABLE,
  "cut-off": {
    code: "registry-broken-off",
    why: "the connection to its registry broke off again and again",
    remedy: `Run again; if it happens again, ${BETWEEN}.`,
  },
  silent: {
    code: "registry-too-slow",
    why: "nothing came from its registry for a long time, again and again",
    remedy: `Run again; if it happens again, ${BETWEEN}.`,
  },
  "too-large": {
    code: "layer-too-large",
    why: "its registry sends a part that is larger than the manifest says",
    remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`,
  },
  "too-short": { ...OTHER_BYTES, why: "its registry has a part that is smaller than the manifest says" },
  "other-bytes": OTHER_BYTES,
  "disk-full": DISK_FULL,
};

/**
 * Why an image was not acquired, as an error with its own code.
 * @param error what a reader or fetcher of this folder threw, or the reason of a signal that ended it
 */
export function acquisitionFailure(error: unknown, { reference, timeoutMs }: Acquisition): GateError {
  if (error instanceof GateError) return error;
  const as = ({ code, why, remedy }: Fault): GateError =>
    new GateError(code, `${reference} was not fetched: ${why}${detailOf(error)}`, remedy, { cause: error });
  if (isTimeout(error)) return timedOut(error, reference, timeoutMs);
  if (error instanceof ImageFault) return error.asError(reference);
  if (error instanceof DocumentProblem && error.cause instanceof ImageFault) return error.cause.asError(reference);
  if (error instanceof BlobError) return as(FAULTS[error.kind]);
  if (error instanceof RegistryError)
    // The run was cancelled meanwhile.
    return error.cause instanceof GateError ? error.cause : as(manifestFault(error));
  const { code = "" } = error as NodeJS.ErrnoException;
  if (/^Z/.test(code)) return damaged(`its compression is damaged: ${code}`).asError(reference);
  // EFBIG: the limit of the user's files.
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(code) ? as(DISK_FULL) : asGateError(error);
}

/** What the server or the system said, where it is one of a few words: nothing that a server can choose freely. */
function detailOf(error: unknown): string {
  const { cause } = error as Error;
  if (cause instanceof HttpStatusError) return ` (HTTP ${cause.httpStatusCode})`;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function timedOut(cause: unknown, reference: string, timeoutMs: number): GateError {
  return new GateError(
    "scan-timeout",
    `${reference} was not fetched within ${Math.round(timeoutMs / 1000)} s`,
    "Raise `timeout`, and check that its registry answers this machine, and how fast.",
    { cause },
  );
}

/** The same faults mean something else of a manifest. */
function manifestFault({ cause, content, isGivenUp }: RegistryError): Fault {
  if (isGivenUp)
    return { ...UNREACHABLE, why: "its registry has not answered this run, so that it is not asked again" };
  if (content !== undefined) return content === "no-image" ? NO_IMAGE : OTHER_BYTES;
  // A manifest has a short deadline of its own.
  if (isTimeout(cause)) return FAULTS.silent;
  const { kind } = problemOf(cause, { wasSilent: false });
  if (kind === "missing") return MISSING;
  return FAULTS[kind];
}
