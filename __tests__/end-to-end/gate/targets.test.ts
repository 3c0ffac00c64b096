import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  alpine,
  arm64,
  clean,
  debian12,
  endOfLife,
  multiArchitecture,
  python,
  saveImage,
  scratch,
} from "../../support/images/images.ts";
import { dockerArchive, writeLayout } from "../../support/images/oci.ts";
import { makeRepository, serveRepository } from "../../support/runs/repository.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage, type Stage } from "../../support/runs/stage.ts";

const digests: Record<string, string> = {};

const OPEN = { "max-critical": "unlimited", "max-high": "unlimited" };

/** A checkout: a lock file with one HIGH. */
const LOCK = JSON.stringify({
  name: "app",
  lockfileVersion: 3,
  packages: { "": { name: "app", dependencies: { lodash: "4.17.20" } }, "node_modules/lodash": { version: "4.17.20" } },
});
const SBOM = JSON.stringify({
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  components: [{ type: "library", name: "requests", version: "2.31.0", purl: "pkg:pypi/requests@2.31.0" }],
});

const stage = await shared(openStage("targets"));
const { registry } = stage.bed;
for (const [name, image] of Object.entries({
  debian: debian12(),
  clean: clean(),
  scratch: scratch(),
  old: endOfLife(),
  arm: arm64(),
  both: multiArchitecture(),
}))
  digests[name] = registry.add(name, "1.0", image);
registry.add("debian", "2.0", debian12());
/** A workspace with one target of each kind that is a file. */
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), python(), ["ghcr.io/acme/app:1.0"]);
writeFileSync(join(workspace, "app.tar.gz"), gzipSync(dockerArchive(alpine(), ["ghcr.io/acme/alpine:3"])));
writeLayout(join(workspace, "layout"), debian12(), "1.0");
writeFileSync(join(workspace, "bom.cdx.json"), SBOM);
mkdirSync(join(workspace, "src"));
writeFileSync(join(workspace, "src/package-lock.json"), LOCK);
mkdirSync(join(workspace, "empty"));

const counts = ({ outputs }: Awaited<ReturnType<Stage["run"]>>) =>
  ["critical", "high", "medium", "low", "unknown"].map((name) => outputs[name]).join(" ");

describe("an image in a registry", () => {
  it("is judged by tag: counts, digest, versions and where it came from are reported", async () => {
    const result = await stage.run({ image: `${registry.host}/debian:1.0` });
    expect(result.code).toBe(1);
    expect(result.outputs).toMatchObject({
      verdict: "fail",
      reason: `fail: 3 CRITICAL (limit 0), 3 HIGH (limit 0) in ${registry.host}/debian:1.0; 4 fixable`,
      accepted: "0",
      "image-digest": digests.debian?.split("@")[1],
      "trivy-version": "0.76.0",
    });
    expect(counts(result)).toBe("3 3 3 5 2");
    expect(Date.now() - Date.parse(result.outputs["db-updated-at"] ?? "")).toBeLessThan(2 * 3_600_000);
    expect(result.report.targets[0]).toMatchObject({
      artifact: { platform: "linux/amd64", imageId: expect.stringMatching(/^sha256:/), packages: 10 },
      provenance: { source: "the registry", scanner: "Trivy", scannerVersion: "0.76.0" },
    });
    expect(result.summary).toContain("from the registry");
  });

  it("is looked for where `image-source` says, and nowhere else", async () => {
    const before = registry.requests.length;
    const result = await stage.run({ image: `${registry.host}/debian:1.0`, "image-source": "podman" });
    expect(result.outputs.verdict).toBe("error");
    expect(result.log).toContain("[daemon-unreachable]");
    expect(registry.requests.slice(before).filter(({ path }) => path.includes("debian"))).toEqual([]);
  });
});

describe("files", () => {
  it("`docker save` tars, plain and zipped, and OCI layouts by folder and tag are images", async () => {
    const image = "app.tar\n./app.tar.gz\nlayout\n./layout:1.0";
    const result = await stage.run({ image }, { workspace });
    expect(result.results.map(({ target, counts }) => [target, counts])).toEqual([
      ["app.tar", expect.objectContaining({ critical: 3 })],
      ["./app.tar.gz", { critical: 1, high: 2, medium: 2, low: 1, unknown: 0 }],
      ["layout", { critical: 3, high: 3, medium: 3, low: 5, unknown: 2 }],
      ["./layout:1.0", { critical: 3, high: 3, medium: 3, low: 5, unknown: 2 }],
    ]);
    expect(result.report.targets.map(({ provenance }) => provenance?.source)).toEqual([
      "a `docker save` tar",
      "a `docker save` tar",
      "an OCI layout folder",
      "an OCI layout folder",
    ]);
    const tar = { names: ["app.tar"], claims: ["ghcr.io/acme/app:1.0"] };
    expect(result.report.targets[0]?.artifact).toMatchObject(tar);
    expect(result.outputs["trivy-report"]?.split("\n")).toHaveLength(4);
  });

  it("a path, an SBOM, a local git repository and an existing report are targets", async () => {
    const repository = join(stage.folder, "clone-me");
    await makeRepository(repository, { "package-lock.json": LOCK });
    const scanned = await stage.run({ ...OPEN, image: `${registry.host}/debian:1.0` });
    const report = JSON.parse(readFileSync(scanned.outputs["trivy-report"] ?? "", "utf8"));
    writeFileSync(join(workspace, "trivy.json"), JSON.stringify(report));

    const result = await stage.run(
      { path: "src", sbom: "bom.cdx.json", repository, "trivy-report": "trivy.json" },
      { workspace },
    );
    expect(result.results.map(({ target, verdict, counts }) => [target, verdict, counts])).toEqual([
      ["src", "fail", { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 }],
      [repository, "fail", { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 }],
      ["bom.cdx.json", "pass", { critical: 0, high: 0, medium: 1, low: 0, unknown: 0 }],
      [`${registry.host}/debian:1.0 (trivy.json)`, "fail", { critical: 3, high: 3, medium: 3, low: 5, unknown: 2 }],
    ]);
    expect(result.report.findings.find(({ target }) => target === 0)?.path).toBe("package-lock.json");
  });

  it("a repository is cloned by its address", async () => {
    await using server = await serveRepository({ "package-lock.json": LOCK });
    const result = await stage.run({ repository: `${server.url}/app.git` });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "0", high: "1", "image-digest": "" });
    expect(result.report.name).toBe(`${server.url}/app.git`);
    expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    const missing = await stage.run({ repository: `${server.url}/none.git` });
    expect(missing.outputs.reason).toContain("[repository-unavailable]");
  });

  it("a report or an SBOM outside of the workspace, and whatever a link leads out to, are refused unread", async () => {
    const folder = join(stage.nextFolder(), "workspace");
    mkdirSync(folder, { recursive: true });
    const outside = join(stage.folder, "outside");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "bom.cdx.json"), SBOM);
    for (const name of ["link", "image.tar"]) symlinkSync(outside, join(folder, name));
    const sbom = join(outside, "bom.cdx.json");
    const inputs = {
      image: "image.tar\nimage.tar as acme/a:1",
      path: "link",
      sbom: `${sbom}\nlink/bom.cdx.json`,
      "trivy-report": sbom,
    };
    const result = await stage.run(inputs, { workspace: folder });
    expect(result.results.map(({ code }) => code)).toEqual(Array(6).fill("file-outside-workspace"));
    expect(result.log).not.toContain("requests@");
  });

  // Proves: named-not-looked-into
  it("a file that is named alone, and that the scanner passes over, is an error and no pass", async () => {
    const files = { "bom.cdx.json": SBOM, "range.txt": "flask>=1", "package-lock.json": LOCK };
    const result = await stage.run({ path: "bom.cdx.json\nrange.txt\npackage-lock.json" }, { files });
    expect(result.results.map(({ verdict, code }) => code ?? verdict)).toEqual([
      "path-not-read",
      "path-not-read",
      "fail",
    ]);
    const secrets = await stage.run({ path: "range.txt", scanners: "secret" }, { files });
    expect(secrets.outputs.verdict).toBe("pass");
    const both = await stage.run({ path: "bom.cdx.json", scanners: "vuln,secret" }, { files });
    expect(both.outputs.reason).toContain("[path-not-read]");
  });
});

describe("what is in the image", () => {
  it("an end-of-life system is reported loudly, even where the verdict is pass", async () => {
    const result = await stage.run({ ...OPEN, image: `${registry.host}/old:1.0` });
    expect(result.outputs.verdict).toBe("pass");
    expect(messages(result, "warning").join()).toMatch(/debian 10.*past its end of life/);
    expect(result.summary).toMatch(/\[!CAUTION\]\n> .*past its end of life/);
    expect(result.log).toContain("past its end of life");
  });
});
