import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { VERDICT_TYPE } from "../../src/domain/evidence/predicate.ts";
import { type Cosign, findCosign } from "../../src/signing/cosign/program.ts";
import { earlierReader, type ReadEarlier } from "../../src/signing/earlier-verdicts.ts";
import { earlierOf, promote } from "../../src/signing/promote.ts";
import { readBack, signAll } from "../../src/signing/sign.ts";
import { prepareSigner, type Signer, type SigningRequest } from "../../src/signing/signer.ts";
import type { Subject } from "../../src/signing/subject.ts";
import { VULNERABILITY_TYPE, vulnerabilityPredicate } from "../../src/signing/vulnerability-predicate.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { arm64, clean } from "../support/images/images.ts";
import { buildIndex } from "../support/images/oci.ts";
import { KEY_PASSWORD, startSignedImages } from "../support/images/signed-images.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { verdictFor } from "../support/runs/verdicts.ts";

const folder = temporaryFolder("signing");
const images = await startSignedImages(folder.path);
afterAll(async () => {
  await images.close();
  folder.remove();
});

describe.skipIf(!images.isThere)("signing (needs docker-registry and skopeo)", () => {
  let keys: KeyPair;
  let cosign: Cosign;
  let world: TestWorld;
  let request: SigningRequest;
  let number = 0;
  beforeAll(async () => {
    keys = images.keyPair("ours");
    cosign = await findCosign(images.cosign, testWorld(`${folder.path}/found`));
  });
  beforeEach(() => {
    world = testWorld(`${folder.path}/${number++}`);
    request = {
      cosign,
      key: keys.private,
      password: KEY_PASSWORD,
      formats: ["bundle", "legacy"],
      tlog: false,
      allowHttpRegistry: false,
    };
  });

  const trivyReport = { SchemaVersion: 2, Results: [{ Target: "a", Score: 9.8, Big: 12345678901, Text: "ü <&>  " }] };
  const evidence = (image: string): Subject["evidence"] => [
    {
      kind: "vulnerabilities",
      type: VULNERABILITY_TYPE,
      predicate: JSON.stringify(
        vulnerabilityPredicate(trivyReport, {
          scannerUri: "pkg:github/aquasecurity/trivy@0.76.0",
          scannerVersion: "0.76.0",
          databaseUpdatedAt: "2026-11-25T00:00:00Z",
          scannedAt: "2026-11-26T10:00:00.500Z",
        }),
      ),
    },
    {
      kind: "sbom",
      type: "cyclonedx",
      predicate: JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [] }),
    },
    { kind: "verdict", type: VERDICT_TYPE, predicate: JSON.stringify(verdictFor(image)) },
  ];
  const subjectOf = (image: string, isIndex = false): Subject => {
    const [repository = "", digest = ""] = image.split("@");
    return { repository, digest, isIndex, evidence: evidence(image) };
  };
  const push = async (repository: string) => subjectOf(await images.push(repository, "1.0", clean()));
  const signer = (change: Partial<SigningRequest> = {}): Promise<Signer> =>
    prepareSigner({ ...request, ...change }, world);
  const verify = (what: string, { repository, digest }: Subject, ...args: string[]) =>
    images.run(what, "--key", keys.public, "--insecure-ignore-tlog", ...args, `${repository}@${digest}`);
  /** Exit codes of `cosign verify` and `cosign verify-attestation`, in both formats. */
  const accepted = async (subject: Subject) => {
    const codes: Record<string, number | null> = {};
    for (const format of ["bundle", "legacy"]) {
      const how = `--new-bundle-format=${format === "bundle"}`;
      codes[`${format} signature`] = (await verify("verify", subject, how)).code;
      for (const type of [VERDICT_TYPE, "vuln", "cyclonedx"])
        codes[`${format} ${type}`] = (await verify("verify-attestation", subject, how, "--type", type)).code;
    }
    return codes;
  };
  const everything = {
    "bundle signature": 0,
    [`bundle ${VERDICT_TYPE}`]: 0,
    "bundle vuln": 0,
    "bundle cyclonedx": 0,
    "legacy signature": 0,
    [`legacy ${VERDICT_TYPE}`]: 0,
    "legacy vuln": 0,
    "legacy cyclonedx": 0,
  };
  const earlier = (by: Signer): ReadEarlier => earlierReader(by, { credentials: async () => undefined }, world);
  const failOf = ({ repository, digest }: Subject, scannedAt: string) =>
    verdictFor(`${repository}@${digest}`, { change: { verdict: "fail", reason: "fail: withdrawn", scannedAt } });
  const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const [BEFORE, AFTER] = [daysFromNow(-20), daysFromNow(1)];
  const attest = (subject: Subject, scannedAt: string, ...formats: ("bundle" | "legacy")[]) =>
    images.attest(`${subject.repository}@${subject.digest}`, failOf(subject, scannedAt), { keys, formats });
  const tags = async (repository: string) =>
    ((await (await fetch(`http://${images.host}/v2/${repository}/tags/list`)).json()) as { tags: string[] }).tags;

  it("leaves signature and evidence in both formats, which Cosign itself accepts", async () => {
    const subject = await push("acme/both");
    const written = await signAll([subject], await signer(), world);
    expect(written.map(({ format, signature }) => [format, signature])).toEqual([
      ["legacy", "written"],
      ["bundle", "written"],
    ]);
    expect(await accepted(subject)).toEqual(everything);
  });

  it("attaches Trivy's report and the verdict as they are", async () => {
    const subject = await push("acme/exact");
    await signAll([subject], await signer(), world);
    for (const { type, predicate } of subject.evidence)
      for (const bundle of [true, false]) {
        const { stdout } = await verify("verify-attestation", subject, "--type", type, `--new-bundle-format=${bundle}`);
        const payload = Buffer.from(JSON.parse(stdout).payload, "base64").toString("utf8");
        expect(JSON.parse(payload).predicate, type).toEqual(JSON.parse(predicate));
      }
  });

  it("signs in one format alone, if that is asked for", async () => {
    const subject = await push("acme/one");
    await signAll([subject], await signer({ formats: ["legacy"] }), world);
    expect(await tags("acme/one")).toEqual(expect.not.arrayContaining([subject.digest.replace(":", "-")]));
    expect(await accepted(subject)).toMatchObject({ "legacy signature": 0 });
  });

  it("writes nothing a second time", async () => {
    const subject = await push("acme/again");
    await signAll([subject], await signer(), world);
    const before = await verify("verify", subject);
    const again = await signAll([subject], await signer(), world);
    expect(again.map(({ evidence, signature }) => [evidence, signature])).toEqual([
      ["was-there", "was-there"],
      ["was-there", "was-there"],
    ]);
    expect((await verify("verify", subject)).stdout).toBe(before.stdout);
  });

  it("asks Cosign no more than it must: what is verified once after each piece of writing", async () => {
    const subject = await push("acme/counted");
    const log = `${folder.path}/counted-${number}.txt`;
    const counting = `${folder.path}/counter-${number}`;
    writeProgram(counting, `echo "$1" >> ${log}; exec ${request.cosign.path} "$@"`);
    const by = await signer({ cosign: { ...request.cosign, path: counting }, formats: ["bundle"] });
    writeFileSync(log, "");
    await signAll([subject], by, world);
    const [verify, write, read] = ["verify", "attest", "verify-attestation"];
    const calls = readFileSync(log, "utf8").trim().split("\n");
    expect(calls).toEqual([verify, write, write, verify, read, read, write, verify, read, "sign", verify]);
  });

  it("signs in the other format, too, if only one is there", async () => {
    const subject = await push("acme/grown");
    await signAll([subject], await signer({ formats: ["legacy"] }), world);
    const both = await signAll([subject], await signer(), world);
    expect(both.map(({ format, evidence, signature }) => [format, evidence, signature])).toEqual([
      ["legacy", "was-there", "was-there"],
      ["bundle", "attached", "written"],
    ]);
    expect(await accepted(subject)).toEqual(everything);
  });

  it("leaves no signature if it breaks off before, and goes on where it was", async () => {
    const subject = await push("acme/broken-off");
    const real = await signer();
    const broken: Signer = {
      ...real,
      write: (command, ...rest) =>
        command === "sign" ? Promise.reject(new Error("broken off")) : real.write(command, ...rest),
    };
    await expect(signAll([subject], broken, world)).rejects.toThrow("broken off");
    const left = await accepted(subject);
    expect(left).toMatchObject({ "legacy signature": 10, [`legacy ${VERDICT_TYPE}`]: 0 });
    expect(await readBack({ ...subject, format: "bundle" }, real.asking, world).isSigned()).toBe(false);
    const again = await signAll([subject], real, world);
    expect(again.map(({ evidence, signature }) => [evidence, signature])).toEqual([
      ["was-there", "written"],
      ["was-there", "written"],
    ]);
    expect(await accepted(subject)).toEqual(everything);
  });

  it("adds the verdict of a later scan alongside the earlier one", async () => {
    const subject = await push("acme/later");
    await signAll([subject], await signer(), world);
    const image = `${subject.repository}@${subject.digest}`;
    const later = JSON.stringify(verdictFor(image, { change: { scannedAt: "2031-01-01T00:00:00Z" } }));
    await signAll(
      [{ ...subject, evidence: [{ kind: "verdict", type: VERDICT_TYPE, predicate: later }] }],
      await signer(),
      world,
    );
    const { stdout } = await verify("verify-attestation", subject, "--type", VERDICT_TYPE);
    expect(stdout.trim().split("\n")).toHaveLength(2);
  });

  it("does not take an attestation, or the signature of another key, for its own signature", async () => {
    const subject = await push("acme/others");
    const other = images.keyPair("other");
    const image = `${subject.repository}@${subject.digest}`;
    await images.sign(image, { keys: other });
    await images.attest(image, verdictFor(image), { keys });
    const written = await signAll([subject], await signer(), world);
    expect(written.map(({ signature }) => signature)).toEqual(["written", "written"]);
    expect(await accepted(subject)).toEqual(everything);
  });

  it.each([
    ["a wrong password", { password: "wrong" }, "cosign-password-wrong"],
    ["no password for a locked key", { password: undefined }, "cosign-password-wrong"],
    ["a public key", { key: "public" }, "cosign-key-unusable"],
    ["no such file", { key: "nope.key" }, "cosign-key-missing"],
    ["a variable that is not set", { key: "env://NOPE" }, "cosign-key-missing"],
    ["a store that is not known", { key: "evil://x" }, "cosign-key-missing"],
    ["no key, and no identity token", { key: undefined }, "identity-token-missing"],
  ] as const)("refuses %s before anything is written", async (_, change, code) => {
    const key = "key" in change && change.key === "public" ? { key: keys.public } : {};
    await expect(signer({ ...change, ...key })).rejects.toMatchObject({ code });
  });

  // Proves: cosign-sees-no-secret
  it("never shows a key that was pasted in place of its name", async () => {
    const pasted = signer({ key: "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nc2VjcmV0\n-----END" });
    await expect(pasted).rejects.toThrow(expect.not.stringContaining("c2VjcmV0"));
  });

  it("takes the key from a variable", async () => {
    const { readFileSync } = await import("node:fs");
    Object.assign(world.env, { SIGNING_KEY: readFileSync(keys.private, "utf8") });
    const subject = await push("acme/variable");
    await signAll([subject], await signer({ key: "env://SIGNING_KEY" }), world);
    expect(await accepted(subject)).toEqual(everything);
  });

  it("signs nothing that the registry does not have", async () => {
    const subject = { ...(await push("acme/gone")), digest: `sha256:${"0".repeat(64)}` };
    await expect(signAll([subject], await signer(), world)).rejects.toMatchObject({ code: "cosign-failed" });
  });

  it("says that the registry cannot be reached", async () => {
    const subject = { ...(await push("acme/down")), repository: "127.0.0.1:1/acme/down" };
    await expect(signAll([subject], await signer(), world)).rejects.toMatchObject({ code: "evidence-unreadable" });
  });

  describe("promotion", () => {
    const index = async (repository: string) => {
      const parts = [clean(), arm64()];
      const top = await images.push(repository, "1.0", buildIndex(parts));
      const [name = ""] = top.split("@");
      const platforms = parts.map(({ descriptor }) => subjectOf(`${name}@${descriptor.digest}`));
      return [...platforms, subjectOf(top, true)];
    };
    const digestOf = async ({ repository, tag }: { repository: string; tag: string }) => {
      const path = repository.slice(images.host.length + 1);
      const accept = { accept: "application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json" };
      const response = await fetch(`http://${images.host}/v2/${path}/manifests/${tag}`, { headers: accept });
      return response.headers.get("docker-content-digest") ?? undefined;
    };
    const to = (name: string) => ({ repository: `${images.host}/${name}`, tag: "1.2" });
    /** Promotes an image as a run does after signing it. */
    const move = async (subjects: readonly Subject[], name: string, as?: Signer, read?: ReadEarlier) => {
      const [by, top] = [as ?? (await signer()), subjects.at(-1) as Subject];
      const readEarlier = read ?? earlier(by);
      const known = await earlierOf(subjects, readEarlier);
      return promote({ top, subjects, destination: to(name), earlier: known, readEarlier }, by, digestOf, world);
    };

    it("copies an index with its images, and both formats hold at the destination for each of them", async () => {
      const subjects = await index("quarantine/app");
      const top = subjects.at(-1) as Subject;
      await signAll(subjects, await signer(), world);
      const destination = to("golden/app");
      await move(subjects, "golden/app");
      expect(await digestOf(destination)).toBe(top.digest);
      for (const subject of subjects)
        expect(await accepted({ ...subject, repository: destination.repository })).toEqual(everything);
    });

    it("does nothing a second time, but does not fail either", async () => {
      const subject = await push("quarantine/twice");
      await move([subject], "golden/twice");
      const before = await tags("golden/twice");
      expect((await move([subject], "golden/twice")).every(({ signature }) => signature === "was-there")).toBe(true);
      expect(await tags("golden/twice")).toEqual(before);
    });

    it("refuses a tag that is another image, before anything is copied", async () => {
      const subject = await push("quarantine/taken");
      await images.push("golden/taken", "1.2", arm64());
      await expect(move([subject], "golden/taken")).rejects.toMatchObject({ code: "promotion-tag-taken" });
      expect(await tags("golden/taken")).toEqual(["1.2"]);
    });

    // Proves: nothing-half-done-signed
    it("gives the tag only to what is signed: if signing fails at the destination, there is none", async () => {
      const subject = await push("quarantine/late");
      const real = await signer();
      const broken: Signer = {
        ...real,
        write: (command, ...rest) =>
          command === "sign" ? Promise.reject(new Error("broken off")) : real.write(command, ...rest),
      };
      const destination = to("golden/late");
      await expect(move([subject], "golden/late", broken)).rejects.toThrow("broken off");
      expect(await digestOf(destination)).toBeUndefined();
    });

    // Proves: withdrawal-not-forgotten
    it.each(["bundle", "legacy"] as const)("stops at a withdrawal that is at the image as %s alone", async (format) => {
      const subject = await push(`quarantine/withdrawn-${format}`);
      const by = await signer({ formats: ["bundle"] });
      await signAll([subject], by, world);
      expect(await earlier(by)(subject)).toEqual([]);
      await attest(subject, AFTER, format);
      await expect(earlier(by)(subject)).rejects.toMatchObject({ code: "newer-verdict" });
      await expect(move([subject], `golden/withdrawn-${format}`, by)).rejects.toMatchObject({
        code: "newer-verdict",
      });
      expect((await fetch(`http://${images.host}/v2/golden/withdrawn-${format}/tags/list`)).status).toBe(404);
    });

    it("asks Cosign for earlier verdicts only where something is attached, and then once for each format", async () => {
      const subject = await push("quarantine/calls");
      const by = await signer();
      const log = `${folder.path}/calls-${number}.txt`;
      const counting = `${folder.path}/counting-${number}`;
      writeProgram(counting, `echo "$1" >> ${log}; exec ${request.cosign.path} "$@"`);
      const access = { credentials: async () => undefined };
      const asking = { ...by.asking, cosign: { ...request.cosign, path: counting } };
      const read = earlierReader({ ...by, asking }, access, world);
      const calls = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
      expect(await read(subject)).toEqual([]);
      expect(calls()).toEqual([]);
      await attest(subject, BEFORE, "bundle");
      expect(await read(subject)).toMatchObject([{ verdict: "fail" }]);
      expect(calls()).toEqual(["verify-attestation", "verify-attestation"]);
      await attest(subject, AFTER, "legacy");
      await expect(read(subject)).rejects.toMatchObject({ code: "newer-verdict" });
    });

    it("stops at a withdrawal of the moment of the scan, and not at one of another key", async () => {
      const subject = await push("quarantine/moment");
      const by = await signer();
      const other = images.keyPair("somebody");
      const name = `${subject.repository}@${subject.digest}`;
      await images.attest(name, failOf(subject, AFTER), { keys: other });
      expect(await earlier(by)(subject)).toEqual([]);
      const own = JSON.parse(subject.evidence.at(-1)?.predicate ?? "") as { scannedAt: string };
      await attest(subject, own.scannedAt, "bundle");
      await expect(earlier(by)(subject)).rejects.toMatchObject({ code: "newer-verdict" });
    });

    // Proves: withdrawal-not-forgotten
    it("stops before the tag at a withdrawal at the destination, or during the copy", async () => {
      const subject = await push("quarantine/there");
      const there = { ...subject, repository: to("golden/there").repository };
      await images.push("golden/there", "old", clean());
      await attest(there, AFTER, "bundle");
      await expect(move([subject], "golden/there")).rejects.toMatchObject({ code: "newer-verdict" });
      expect(await digestOf(to("golden/there"))).toBeUndefined();
      const late = await push("quarantine/meanwhile");
      const by = await signer();
      let asked = 0;
      const read: ReadEarlier = async (each) => {
        if (++asked === 3) await attest(late, AFTER, "bundle");
        return earlier(by)(each);
      };
      await expect(move([late], "golden/meanwhile", by, read)).rejects.toMatchObject({ code: "newer-verdict" });
      expect(await digestOf(to("golden/meanwhile"))).toBeUndefined();
    });

    // Proves: withdrawal-not-forgotten
    it("takes an older fail of the key along, in all formats", async () => {
      const subject = await push("quarantine/older");
      await attest(subject, BEFORE, "bundle");
      const by = await signer();
      await move([subject], "golden/older", by);
      const there = { ...subject, repository: to("golden/older").repository };
      for (const format of ["bundle", "legacy"] as const)
        expect(await readBack({ ...there, format }, by.asking, world).attested(VERDICT_TYPE)).toEqual(
          expect.arrayContaining([
            expect.objectContaining({
              verdict: "fail",
              image: expect.objectContaining({ repository: there.repository }),
            }),
            expect.objectContaining({ verdict: "pass" }),
          ]),
        );
    });
  });
});
