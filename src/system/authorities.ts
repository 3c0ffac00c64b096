import tls from "node:tls";

/** The certificate errors of Node and OpenSSL. */
const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|INVALID_CA)/;

/** Whether a connection failed since a server's certificate is not trusted. */
export function isCertificateError(error: unknown): boolean {
  return CERTIFICATE.test((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}

let isTrusted = false;

/**
 * Adds the machine's certificate authorities (its store, or what SSL_CERT_FILE and SSL_CERT_DIR name) to those that
 * Node brings along and to NODE_EXTRA_CA_CERTS. Programs written in Go, such as the container engines, trust them as
 * well. Loading them takes a while, so it is only done when a certificate turns out not to be trusted.
 * @returns whether there may be more authorities now than before
 */
export function trustSystemAuthorities(): boolean {
  if (isTrusted || typeof tls.setDefaultCACertificates !== "function") return false;
  isTrusted = true;
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...tls.getCACertificates("system")]);
  return true;
}
