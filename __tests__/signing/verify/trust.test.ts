import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trustIn } from "../../../src/signing/verify/trust.ts";
import { GateError } from "../../../src/system/errors.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const FINGERPRINT = createHash("sha256")
  .update(publicKey.export({ type: "spki", format: "der" }))
  .digest("hex");

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("trust");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

function failure(key: string): GateError {
  try {
    trustIn({ key }, world);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("the trusted key or identity", () => {
  // Proves: key-read-once-not
  it("is a key in a file, of which Cosign gets a copy that cannot be replaced", () => {
    const file = join(world.workspace, "cosign.pub");
    writeFileSync(file, PEM);
    const { args, words } = trustIn({ key: "cosign.pub" }, world);
    writeFileSync(file, "another key");
    const [, copy = ""] = /^--key=(.*)$/.exec(args.join(" ")) ?? [];
    expect(copy.startsWith(world.runFolder)).toBe(true);
    expect(readFileSync(copy, "utf8")).toBe(PEM);
    expect(words).toBe(`the key cosign.pub (SHA-256 ${FINGERPRINT})`);
  });

  it("is a key in a variable, which no command line has in it", () => {
    Object.assign(world.env, { THE_KEY: PEM });
    const { args, words } = trustIn({ key: "env://THE_KEY" }, world);
    expect(args).toHaveLength(1);
    expect(args[0]).not.toContain("BEGIN");
    expect(words).toContain(FINGERPRINT);
  });

  it("is a key in a store that Cosign asks itself", () => {
    const key = "awskms:///alias/image-gate";
    expect(trustIn({ key }, world)).toEqual({ args: [`--key=${key}`], store: key, words: `the key ${key}` });
  });

  it("is an identity and its issuer, each as one argument", () => {
    expect(trustIn({ identity: "--key=x y", issuer: "https://issuer" }, world).args).toEqual([
      "--certificate-identity=--key=x y",
      "--certificate-oidc-issuer=https://issuer",
    ]);
  });

  it.each(["missing.pub", ".", "env://NOT_SET", "env://", "https://example.com/cosign.pub", "other://key", "pkcs11:x"])(
    "is refused if the key is %j",
    (key) => {
      expect(failure(key).code).toBe("public-key-missing");
    },
  );

  // Proves: key-read-once-not
  it.each([
    ["a private key", privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    [
      "Cosign's private key",
      "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
    ],
    ["a private key behind a public one", `${PEM}${privateKey.export({ type: "sec1", format: "pem" })}`],
    ["no key", "secret words"],
    ["nothing", ""],
    ["a damaged key", PEM.replace(/\n[^\n]{20}/, "\n")],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n"],
  ])("is refused if the file is %s, and no message has a word of it", (_, text) => {
    writeFileSync(join(world.workspace, "file"), text);
    const { code, message } = failure("file");
    expect(code).toBe("public-key-unusable");
    expect(message).not.toMatch(/c2VjcmV0|secret|BEGIN/);
  });

  it("is refused if the file is too large", () => {
    writeFileSync(join(world.workspace, "file"), PEM.padEnd(70_000));
    expect(failure("file")).toMatchObject({
      code: "public-key-missing",
      message: expect.stringContaining("65536 bytes"),
    });
  });

  it("is refused if the file is a device", () => {
    mkdirSync(join(world.workspace, "deep"));
    symlinkSync("/dev/zero", join(world.workspace, "deep/key.pub"));
    expect(failure("deep/key.pub").code).toBe("public-key-missing");
  });

  it("is refused if the file is a link to itself", () => {
    symlinkSync("loop.pub", join(world.workspace, "loop.pub"));
    expect(failure("loop.pub").code).toBe("public-key-missing");
  });
});
