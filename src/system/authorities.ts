import { readFileSync } from "node:fs";
import tls from "node:tls";
import { tryOr } from "./errors.ts";
import { handedOn } from "./own-environment.ts";
import type { World } from "./world.ts";

/** The certificate errors of Node and OpenSSL. */
const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|INVALID_CA)/;

/**
 * True if a connection failed since a server's certificate is not trusted. In errors of `fetch`, the reason is the
 * cause.
 */
export function isCertificateError(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  return CERTIFICATE.test(code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? "");
}

let isTrusted = false;

/**
 * Makes a request, and makes it again with the machine's certificate authorities if the server's certificate is not
 * trusted without them: nothing was sent to that server. These are the machine's store, or what SSL_CERT_FILE and
 * SSL_CERT_DIR name, in addition to those that Node brings along and to NODE_EXTRA_CA_CERTS. Programs written in Go,
 * such as the container engines, trust them as well. Loading them takes a while, so it is only done when needed.
 */
export async function withAuthorities<T>(request: () => Promise<T>): Promise<T> {
  const knewThem = isTrusted;
  try {
    return await request();
  } catch (error) {
    if (knewThem || !isCertificateError(error) || tls.setDefaultCACertificates === undefined) throw error;
    // Another request may have loaded them meanwhile.
    if (!isTrusted)
      tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...tls.getCACertificates("system")]);
    isTrusted = true;
    return await request();
  }
}

const AUTHORITIES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/**
 * The authorities for a process of ours that makes requests with a foreign library, which reads them only once. Node
 * reads the machine's authorities if NODE_USE_SYSTEM_CA says so (https://nodejs.org/api/cli.html). That takes some 50
 * ms, so it is set only where such an authority is likely.
 * @param isOwnServer true if the server may have a certificate of an authority that only the machine knows
 */
export function authorityVariables(env: World["env"], isOwnServer: boolean): Record<string, string> {
  const given = handedOn(env, AUTHORITIES);
  const areNamed = given.SSL_CERT_FILE !== undefined || given.SSL_CERT_DIR !== undefined;
  return { ...given, ...(isOwnServer || areNamed ? { NODE_USE_SYSTEM_CA: "1" } : {}) };
}

/**
 * All certificates of Node, of the machine and of a file, for a program that reads one file instead.
 * @param file a path, as CI_SERVER_TLS_CA_FILE
 */
export function authorityBundle(file: string | undefined): string {
  const given = file ? tryOr(() => [readFileSync(file, "utf8")], []) : [];
  const known = [...tls.getCACertificates("default"), ...tls.getCACertificates("system"), ...given];
  return `${[...new Set(known)].join("\n")}\n`;
}
