import { describe, expect, it } from "vitest";
import { requireLooked } from "../../../src/signing/cosign/attached.ts";
import { GateError } from "../../../src/system/errors.ts";

const WARNING = "WARNING: Skipping tlog verification is an insecure practice that lacks transparency.\n";

/** The output of Cosign 3.0.6: everything twice, the second time at the end. */
function codeOf(
  words: string,
  code: number | null = 1,
  stderr = `${WARNING}Error: ${words}\nerror during command execution: ${words}\n`,
) {
  try {
    requireLooked({ code, stdout: "", stderr }, "attestations");
    return undefined;
  } catch (error) {
    if (error instanceof GateError) return error.code;
    throw error;
  }
}

const OTHER_KEY =
  "failed to verify signature: could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1";

describe("nothing that is accepted is there", () => {
  // Proves: could-not-look-not
  it.each([
    "no signatures found",
    "no matching attestations: ",
    `no matching attestations: ${OTHER_KEY}\n${OTHER_KEY}`,
    "no matching attestations: accepted signatures do not match threshold, Found: 0, Expected 1\n accepted signatures do not match threshold, Found: 0, Expected 1",
    "no matching signatures: invalid signature when validating ASN.1 encoded signature",
    "no matching attestations: failed to verify signature: provided artifact digest does not match any digest in statement",
    "no matching signatures: invalid or missing digest in claim: sha256:00",
    "no matching attestations: no matching subject digest found",
    "no matching signatures: none of the expected identities matched what was in the certificate, got subjects [a@example.com] with issuer https://example.com",
    "no matching attestations: failed to verify certificate identity: no matching CertificateIdentity found, last error: expected issuer value",
    "no matching attestations: expected key signature, not certificate\nexpected key signature, not certificate",
    "no matching signatures: empty key",
    "none of the attestations matched the predicate type: https://image-gate.dev/verdict/v1, found: https://cyclonedx.org/bom",
  ])("if Cosign says: %s", (words) => {
    expect(codeOf(words)).toBeUndefined();
  });
});

describe("Cosign could not look", () => {
  // Proves: could-not-look-not
  it.each([
    ["no matching attestations: dial tcp 127.0.0.1:1: connect: connection refused", "evidence-unreadable"],
    [`no matching attestations: ${OTHER_KEY}\nGET https://r/v2/: unexpected status code 500`, "evidence-unreadable"],
    ["no matching signatures: unexpected EOF", "evidence-unreadable"],
    ["no signatures found, maybe", "evidence-unreadable"],
    ["maximum number of attestations on an image is 100, found 101", "evidence-unreadable"],
    ["trusted root is required when using new bundle format", "sigstore-unreachable"],
    ["setting up clients and keys: getting Rekor public keys: updating local metadata", "sigstore-unreachable"],
    ["failed to load metadata: tuf refresh failed: no such host", "sigstore-unreachable"],
    ["", "evidence-unreadable"],
  ])("if Cosign says: %s", (words, code) => {
    expect(codeOf(words)).toBe(code);
  });

  it("if it was killed, ended well without an answer, or its words are cut off", () => {
    expect(codeOf("no signatures found", null)).toBe("evidence-unreadable");
    expect(codeOf("no signatures found", 0)).toBe("evidence-unreadable");
    expect(codeOf("", 1, "no signatures found\n")).toBe("evidence-unreadable");
    expect(codeOf("", 1, "error during command execution: no signatures")).toBe("evidence-unreadable");
  });
});
