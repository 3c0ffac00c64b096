import type { Bundle } from "@sigstore/bundle";
import { RFC3161Timestamp, X509Certificate } from "@sigstore/core";
import type { TrustMaterial } from "@sigstore/verify";

/**
 * What a bundle leans on that the trusted root does not have: Sigstore adds logs and authorities in the course of years.
 * Whether those that it has are in order is not looked at here.
 */
export function unknownAuthority(bundle: Bundle, trust: TrustMaterial): string | undefined {
  if (!hasTransparencyLogs(bundle, trust)) return "transparency log";
  if (!hasIssuer(bundle, trust)) return "certificate authority";
  if (!hasCertificateLogs(bundle, trust)) return "certificate log";
  return hasTimestampAuthorities(bundle, trust) ? undefined : "timestamp authority";
}

function hasTransparencyLogs({ verificationMaterial }: Bundle, { tlogs }: TrustMaterial): boolean {
  return verificationMaterial.tlogEntries.every(({ logId }) => {
    // Always there: the bundle's reader refuses an entry without.
    const id = logId?.keyId ?? Buffer.alloc(0);
    return tlogs.some(({ logID }) => logID.equals(id));
  });
}

function hasIssuer(bundle: Bundle, { certificateAuthorities }: TrustMaterial): boolean {
  const issuer = certificateOf(bundle)?.extAuthorityKeyID?.keyIdentifier;
  const known = certificateAuthorities.flatMap(({ certChain }) => certChain);
  // Without the extension there is nothing to look up: then the chain's own verification says what is wrong.
  return issuer === undefined || known.some((one) => one.extSubjectKeyID?.keyIdentifier.equals(issuer) === true);
}

function hasCertificateLogs(bundle: Bundle, { ctlogs }: TrustMaterial): boolean {
  const stamps = certificateOf(bundle)?.extSCT?.signedCertificateTimestamps ?? [];
  return stamps.every((stamp) => ctlogs.some(({ logID }) => logID.equals(stamp.logID)));
}

function hasTimestampAuthorities({ verificationMaterial }: Bundle, trust: TrustMaterial): boolean {
  const stamps = verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
  return stamps.every(({ signedTimestamp }) => {
    const { signerSerialNumber } = RFC3161Timestamp.parse(Buffer.from(signedTimestamp));
    return trust.timestampAuthorities.some(({ certChain }) => certChain[0]?.serialNumber.equals(signerSerialNumber));
  });
}

/** The signer's certificate; undefined where the bundle names a bare key instead. */
export function certificateOf({ verificationMaterial: { content } }: Bundle): X509Certificate | undefined {
  const bytes =
    content.$case === "certificate"
      ? content.certificate.rawBytes
      : content.$case === "x509CertificateChain"
        ? content.x509CertificateChain.certificates[0]?.rawBytes
        : undefined;
  return bytes === undefined ? undefined : X509Certificate.parse(Buffer.from(bytes));
}
