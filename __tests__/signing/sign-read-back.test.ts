import { expect, onTestFinished, test } from "vitest";
import { readBack as readerOf, signAll } from "../../src/signing/sign.ts";
import type { Signer } from "../../src/signing/signer.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const TYPE = "https://example.test/verdict";

/** A registry that gives back another predicate than the one that was written, as Cosign reads it. */
async function signedWith(written: unknown, readBack: unknown) {
  const folder = temporaryFolder("read-back");
  onTestFinished(() => folder.remove());
  const statement = {
    subject: [{ digest: { sha256: DIGEST.slice(7) } }],
    predicateType: TYPE,
    predicate: readBack,
  };
  const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
  const answer = JSON.stringify({ payloadType: "application/vnd.in-toto+json", payload });
  const signature = JSON.stringify([
    { critical: { type: "cosign container image signature", image: { "docker-manifest-digest": DIGEST } } },
  ]);
  const path = `${folder.path}/cosign`;
  writeProgram(path, `#!/bin/sh\n[ "$1" = verify ] && echo '${signature}' || echo '${answer}'\n`);
  const asking = {
    cosign: { path, version: "3.0.6", sha256: "" },
    trust: { args: [] },
    tlog: false,
    allowHttpRegistry: false,
  };
  const nothing = async () => {};
  const signer: Signer = { formats: ["legacy"], publicKey: undefined, asking, write: nothing, copy: nothing };
  const evidence = [{ kind: "verdict" as const, type: TYPE, predicate: JSON.stringify(written) }];
  const subject = { repository: "registry.example.test/app", digest: DIGEST, isIndex: false, evidence };
  const world = testWorld(folder.path);
  expect(await readerOf({ ...subject, format: "legacy" }, asking, world).attested(TYPE)).toHaveLength(1);
  return signAll([subject], signer, world).then(
    () => "kept",
    (thrown: { code: string }) => thrown.code,
  );
}

test.each([
  ["the same", { a: 1, b: [{}] }, { b: [{}], a: 1 }, "kept"],
  ["its members as a list", { a: 1 }, [["a", 1]], "signature-not-kept"],
  ["another number", { a: 1 }, { a: 2 }, "signature-not-kept"],
  ["one member more", { a: 1 }, { a: 1, b: 2 }, "signature-not-kept"],
])("a predicate that is read back as %s", async (_, written, readBack, ends) => {
  expect(await signedWith(written, readBack)).toBe(ends);
});
