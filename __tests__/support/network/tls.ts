import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

/** A server's certificate and key for TLS, both as PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Ended yesterday. */
  readonly expired?: boolean;
  /** A client's certificate, not a server's. */
  readonly client?: boolean;
}

/** A test's certificate authority: only programs that are given its certificate trust it. */
export interface Authority {
  /** Its own certificate as PEM. */
  readonly certificate: string;
  /** The same as a file, for SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  /** A certificate for names and addresses, the first of which is its subject. */
  issue(names: readonly string[], options?: IssueOptions): Promise<ServerCertificate>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

const days = (count: number): Date => new Date(Date.now() + count * DAY_MS);
/** Positive: the first bit is not set. */
const serialNumber = (): string => `01${randomBytes(8).toString("hex")}`;
const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${bytes.replaceAll(/.{64}/g, "$&\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

/** Makes an authority, whose files go to `folder`; it may be called several times there with different names. */
export async function createAuthority(folder: string, name = "authority"): Promise<Authority> {
  const keys = await newKeys();
  const subject = `CN=Image Gate test bed ${name}`;
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: subject,
    notBefore: days(-1),
    notAfter: days(7),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const certificate = `${own.toString("pem")}\n`;
  const file = join(folder, `${name}.pem`);
  writeFileSync(file, certificate);

  async function issue(
    names: readonly string[],
    { expired = false, client = false }: IssueOptions = {},
  ): Promise<ServerCertificate> {
    const server = await newKeys();
    const issued = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${names[0]}`,
      issuer: subject,
      notBefore: days(expired ? -3 : -1),
      notAfter: days(expired ? -1 : 7),
      signingAlgorithm: ALGORITHM,
      publicKey: server.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
        ),
        new x509.ExtendedKeyUsageExtension([
          client ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { certificate: `${issued.toString("pem")}\n`, key: await pemOf(server.privateKey) };
  }

  return { certificate, file, issue };
}
