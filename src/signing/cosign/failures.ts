import type { Problem } from "../../domain/verdict.ts";
import { GateError } from "../../system/errors.ts";
import { lastLineOf, type Ran } from "./run.ts";

interface Failure extends Problem {
  /** Matches Cosign's message for this failure. */
  readonly match: RegExp;
}

const LOGIN = "Log in (`docker login`) with an account that may push to the repository.";

/** Messages of Cosign 3, of go-containerregistry and of Go's own packages. The first match counts. */
const FAILURES: readonly Failure[] = [
  {
    code: "cosign-password-wrong",
    match: /decryption failed/,
    what: "`cosign-password` does not open the private key",
    remedy: "Check the secret; a key without a password needs an empty one.",
  },
  {
    code: "identity-token-missing",
    match: /(?:id|identity|oidc) token|ID_TOKEN/i,
    what: "Cosign got no identity token for a signature without a key",
    remedy: "Give the job `id-token: write` or SIGSTORE_ID_TOKEN, or name a key with `cosign-key`.",
  },
  {
    code: "evidence-too-large",
    match: /413 Request Entity Too Large|status code 413/i,
    what: "The registry or Sigstore's log does not take an attestation of this size (HTTP 413)",
    remedy: "Raise the limit there: an image with many findings has a large vulnerability report.",
  },
  {
    code: "sigstore-unreachable",
    match:
      /tuf refresh failed|\.sigstore\.dev|\/api\/v\d\/log\/entries|from Fulcio|Fulcio returned|timestamp authority/,
    what: "Sigstore's services could not be reached, or refused the signature",
    remedy:
      "Check the network and proxies (docs/network.md names the hosts); with a key, `tlog: false` signs without the public log.",
  },
  {
    code: "registry-refused",
    match: /UNAUTHORIZED|DENIED|status code 40[135]|authentication required/,
    what: "The registry does not let this job write (HTTP 401, 403 or 405)",
    remedy: LOGIN,
  },
  {
    code: "registry-unavailable",
    match:
      /status code (?:429|5\d\d)|TOOMANYREQUESTS|dial tcp|i\/o timeout|connection re(?:fused|set)|x509: |tls: |EOF|server gave HTTP response/,
    what: "The registry could not be reached, or failed",
    remedy: "Run again; check the registry, its certificate, and for one without TLS `allow-http-registry`.",
  },
];

/**
 * Explains a failed call of Cosign.
 * @param during the task, as a clause: `signing ghcr.io/acme/app@sha256:…`
 */
export function cosignFailure({ code, stderr, stdout }: Ran, during: string): GateError {
  // Cosign writes the error twice, the last time without the `Error:`.
  const error = lastLineOf(stderr).replace(/^error during command execution: /, "");
  const said = error || lastLineOf(stdout) || "nothing";
  const known = FAILURES.find(({ match }) => match.test(said));
  const end = `${during}, Cosign ended with exit code ${code} and said ${JSON.stringify(said)}`;
  if (known !== undefined) return new GateError(known.code, `${known.what}: ${end}`, known.remedy);
  return new GateError(
    "cosign-failed",
    `Cosign failed: ${end}`,
    "Its message says why; nothing counts as signed unless this run ends well.",
  );
}
