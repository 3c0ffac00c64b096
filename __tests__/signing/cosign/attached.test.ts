import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { attestedStatements, signatureTypes } from "../../../src/signing/cosign/attached.ts";
import { signAll } from "../../../src/signing/sign.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const hex = "1".repeat(64);
const IMAGE = { repository: "ghcr.io/acme/app", digest: `sha256:${hex}`, format: "legacy" } as const;
const TYPE = "https://example.com/type/v1";

/** As Cosign prints a signature, and an attestation. */
const signature = (digest = IMAGE.digest) =>
  JSON.stringify([
    { critical: { type: "cosign container image signature", image: { "docker-manifest-digest": digest } } },
  ]);
const attestation = (statement: unknown) =>
  JSON.stringify({
    payloadType: "application/vnd.in-toto+json",
    payload: Buffer.from(JSON.stringify(statement)).toString("base64"),
  });
const statementOf = (predicate: unknown) => ({
  subject: [{ digest: { sha256: hex } }],
  predicateType: TYPE,
  predicate,
});

/** A program in Cosign's place that prints these answers. */
function answering(answers: { readonly verify?: string; readonly attestations?: string }) {
  const folder = temporaryFolder("cosign-answers");
  onTestFinished(() => folder.remove());
  const path = join(folder.path, "cosign");
  const { verify = "", attestations = "" } = answers;
  writeProgram(path, `case "$1" in verify) echo '${verify}';; verify-attestation) echo '${attestations}';; esac`);
  const cosign = { path, version: "3.0.6", sha256: "" };
  const asking = { cosign, trust: { args: [] }, tlog: false, allowHttpRegistry: false };
  return { asking, world: testWorld(folder.path) };
}

describe("Cosign's answers", () => {
  it("are read line by line, and a signature of another digest does not count", async () => {
    const { asking, world } = answering({
      verify: signature(),
      attestations: `${attestation(1)}\n\n${attestation(2)}`,
    });
    expect(await signatureTypes(IMAGE, asking, world)).toEqual(["cosign container image signature"]);
    expect(await attestedStatements(IMAGE, TYPE, asking, world)).toEqual([1, 2]);
    const other = answering({ verify: signature(`sha256:${"2".repeat(64)}`) });
    expect(await signatureTypes(IMAGE, other.asking, other.world)).toEqual([]);
  });

  // Proves: could-not-look-not
  it.each(["no JSON", "{}", "[{}]", `${signature()}x`, `${signature()}\n[1]`])(
    "that cannot be read are an error, not an image without signatures: %s",
    async (verify) => {
      const { asking, world } = answering({ verify });
      await expect(signatureTypes(IMAGE, asking, world)).rejects.toMatchObject({ code: "evidence-unreadable" });
    },
  );

  it("keep an attestation that cannot be read, as it could be the newest verdict", async () => {
    const { asking, world } = answering({ attestations: `{"payload": 1}\n${attestation({ a: 1 })}` });
    expect(await attestedStatements(IMAGE, TYPE, asking, world)).toEqual([undefined, { a: 1 }]);
    const broken = answering({ attestations: "no JSON" });
    const reading = attestedStatements(IMAGE, TYPE, broken.asking, broken.world);
    await expect(reading).rejects.toMatchObject({ code: "evidence-unreadable" });
  });
});

describe("what is read back after signing", () => {
  const attached = async (predicate: unknown) => {
    const { asking, world } = answering({ verify: signature(), attestations: attestation(statementOf(predicate)) });
    const nothing = async () => {};
    const signer = {
      formats: ["legacy"],
      publicKey: undefined,
      tlog: false,
      asking,
      write: nothing,
      copy: nothing,
    } as const;
    const evidence = [{ kind: "verdict", type: TYPE, predicate: '{"a": 1, "b": [2]}' }] as const;
    return signAll([{ ...IMAGE, isIndex: false, evidence }], signer, world);
  };

  it("is the predicate whatever the order of its keys", async () => {
    expect(await attached({ b: [2], a: 1 })).toHaveLength(1);
  });

  it.each([
    [
      [
        ["a", 1],
        ["b", [2]],
      ],
    ],
    [{ a: 1, b: { 0: 2 } }],
    [{ a: 1 }],
    [{ a: "1", b: [2] }],
  ])("is not the predicate if it is %j", async (predicate) => {
    await expect(attached(predicate)).rejects.toMatchObject({ code: "signature-not-kept" });
  });
});
