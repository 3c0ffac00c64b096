import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { SignatureFault, type Signer, verifySignature } from "../../../src/supply/sigstore/verify.ts";
import {
  type MutableBundle,
  mockSigstore,
  type SigningOptions,
  type Sigstore,
} from "../../support/programs/sigstore.ts";

const bytes = Buffer.from("e24b…  trivy_0.75.0_Linux-64bit.tar.gz\n");
const signer: Signer = {
  issuer: "https://token.actions.githubusercontent.com",
  identity: "https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v0.75.0",
};

let sigstore: Sigstore;
let other: Sigstore;
beforeAll(async () => {
  sigstore = await mockSigstore();
  other = await mockSigstore();
});

const verify = async (options: SigningOptions, file = bytes, root: unknown = sigstore.trustedRoot) =>
  verifySignature({ bytes: file, bundle: await sigstore.sign(bytes, options) }, signer, root);
const faultOf = (work: Promise<unknown>): Promise<SignatureFault> =>
  work.then(
    () => expect.fail("the signature was accepted"),
    (error) => {
      expect(error).toBeInstanceOf(SignatureFault);
      return error as SignatureFault;
    },
  );
/** The trusted root with a different validity for one of its parts. */
const rootWith = (change: (root: TrustedRoot) => void): unknown => {
  const root = structuredClone(sigstore.trustedRoot) as TrustedRoot;
  change(root);
  return root;
};
type Material = MutableBundle["verificationMaterial"];
interface TrustedRoot {
  certificateAuthorities: { validFor: { start: string; end?: string } }[];
  tlogs: { publicKey: { validFor: { start: string; end?: string } } }[];
  ctlogs: unknown[];
}
const PAST = { start: "2020-01-01T00:00:00Z", end: "2021-01-01T00:00:00Z" };

describe("a signature", () => {
  it("by the right signer, of the right file, at the right time is accepted", async () => {
    await expect(verify({})).resolves.toBeUndefined();
  });

  it("with a certificate chain instead of a certificate (bundle format 0.2) is accepted", async () => {
    const change = (bundle: MutableBundle) => {
      const { certificate } = bundle.verificationMaterial;
      delete bundle.verificationMaterial.certificate;
      Object.assign(bundle.verificationMaterial, { x509CertificateChain: { certificates: [certificate] } });
      bundle.mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    };
    await expect(verify({ change })).resolves.toBeUndefined();
  });

  it("whose time a timestamp authority vouches for, as Rekor's second version has it, is accepted", async () => {
    await expect(verify({ timestamped: true })).resolves.toBeUndefined();
    await expect(verify({ timestamped: true, version: "0.74.0" })).rejects.toThrow("not by");
  });

  it("whose timestamp is another signature's is refused", async () => {
    const elsewhere = JSON.parse(await sigstore.sign(bytes, { timestamped: true })) as MutableBundle;
    const change = ({ verificationMaterial }: MutableBundle) => {
      Object.assign(verificationMaterial, {
        timestampVerificationData: elsewhere.verificationMaterial.timestampVerificationData,
      });
    };
    const fault = await faultOf(verify({ timestamped: true, change }));
    expect(fault.message).toContain("no trusted authority confirms the time of signing");
  });

  const identity = (change: (text: string) => string) => ({ identity: change(signer.identity) });
  // Proves: unknown-versions-run-only
  it.each<[string, SigningOptions, RegExp]>([
    ["of another version's tag", { version: "0.75.1" }, /made by ".*v0\.75\.1", not by ".*v0\.75\.0"/],
    ["of a longer tag", identity((text) => `${text}-evil`), /made by ".*-evil", not by/],
    ["of another workflow", identity((text) => text.replace("reusable-release", "release")), /not by/],
    ["of another repository", identity((text) => text.replace("aquasecurity", "aquasecuritv")), /not by/],
    ["that only contains the right one", identity((text) => `https://evil.test/?${text}`), /not by/],
    ["that differs where a pattern would not", identity((text) => text.replace("github.com", "githubXcom")), /not by/],
  ])("with the identity %s is refused", async (_, options, message) => {
    const fault = await faultOf(verify(options));
    expect(fault.message).toMatch(message);
  });

  it("whose digest was written again for another file is refused", async () => {
    const file = Buffer.from("other bytes");
    const change = (bundle: MutableBundle) => {
      const digest = "wrong digest, right length".padEnd(32);
      if (bundle.messageSignature)
        bundle.messageSignature.messageDigest.digest = Buffer.from(digest).toString("base64");
    };
    expect((await faultOf(verify({ change }, file))).message).toContain("belongs to another file");
    const fitting = createHash("sha256").update(file).digest("base64");
    const refit = (bundle: MutableBundle) => {
      if (bundle.messageSignature) bundle.messageSignature.messageDigest.digest = fitting;
    };
    expect((await faultOf(verify({ change: refit }, file))).message).toMatch(/transparency log is not good/);
  });

  /** Changes the material that proves a signature; `elsewhere` is another signature's. */
  const material = (change: (own: Material, elsewhere: Material) => void) => async (): Promise<SigningOptions> => {
    const elsewhere = JSON.parse(await sigstore.sign(bytes)) as MutableBundle;
    return { change: (bundle) => change(bundle.verificationMaterial, elsewhere.verificationMaterial) };
  };
  const attestation = (bundle: MutableBundle) => {
    delete bundle.messageSignature;
    const signatures = [{ sig: "AA==" }];
    bundle.dsseEnvelope = { payload: "e30=", payloadType: "application/vnd.in-toto+json", signatures };
  };
  const untimed = ({ tlogEntries }: Material) => {
    for (const entry of tlogEntries) delete entry.inclusionPromise;
  };
  const later = ({ tlogEntries }: Material) => {
    for (const entry of tlogEntries) entry.integratedTime = String(Number(entry.integratedTime) + 60);
  };
  const bare = (own: Material) => {
    delete own.certificate;
    own.publicKey = { hint: "mine" };
  };

  it.each<[string, () => SigningOptions | Promise<SigningOptions>, RegExp]>([
    [
      "by a signer of another issuer",
      () => ({ issuer: "https://accounts.google.com" }),
      /vouched for by "https:\/\/accounts\.google\.com", not by "https:\/\/token\.actions/,
    ],
    [
      "made after its certificate had expired",
      () => ({ minutesLate: 11 }),
      /its certificate was not valid at the time of signing/,
    ],
    [
      "made before its certificate was valid",
      () => ({ minutesLate: -5 }),
      /its certificate was not valid at the time of signing/,
    ],
    [
      "without an entry in a transparency log",
      material((own) => void own.tlogEntries.splice(0)),
      /^it has no entry in a transparency log$/,
    ],
    ["without a confirmed time", material(untimed), /no trusted authority confirms the time of signing/],
    ["whose time in the log was changed", material(later), /entry in the transparency log is not good/],
    [
      "with the log entry of another signature",
      material((own, elsewhere) => Object.assign(own, { tlogEntries: elsewhere.tlogEntries })),
      /entry in the transparency log is not good/,
    ],
    [
      "with another signature's certificate",
      material((own, elsewhere) => Object.assign(own, { certificate: elsewhere.certificate })),
      /does not match the file|log is not good/,
    ],
    [
      "whose certificate is in no certificate log",
      () => ({ certificateLogged: false }),
      /its certificate is not good \(expected 1 SCTs, got 0\)/,
    ],
    ["with a bare key instead of a certificate", material(bare), /a key that no certificate names/],
    ["that is an attestation", () => ({ change: attestation }), /an attestation/],
  ])("%s is refused", async (_, options, message) => {
    expect((await faultOf(verify(await options()))).message).toMatch(message);
  });

  it("made shortly before its certificate expires is accepted", async () => {
    await expect(verify({ minutesLate: 9 })).resolves.toBeUndefined();
  });

  it("of another file is refused", async () => {
    const fault = await faultOf(verify({}, Buffer.from("other bytes")));
    expect(fault.message).toContain("belongs to another file");
  });

  it.each<[string, (root: TrustedRoot) => void, string]>([
    [
      "from an authority",
      ({ certificateAuthorities: [authority] }) => Object.assign(authority ?? {}, { validFor: PAST }),
      "does not come from an authority that was trusted at the time of signing",
    ],
    [
      "in a log",
      ({ tlogs: [log] }) => Object.assign(log?.publicKey ?? {}, { validFor: PAST }),
      "entry in the transparency log is not good",
    ],
  ])("%s that was not trusted any more at that time is refused", async (_, change, message) => {
    expect((await faultOf(verify({}, bytes, rootWith(change)))).message).toContain(message);
  });

  it.each([
    ["empty", () => ""],
    ["cut off", (text: string) => text.slice(0, -40)],
    ["another JSON", () => "{}"],
    ["an HTML page", () => "<html>"],
    ["null", () => "null"],
    ["without its signature", (text: string) => text.replace(/"messageSignature":\{.*\}/, '"x":1')],
    ["with a damaged certificate", (text: string) => text.replace(/"rawBytes":"..../, '"rawBytes":"AAAA')],
  ])("whose file is %s is refused as damaged", async (_, damage) => {
    const bundle = damage(await sigstore.sign(bytes));
    const fault = await faultOf(
      Promise.resolve().then(() => verifySignature({ bytes, bundle }, signer, sigstore.trustedRoot)),
    );
    expect(fault.message).toMatch(/damaged/);
  });
});

describe("a log or authority that the trusted root does not have", () => {
  it.each(["certificateAuthorities", "ctlogs", "tlogs"])("%s: nothing is trusted", async (part) => {
    const root = rootWith((mine) =>
      Object.assign(mine, { [part]: (other.trustedRoot as Record<string, unknown>)[part] }),
    );
    await faultOf(verify({}, bytes, root));
  });

  it("timestampAuthorities: nothing is trusted", async () => {
    const none = rootWith((mine) => Object.assign(mine, { timestampAuthorities: [] }));
    await faultOf(verify({ timestamped: true }, bytes, none));
  });

  it("cannot be a forged one: the root that is compiled in knows Sigstore's alone", async () => {
    await faultOf(sigstore.sign(bytes).then((bundle) => verifySignature({ bytes, bundle }, signer)));
  });
});
