import type { Bundle } from "@sigstore/bundle";
import { X509Certificate } from "@sigstore/core";

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
