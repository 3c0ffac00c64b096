import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { VERDICT_TYPE } from "../../src/domain/evidence/predicate.ts";
import { findCosign } from "../../src/signing/cosign/program.ts";
import { earlierReader } from "../../src/signing/earlier-verdicts.ts";
import { signAll } from "../../src/signing/sign.ts";
import { prepareSigner, type SigningRequest } from "../../src/signing/signer.ts";
import type { Subject } from "../../src/signing/subject.ts";
import { readEvidence } from "../../src/signing/verify/evidence.ts";
import { trustIn } from "../../src/signing/verify/trust.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { clean } from "../support/images/images.ts";
import { buildImage } from "../support/images/oci.ts";
import { KEY_PASSWORD, type SignatureFormat, startSignedImages } from "../support/images/signed-images.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import {
  GITHUB_ISSUER,
  identityOf,
  type Job,
  SIGSTORE_HOSTS,
  type SigstoreServices,
  startSigstore,
} from "../support/programs/sigstore-services.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { runAction } from "../support/runs/runner.ts";
import { openStage } from "../support/runs/stage.ts";
import { type VerdictOptions, verdictFor } from "../support/runs/verdicts.ts";

// The real Cosign and a real registry; @sigstore/mock answers in place of Fulcio, Rekor and the certificate log, with
// its own keys. The mock issues a certificate for every token: that Fulcio refuses false ones is not tried here. The
// log is Rekor's first version.

const folder = temporaryFolder("keyless-mock");
const images = await startSignedImages(folder.path);
afterAll(async () => {
  await images.close();
  folder.remove();
});

const OURS: Job = { workflow: "acme/app/.github/workflows/release.yml@refs/heads/main" };
const STRANGER: Job = { workflow: "acme/app/.github/workflows/pr.yml@refs/heads/attack" };
const BOTH: readonly SignatureFormat[] = ["bundle", "legacy"];
const SLOW = 600_000;

describe.skipIf(!images.isThere)("a signature without a key (needs docker-registry and skopeo)", () => {
  let sigstore: SigstoreServices;
  let world: TestWorld;
  let keys: KeyPair;
  let number = 0;
  beforeAll(async () => {
    sigstore = await startSigstore(images.cosign, folder.path);
    keys = images.keyPair("ours");
  });
  afterAll(() => sigstore[Symbol.asyncDispose]());
  beforeEach(() => {
    sigstore.internet.clearFaults();
    world = testWorld(`${folder.path}/${number++}`);
  });

  const push = () =>
    images.push(`acme/app-${number++}`, "1", buildImage([], { config: { Labels: { id: String(number) } } }));
  const subjectOf = (image: string, verdict: VerdictOptions = {}): Subject => {
    const [repository = "", digest = ""] = image.split("@");
    const predicate = JSON.stringify(verdictFor(image, verdict));
    return { repository, digest, isIndex: false, evidence: [{ kind: "verdict", type: VERDICT_TYPE, predicate }] };
  };
  const signer = async (job: Job, change: Partial<SigningRequest> = {}, { env, tokenVariables } = sigstore) => {
    Object.assign(world.env, env, tokenVariables(job));
    const cosign = await findCosign(images.cosign, world);
    return prepareSigner({ cosign, formats: BOTH, tlog: true, allowHttpRegistry: false, ...change }, world);
  };
  const sign = async (image: string, job: Job = OURS, formats = BOTH, verdict: VerdictOptions = {}) =>
    signAll([subjectOf(image, verdict)], await signer(job, { formats }), world);
  /** Runs the committed bundle of verify/. */
  const verify = async (image: string, inputs: Readonly<Record<string, string>> = {}) => {
    const { outputs } = await runAction({
      folder: join(folder.path, `verify-${number++}`),
      action: join(root, "verify"),
      env: sigstore.env,
      inputs: {
        image,
        "cosign-binary": images.cosign,
        "certificate-identity": identityOf(OURS),
        "certificate-oidc-issuer": GITHUB_ISSUER,
        ...inputs,
      },
    });
    const codes = [...(outputs.reason ?? "").matchAll(/\[([a-z-]+)\]/g)].map(([, code]) => code);
    return [outputs.verdict, ...codes];
  };

  it.each<[string, readonly SignatureFormat[]]>([
    ["as bundles", ["bundle"]],
    ["in the older format", ["legacy"]],
    ["in both", BOTH],
  ])(
    "is written and read back %s, and verify/ accepts its identity alone",
    async (_, formats) => {
      const image = await push();
      const written = await sign(image, OURS, formats);
      expect(written.map(({ evidence, signature }) => [evidence, signature])).toEqual(
        formats.map(() => ["attached", "written"]),
      );
      expect(await verify(image)).toEqual(["pass"]);
      const refused = ["refused", "image-unsigned"];
      expect(await verify(image, { "certificate-identity": identityOf(STRANGER) })).toEqual(refused);
      expect(await verify(image, { "certificate-oidc-issuer": `${GITHUB_ISSUER}.evil.test` })).toEqual(refused);
      expect(sigstore.internet.strangers).toEqual([]);
    },
    SLOW,
  );

  it(
    "is not disturbed by a stranger's, before it or after it, even of the same verdict or of a fail",
    async () => {
      const image = await push();
      const same = verdictFor(image);
      await sign(image, STRANGER, BOTH, { change: same });
      expect((await verify(image))[0]).toBe("refused");
      const written = await sign(image, OURS, BOTH, { change: same });
      expect(written.map(({ evidence, signature }) => [evidence, signature])).toEqual([
        ["attached", "written"],
        ["attached", "written"],
      ]);
      await sign(image, STRANGER, BOTH, { change: { verdict: "fail" }, daysOld: -0.001 });
      expect(await verify(image)).toEqual(["pass"]);
      expect((await verify(image, { "certificate-identity": identityOf(STRANGER) }))[0]).toBe("refused");
    },
    SLOW,
  );

  // Proves: withdrawal-not-forgotten
  it(
    "does not come about after a newer fail of anyone who can write there; with a key, a stranger's fail is ignored",
    async () => {
      const image = await push();
      const read = async (change: Partial<SigningRequest> = {}) => {
        const by = await signer(OURS, change);
        const access = { credentials: async () => undefined };
        return earlierReader(by, access, world)(subjectOf(image));
      };
      expect(await read()).toEqual([]);
      await sign(image, STRANGER, ["bundle"], { change: { verdict: "fail" }, daysOld: -0.001 });
      await expect(read()).rejects.toMatchObject({
        code: "newer-verdict",
        remedy: expect.stringContaining("remove a stranger's attestation"),
      });
      expect(await read({ key: keys.private, password: KEY_PASSWORD })).toEqual([]);
    },
    SLOW,
  );

  /** Finds the evidence that this key has signed, or without a key our identity. Uses our own code. */
  const found = async (image: string, key?: string) => {
    Object.assign(world.env, sigstore.env);
    const [repository = "", digest = ""] = image.split("@");
    const trust = trustIn(key === undefined ? { identity: identityOf(OURS), issuer: GITHUB_ISSUER } : { key }, world);
    const cosign = await findCosign(images.cosign, world);
    const how = { cosign, trust, tlog: key === undefined, allowHttpRegistry: false };
    const { signed, statements } = await readEvidence({ repository, digest, images: undefined }, how, world);
    return { signed, statements: statements.length };
  };
  const NOTHING = { signed: false, statements: 0 };
  const byKey = async (image: string, formats: readonly SignatureFormat[]) => {
    await images.attest(image, verdictFor(image), { keys, formats });
    await images.sign(image, { keys, formats });
  };

  it(
    "of other signers, as GitHub's own attestations are, counts for nothing with a trusted key, and hides no signature of the key",
    async () => {
      const image = await push();
      await sign(image, STRANGER);
      expect(await found(image, keys.public)).toEqual(NOTHING);
      await byKey(image, ["legacy"]);
      expect(await found(image, keys.public)).toEqual({ signed: true, statements: 1 });
    },
    SLOW,
  );

  it(
    "is not there if only a key has signed, and is found alongside the key's",
    async () => {
      const image = await push();
      await byKey(image, BOTH);
      expect(await found(image)).toEqual(NOTHING);
      await sign(image);
      expect(await found(image)).toEqual({ signed: true, statements: 2 });
    },
    SLOW,
  );

  it.each<[SignatureFormat, readonly string[]]>([
    ["bundle", ["refused", "image-unsigned"]],
    // Cosign says that it does not know the log's key. If our own keys are outdated, it says the same.
    ["legacy", ["error", "sigstore-unreachable"]],
  ])(
    "of an unknown authority and log never passes, in format %s, and does not hide ours",
    async (format, answer) => {
      const image = await push();
      await using other = await startSigstore(images.cosign, join(folder.path, `other-${format}`));
      await signAll([subjectOf(image)], await signer(OURS, { formats: [format] }, other), world);
      expect(await verify(image)).toEqual(answer);
      await sign(image);
      expect(await verify(image)).toEqual(["pass"]);
    },
    SLOW,
  );

  it.each([
    ["fulcio", "sigstore-unreachable"],
    ["rekor", "sigstore-unreachable"],
    ["token", "identity-token-missing"],
  ] as const)(
    "does not come about if %s cannot be reached, in either format, and nothing is attached",
    async (host, code) => {
      const image = await push();
      sigstore.internet.fault(SIGSTORE_HOSTS[host], "refused");
      for (const format of BOTH) await expect(sign(image, OURS, [format])).rejects.toMatchObject({ code });
      sigstore.internet.clearFaults();
      expect(await found(image)).toEqual(NOTHING);
    },
    SLOW,
  );

  it(
    "follows the gate: the committed bundles of gate, sign/ with promotion, and verify/ as steps of one job",
    async () => {
      await using stage = await openStage("keyless-mock", { asBundle: true });
      const image = await images.push("quarantine/app", "1.0", clean());
      const told = await stage.run({ image });
      const promoted = `${images.host}/golden/app:1.0`;
      const { code, outputs, log } = await runAction({
        folder: dirname(told.temp),
        workspace: told.workspace,
        action: join(root, "sign"),
        env: { ...sigstore.env, ...sigstore.tokenVariables(OURS) },
        inputs: {
          report: told.outputs.report ?? "",
          "report-digest": told.outputs["report-digest"] ?? "",
          "cosign-binary": images.cosign,
          "promote-to": promoted,
        },
      });
      expect(code, log).toBe(0);
      expect(outputs).toMatchObject({ image, signed: image });
      for (const each of [image, promoted]) expect(await verify(each)).toEqual(["pass"]);
    },
    SLOW,
  );
});
