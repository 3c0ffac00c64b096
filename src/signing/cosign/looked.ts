import { quoted } from "../../domain/one-line.ts";
import { GateError } from "../../system/errors.ts";
import type { Ran } from "./run.ts";

/**
 * What Cosign 3 says of a signature or an attestation that it has read and does not accept. Everything else may mean
 * that it could not look. What is there is then unknown.
 */
const NOT_ACCEPTED = [
  // Of another key.
  /^(?:could not verify envelope: )?accepted signatures do not match threshold, Found: \d+, Expected \d+$/,
  /^(?:invalid signature when validating ASN\.1 encoded signature|crypto\/rsa: verification error|failed to verify signature)$/,
  // Of another identity.
  /^none of the expected identities matched what was in the certificate\b/,
  /^failed to verify certificate identity: no matching CertificateIdentity found\b/,
  // Of an identity, if a key is trusted (a platform's own attestations are of one), or of a key, if an identity is.
  /^expected key signature, not certificate$/,
  /^empty key$/,
  // Of another image.
  /^(?:provided artifact digest does not match any digest in statement|no matching subject digest found)$/,
  /^(?:missing or incorrect|invalid or missing) digest in claim: /,
  // In no log, though it should be.
  /^(?:failed to verify log inclusion: )?not enough verified log entries from transparency log\b/,
  /^signature not found in transparency log$/,
];

const TOOK_PART = "Every attestation has to be read, since the newest verdict counts.";

/**
 * Whether a call found nothing that is accepted. A call that found something ends with exit code 0.
 * @throws GateError `sigstore-unreachable`, `evidence-unreadable` if the call could not look
 */
export function requireLooked({ code, stderr }: Ran, what: string): void {
  const words = wordsOf(stderr);
  if (code !== null && code !== 0 && words !== undefined && saysNone(words)) return;
  const said = words ?? stderr;
  if (/\btrusted root\b|\btrusted_root\b|\bTUF\b|\btuf\b|getting (?:Fulcio|Rekor|CTFE)|\brekor\b/i.test(said))
    throw new GateError(
      "sigstore-unreachable",
      `Sigstore's keys or its log could not be read: ${quoted(said)}`,
      "Open the way to Sigstore's hosts, or initialize a mirror of them by `cosign initialize`. For signatures of a key that are in no log, set `tlog: false`.",
    );
  throw new GateError(
    "evidence-unreadable",
    `Cosign could not read the ${what} of the image (exit code ${code}): ${quoted(said)}`,
    `Check that the registry answers, and that this machine is logged in to it. ${TOOK_PART}`,
  );
}

/** What Cosign says at its very end, after its warnings. */
function wordsOf(stderr: string): string | undefined {
  const marker = "error during command execution: ";
  const at = stderr.lastIndexOf(marker);
  return at === -1 ? undefined : stderr.slice(at + marker.length).trim();
}

function saysNone(words: string): boolean {
  if (words === "no signatures found" || /^none of the attestations matched the predicate type: /.test(words))
    return true;
  const [, each] = /^no matching (?:signatures|attestations):(.*)$/s.exec(words) ?? [];
  if (each === undefined) return false;
  const lines = each.split("\n").map((line) => line.trim().replace(/^failed to verify signature: /, ""));
  return lines.every((line) => line === "" || NOT_ACCEPTED.some((known) => known.test(line)));
}
