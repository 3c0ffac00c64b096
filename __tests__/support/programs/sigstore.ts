import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from "node:crypto";
// The package's main module loads nock, which patches Node's http.
import { initializeCA } from "@sigstore/mock/dist/fulcio/ca.js";
import { initializeCTLog } from "@sigstore/mock/dist/fulcio/ctlog.js";
import { initializeTLog } from "@sigstore/mock/dist/rekor/tlog.js";
import { initializeTSA } from "@sigstore/mock/dist/timestamp/tsa.js";
import { tufHandlers } from "@tufjs/repo-mock/dist/handler.js";
import { initializeTUFRepo } from "@tufjs/repo-mock/dist/repo.js";
import type { TufRepository } from "../../../src/supply/sigstore/refresh.ts";
import { answer, listen } from "../network/http.ts";

/** The signer, and faults of the signature. */
export interface SigningOptions {
  /** Trivy's release workflow at the tag of this version, unless {@link identity} says otherwise. */
  readonly version?: string;
  readonly identity?: string;
  readonly issuer?: string;
  /** Minutes from the certificate to the transparency log's entry. The certificate is valid for ten. */
  readonly minutesLate?: number;
  /** `false`: the certificate is in no certificate log. */
  readonly certificateLogged?: boolean;
  /** As with Rekor's second version: a timestamp authority gives the time, not the log. */
  readonly timestamped?: boolean;
  /** Changes the bundle before it becomes text. */
  readonly change?: (bundle: MutableBundle) => void;
}

/** A Sigstore bundle as JSON, as far as tests change it. */
export interface MutableBundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    publicKey?: { hint: string };
    tlogEntries: { inclusionPromise?: unknown; integratedTime?: string; canonicalizedBody: string }[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: { messageDigest: { algorithm: string; digest: string }; signature: string };
  dsseEnvelope?: unknown;
}

/** A certificate authority, a certificate log and their own transparency log, as Sigstore runs them. */
export interface Sigstore {
  /** The `trusted_root.json` that trusts them. */
  readonly trustedRoot: object;
  /** The text of the `.sigstore.json` for a file. */
  sign(bytes: Buffer | string, options?: SigningOptions): Promise<string>;
}

const ISSUER = "https://token.actions.githubusercontent.com";
const WORKFLOW = "https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml";
/** A checkpoint of the log names its host. */
const REKOR = "https://rekor.test";
const MINUTE_MS = 60_000;

/** Keys of the authorities and the logs. */
export const keys = (): KeyPairKeyObjectResult => generateKeyPairSync("ec", { namedCurve: "P-256" });
/** A copy of only these bytes, even if their buffer has more. */
export const base64 = (bytes: ArrayBufferView | Buffer) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();

/** Starts one, in memory. */
export async function mockSigstore(): Promise<Sigstore> {
  // A little later, since the authorities' own certificates are only valid from the moment of their creation.
  const now = new Date(Date.now() + MINUTE_MS);
  const [authorityKeys, logKeys] = [keys(), keys()];
  const certificateLog = await initializeCTLog(keys());
  const authority = await initializeCA(authorityKeys, certificateLog, now);
  const unlogged = await initializeCA(authorityKeys, undefined, now);
  const { publicKey } = await initializeTLog(REKOR, logKeys);
  // A whole second: for every tenth millisecond, the mock writes an unreadable time.
  const clock = await initializeTSA(keys(), new Date(Math.ceil(now.getTime() / 1000 + 1) * 1000));

  async function signed(bytes: Buffer | string, options: SigningOptions): Promise<MutableBundle> {
    const { version = "0.75.0", identity = `${WORKFLOW}@refs/tags/v${version}`, issuer = ISSUER } = options;
    const signer = keys();
    const ca = options.certificateLogged === false ? unlogged : authority;
    const certificate = Buffer.from(
      base64(
        await ca.issueCertificate({
          publicKey: signer.publicKey.export({ format: "der", type: "spki" }) as Buffer<ArrayBuffer>,
          subjectAltName: identity,
          extensions: [
            { oid: "1.3.6.1.4.1.57264.1.1", value: issuer, legacy: true },
            { oid: "1.3.6.1.4.1.57264.1.8", value: issuer },
          ],
        }),
      ),
      "base64",
    );
    const signature = sign("sha256", Buffer.from(bytes), signer.privateKey);
    const time = new Date(now.getTime() + 1000 + (options.minutesLate ?? 0) * MINUTE_MS);
    const log = await initializeTLog(REKOR, logKeys, time);
    const rekord = options.timestamped ? hashedRekord2 : hashedRekord;
    const entry = await log.log(rekord(bytes, signature, certificate));
    const logged = logEntry(Object.values(entry)[0] as RekorEntry);
    const timestamp = options.timestamped ? await stamped(signature, clock) : {};
    return {
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: {
        certificate: { rawBytes: certificate.toString("base64") },
        tlogEntries: [options.timestamped ? withoutTime(logged) : logged],
        ...timestamp,
      },
      messageSignature: {
        messageDigest: { algorithm: "SHA2_256", digest: sha256(bytes).toString("base64") },
        signature: signature.toString("base64"),
      },
    };
  }

  return {
    trustedRoot: trustedRoot(base64(authority.rootCertificate), {
      transparency: publicKey,
      certificates: certificateLog.publicKey,
      clock: [clock.intCertificate, clock.rootCertificate].map(base64),
    }),
    async sign(bytes, options = {}) {
      const bundle = await signed(bytes, options);
      options.change?.(bundle);
      return JSON.stringify(bundle);
    },
  };
}

interface RekorEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
      readonly checkpoint: string;
    };
  };
}

function hashedRekord(bytes: Buffer | string, signature: Buffer, certificate: Buffer): object {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return {
    apiVersion: "0.0.1",
    kind: "hashedrekord",
    spec: {
      data: { hash: { algorithm: "sha256", value: sha256(bytes).toString("hex") } },
      signature: {
        content: signature.toString("base64"),
        publicKey: { content: Buffer.from(pem).toString("base64") },
      },
    },
  };
}

/** The same in the second version's form. */
function hashedRekord2(bytes: Buffer | string, signature: Buffer, certificate: Buffer): object {
  const verifier = {
    keyDetails: "PKIX_ECDSA_P256_SHA_256",
    x509Certificate: { rawBytes: certificate.toString("base64") },
  };
  const data = { algorithm: "SHA2_256", digest: sha256(bytes).toString("base64") };
  const spec = { hashedRekordV002: { data, signature: { content: signature.toString("base64"), verifier } } };
  return { apiVersion: "0.0.2", kind: "hashedrekord", spec };
}

/** An entry of the second version: without a promise and a time, only with the proof. */
function withoutTime({ inclusionPromise: _, integratedTime: __, ...entry }: ReturnType<typeof logEntry>) {
  return { ...entry, kindVersion: { kind: "hashedrekord", version: "0.0.2" } };
}

async function stamped(signature: Buffer, clock: Awaited<ReturnType<typeof initializeTSA>>) {
  const stamp = await clock.timestamp({
    artifactHash: sha256(signature),
    hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
    nonce: 1,
    policyOID: "1.3.6.1.4.1.57264.2",
  });
  return { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: base64(stamp) }] } };
}

/** A log entry as Rekor answers it, in the form that a bundle has. */
function logEntry({ body, integratedTime, logID, logIndex, verification }: RekorEntry) {
  const { inclusionProof: proof, signedEntryTimestamp } = verification;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, "hex").toString("base64") },
    kindVersion: { kind: "hashedrekord", version: "0.0.1" },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash, "hex").toString("base64"),
      treeSize: String(proof.treeSize),
      hashes: [],
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: body,
  };
}

/** The `trusted_root.json` that trusts this authority and these logs. */
export function trustedRoot(
  rootCertificate: string,
  logs: { transparency: Buffer; certificates: Buffer; clock: string[]; url?: string },
): object {
  const subject = { organization: "sigstore.mock", commonName: "sigstore" };
  const chain = (certificates: string[]) => ({ certificates: certificates.map((rawBytes) => ({ rawBytes })) });
  const validFor = { start: new Date(Date.now() - 60 * MINUTE_MS).toISOString() };
  const log = (key: Buffer) => ({
    baseUrl: logs.url ?? REKOR,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: base64(key), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
    logId: { keyId: sha256(key).toString("base64") },
  });
  return {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [log(logs.transparency)],
    certificateAuthorities: [{ subject, uri: "https://fulcio.test", certChain: chain([rootCertificate]), validFor }],
    ctlogs: [log(logs.certificates)],
    timestampAuthorities:
      logs.clock.length === 0 ? [] : [{ subject, uri: "https://clock.test", certChain: chain(logs.clock), validFor }],
  };
}

export interface TufServer extends AsyncDisposable {
  /** Its address, and the root by which a client begins. */
  readonly repository: TufRepository;
  /** Paths of the requests. */
  readonly requests: string[];
}

/** A TUF repository that serves `trusted_root.json`, signed with its own key. */
export async function startTufServer(trustedRoot: object): Promise<TufServer> {
  const repo = initializeTUFRepo([{ name: "trusted_root.json", content: JSON.stringify(trustedRoot) }]);
  const handlers = tufHandlers(repo, { metadataPathPrefix: "", targetPathPrefix: "/targets" });
  const requests: string[] = [];
  const { port, close } = await listen((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const found = handlers.find((handler) => handler.path === path)?.fn();
    answer(response, found?.statusCode ?? 404, found?.response ?? "");
  });
  return {
    repository: { url: `http://127.0.0.1:${port}`, root: repo.rootMeta.toJSON() },
    requests,
    [Symbol.asyncDispose]: close,
  };
}
