import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../../src/actions/sign/outputs.ts";
import { VERDICT_TYPE, verdictPredicate } from "../../../src/domain/evidence/predicate.ts";
import { grypeDatabaseArchive } from "../../support/databases/grype-database.ts";
import { arm64, clean, debian12 } from "../../support/images/images.ts";
import { claiming, diffIdsOf, withConfigOf } from "../../support/images/lying-images.ts";
import { type Artifact, buildIndex } from "../../support/images/oci.ts";
import { KEY_PASSWORD, startSignedImages } from "../../support/images/signed-images.ts";
import type { KeyPair } from "../../support/programs/cosign-keys.ts";
import { bundleThenInProcess } from "../../support/runs/run-in-process.ts";
import type { ActionResult } from "../../support/runs/runner.ts";
import { shared, sharedFolder } from "../../support/runs/shared.ts";
import { type GateResult, type Inputs, messages, openStage, type RunOptions } from "../../support/runs/stage.ts";
import { verdictFor } from "../../support/runs/verdicts.ts";

// Gate and signature as two steps of one job, with real Trivy, Cosign and registry.

const stage = await shared(openStage("sign"));

const folder = sharedFolder("sign-images");
const images = await shared(startSignedImages(folder.path));

describe.skipIf(!images.isThere)("the signature after the gate (needs docker-registry and skopeo)", () => {
  let keys: KeyPair;
  let number = 0;
  let repository = "";
  beforeAll(async () => {
    keys = images.keyPair("release");
  });
  beforeEach(() => {
    repository = `acme/app-${++number}`;
  });

  const push = (artifact: Artifact, tag = "1.0", name = repository) => images.push(name, tag, artifact);
  const gate = (inputs: Inputs, options?: RunOptions) => stage.run(inputs, options);
  const run = bundleThenInProcess();
  /** The next step of the gate's job. */
  const sign = async (told: GateResult | undefined, inputs: Inputs = {}, env: Record<string, string> = {}) => {
    const result = await run({
      folder: told === undefined ? stage.nextFolder() : dirname(told.temp),
      ...(told && { workspace: told.workspace }),
      action: join(root, "sign"),
      env: { HOME: stage.home, ...env },
      inputs: {
        report: told?.outputs.report ?? "",
        "report-digest": told?.outputs["report-digest"] ?? "",
        "cosign-key": keys.private,
        "cosign-password": KEY_PASSWORD,
        "cosign-binary": images.cosign,
        tlog: "false",
        ...inputs,
      },
    });
    expect(Object.keys(result.outputs).sort()).toEqual([...OUTPUT_NAMES].sort());
    expect(result.log.replace(/^::add-mask::.*$/gm, "")).not.toContain(KEY_PASSWORD);
    return result;
  };
  const verify = (what: string, image: string, ...args: string[]) =>
    images.run(what, "--key", keys.public, "--insecure-ignore-tlog", ...args, image);
  const isSigned = async (image: string) => {
    const codes = [];
    for (const how of ["--new-bundle-format=true", "--new-bundle-format=false"])
      codes.push(
        (await verify("verify", image, how)).code,
        (await verify("verify-attestation", image, how, "--type", VERDICT_TYPE)).code,
      );
    return codes.every((code) => code === 0) ? true : codes.every((code) => code !== 0) ? false : codes;
  };
  const tagsOf = async (name = repository) => {
    const answer = await fetch(`http://${images.host}/v2/${name}/tags/list`);
    return ((await answer.json()) as { tags?: string[] }).tags;
  };
  /** Nothing was written alongside the image. */
  const untouched = async (result: ActionResult, code: string) => {
    expect(result.code, result.log).toBe(1);
    expect(result.outputs).toEqual(Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""])));
    expect(messages(result, "error")[0]).toContain(`[${code}]`);
    expect(result.summary).toContain("Not signed");
    expect(await tagsOf()).toEqual(["1.0"]);
  };

  it("signs what has passed, with its evidence, by its digest, in both formats", async () => {
    const image = await push(clean());
    const told = await gate({ image, reports: "cyclonedx: sbom.json" }, { writes: ["sbom.json"] });
    const result = await sign(told);
    expect(result.code, result.log).toBe(0);
    expect(result.outputs).toMatchObject({ image, digest: image.split("@")[1], signed: image, promoted: "" });
    expect(await isSigned(image)).toBe(true);
    const { stdout } = await verify("verify-attestation", image, "--type", VERDICT_TYPE);
    const { predicate } = JSON.parse(Buffer.from(JSON.parse(stdout).payload, "base64").toString("utf8"));
    expect(verdictPredicate.parse(predicate)).toMatchObject({
      verdict: "pass",
      image: { digest: image.split("@")[1] },
    });
    for (const type of ["vuln", "cyclonedx"])
      expect((await verify("verify-attestation", image, "--type", type)).code, type).toBe(0);
    expect(result.summary).toContain(`cosign verify --key cosign.pub --insecure-ignore-tlog ${image}`);
  });

  it("signs what two scanners judged: the verdict names both programs, with their databases", async () => {
    const image = await push(clean());
    const { bytes, sha256 } = grypeDatabaseArchive();
    const both = { "scan-with": "trivy, grype", "grype-binary": await ensureGrype() };
    const told = await gate(
      { image, ...both, "grype-db": `db.tar.zst@sha256:${sha256}` },
      { files: { "db.tar.zst": bytes } },
    );
    const result = await sign(told);
    expect(result.code, told.log + result.log).toBe(0);
    const { stdout } = await verify("verify-attestation", image, "--type", VERDICT_TYPE);
    const { predicate } = JSON.parse(Buffer.from(JSON.parse(stdout).payload, "base64").toString("utf8"));
    const { scanner, scanners } = verdictPredicate.parse(predicate);
    const named = { digest: expect.stringMatching(/^sha256:/), database: { updatedAt: expect.any(String) } };
    expect(scanner).toMatchObject({ name: "Trivy", version: "0.76.0" });
    expect(scanners).toMatchObject([
      { name: "Trivy", version: "0.76.0", ...named },
      { name: "Grype", version: "0.121.3", ...named },
    ]);
    const evidence = await verify("verify-attestation", image, "--type", "vuln");
    expect(JSON.parse(Buffer.from(JSON.parse(evidence.stdout).payload, "base64").toString("utf8"))).toMatchObject({
      predicate: {
        scanner: { uri: "pkg:github/aquasecurity/trivy@0.76.0", db: { version: expect.stringMatching(/^20/) } },
      },
    });
  });

  // Proves: only-pass-signed
  it("does not sign what fails, whatever the mode", async () => {
    const image = await push(debian12());
    for (const mode of ["enforce", "warn"]) {
      const told = await gate({ image, mode });
      expect(told.outputs.verdict).toBe("fail");
      await untouched(await sign(told), "not-a-pass");
    }
  });

  // Proves: only-pass-signed
  it("does not sign what could not be scanned, or was not scanned at all", async () => {
    const image = await push(clean());
    await untouched(await sign(await gate({ image: image.replace(/.$/, "0") })), "not-a-pass");
    await untouched(await sign(undefined), "input-invalid");
  });

  // Proves: report-edited-refused
  it("refuses a report that was edited", async () => {
    const image = await push(debian12());
    const told = await gate({ image, mode: "warn" });
    const path = told.outputs.report ?? "";
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"fail"', '"pass"'));
    await untouched(await sign(told), "report-edited");
    // The gate's step was skipped, and an old report is still there.
    await untouched(await sign(told, { "report-digest": "" }), "input-invalid");
  });

  // Proves: report-edited-refused
  it("refuses evidence that was changed after the scan, and evidence that is gone", async () => {
    const image = await push(clean());
    const told = await gate({ image });
    const path = told.outputs["trivy-report"] ?? "";
    writeFileSync(path, `${readFileSync(path, "utf8")} `);
    await untouched(await sign(told), "evidence-changed");
  });

  // Proves: tag-never-signed
  it("refuses a tag that has moved since", async () => {
    await push(clean());
    const told = await gate({ image: `${images.host}/${repository}:1.0` });
    await push(debian12());
    await untouched(await sign(told), "tag-moved");
  });

  it("signs an index and its images if all were judged", async () => {
    const parts = [clean(), arm64()];
    const index = await push(buildIndex(parts));
    const told = await gate({ image: index, platform: "all", "max-critical": "unlimited", "max-high": "unlimited" });
    const result = await sign(told);
    expect(result.code, result.log).toBe(0);
    expect(result.outputs.image).toBe(index);
    expect(result.outputs.signed?.split("\n")).toHaveLength(3);
    for (const signed of result.outputs.signed?.split("\n") ?? []) expect(await isSigned(signed), signed).toBe(true);
  });

  // Proves: tag-never-signed
  it("signs a platform alone if another was not judged, and says that the index is not signed", async () => {
    const [amd64] = [clean()];
    const index = await push(buildIndex([amd64, arm64()]));
    const told = await gate({ image: index, platform: "linux/amd64" });
    const result = await sign(told);
    expect(result.code, result.log).toBe(0);
    const platform = `${index.split("@")[0]}@${amd64.descriptor.digest}`;
    expect(result.outputs).toMatchObject({ image: platform, signed: platform });
    expect(result.summary).toMatch(/index .* is not signed.*linux\/arm64/);
    expect([await isSigned(platform), await isSigned(index)]).toEqual([true, false]);
  });

  it("promotes what it has signed, and only that", async () => {
    const image = await push(clean());
    const told = await gate({ image });
    const golden = `golden/${number}`;
    const result = await sign(told, { "promote-to": `${images.host}/${golden}:1.2` });
    expect(result.code, result.log).toBe(0);
    const promoted = `${images.host}/${golden}@${image.split("@")[1]}`;
    expect(result.outputs.promoted).toBe(promoted);
    expect(await isSigned(promoted)).toBe(true);
    expect(await tagsOf(golden)).toContain("1.2");
  });

  // Proves: withdrawal-not-forgotten
  it("does not forget a withdrawal: the same report is neither signed again nor promoted", async () => {
    const image = await push(clean());
    const told = await gate({ image });
    expect((await sign(told)).code).toBe(0);
    const against = verdictFor(image, { change: { verdict: "fail", reason: "fail: withdrawn" } });
    await images.attest(image, against, { keys });
    const golden = `golden/withdrawn-${number}`;
    const result = await sign(told, { "promote-to": `${images.host}/${golden}:1.2` });
    expect(messages(result, "error")[0]).toContain("[newer-verdict]");
    expect(result.outputs).toMatchObject({ signed: "", promoted: "" });
    expect(await tagsOf(golden)).toBeUndefined();
  });

  // Proves: checksum-does-not-keep
  it("signs no scan of 2020, although the report has its checksum", async () => {
    const image = await push(clean());
    const told = await gate({ image });
    const path = told.outputs.report ?? "";
    const report = JSON.parse(readFileSync(path, "utf8"));
    const change = { scannedAt: "2020-01-02T00:00:00Z", databaseUpdatedAt: "2020-01-01T00:00:00Z" };
    for (const target of report.targets) Object.assign(target.provenance, change);
    const text = JSON.stringify(report);
    writeFileSync(path, text);
    const writeChecksums = createHash("sha256").update(text).digest("hex");
    await untouched(await sign(told, { "report-digest": writeChecksums }), "scan-too-old");
  });

  // Proves: image-s-id-names
  it("signs no second manifest of a configuration that claims layers which the judged one does not have", async () => {
    const evil = debian12();
    const liar = claiming(clean(), diffIdsOf(evil));
    const refused = await gate({ image: await push(liar, "liar", `${repository}-liar`) });
    expect(refused.outputs.reason, refused.log).toContain("[image-inconsistent]");
    const judged = clean();
    const told = await gate({ image: await push(judged, "judged", `${repository}-judged`) });
    expect(told.outputs.verdict, told.log).toBe("pass");
    const swapped = withConfigOf(evil, judged);
    expect(swapped.descriptor.digest).not.toBe(judged.descriptor.digest);
    const image = await push(swapped);
    await untouched(await sign(told, { image }), "image-not-judged");
  });

  // Proves: nothing-half-done-signed
  it("signs nothing with a wrong password, or without Cosign", async () => {
    const told = await gate({ image: await push(clean()) });
    await untouched(await sign(told, { "cosign-password": "wrong" }), "cosign-password-wrong");
    await untouched(await sign(told, { "cosign-binary": "/nowhere/cosign" }), "cosign-missing");
  });
});
