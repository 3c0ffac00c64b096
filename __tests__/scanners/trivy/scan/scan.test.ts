import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ScanResult, Target } from "../../../../src/domain/target.ts";
import { LayerCache } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
import * as images from "../../../support/images/images.ts";
import { log4jJar } from "../../../support/images/jars.ts";
import { buildArtifact, buildImage, writeLayout } from "../../../support/images/oci.ts";
import { debianBase } from "../../../support/images/packages.ts";
import { type Podman, startPodman } from "../../../support/programs/podman.ts";
import { type Registry, startRegistry } from "../../../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { type OneScan, type TrivyBed, trivyBed } from "../../../support/runs/scans.ts";
import { type TestWorld, testWorld } from "../world.ts";

const whole = temporaryFolder("scan");
let bed: TrivyBed;
let registry: Registry;

beforeAll(async () => {
  bed = await trivyBed(whole.path);
  registry = await startRegistry();
  registry.add("app", "1.0", images.debian12());
  registry.add(
    "artifact",
    "1.0",
    buildArtifact({ title: "x", layerType: "application/octet-stream", files: [{ path: "a", data: "b" }] }),
  );
});
afterAll(async () => {
  await registry.close();
  whole.remove();
});

let folder: TemporaryFolder;
let world: TestWorld;
let layers: LayerCache;
let javaAsked: number;
beforeEach(() => {
  folder = temporaryFolder("scan");
  world = testWorld(folder.path);
  layers = new LayerCache(join(world.runFolder, "cache"));
  javaAsked = 0;
  registry.clearFaults();
  registry.requests.length = 0;
});
afterEach(() => folder.remove());

const image = (input: string, platform?: string): Target => ({ kind: "image", input, platform, label: input });
function scan(target: Target, overrides: Partial<OneScan> = {}): Promise<ScanResult> {
  const javaDatabase = async () => {
    javaAsked++;
    return bed.java;
  };
  return bed.scan(target, world, { javaDatabase, layers, reportFile: reportFile(), ...overrides });
}
const reportFile = () => join(world.runFolder, "report.json");
const ids = ({ findings }: ScanResult) => findings.map((finding) => finding.id).sort();
const save = (name: string, each: Parameters<typeof images.saveImage>[1]) =>
  images.saveImage(join(world.workspace, name), each);
const failed = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error) => error,
  );

describe("a scan of files", () => {
  it("finds the hidden jar below a Python package, in its layer, by its instruction", async () => {
    save("app.tar", images.python());
    const result = await scan(image("app.tar"));
    const log4j = result.findings.filter((finding) => finding.package?.name.includes("log4j"));
    expect(log4j.map((finding) => finding.id).sort()).toEqual([
      "CVE-2021-44228",
      "CVE-2021-44832",
      "CVE-2021-45046",
      "CVE-2021-45105",
    ]);
    expect(log4j[0]).toMatchObject({
      kind: "vulnerability",
      severity: "CRITICAL",
      path: images.HIDDEN_JAR,
      owner: { ecosystem: "Python", name: "sparkly", version: "1.0.0" },
      layer: { number: 4, instruction: "RUN pip install --no-cache-dir -r requirements.txt" },
      fixedVersions: ["2.15.0", "2.12.2", "2.3.1"],
    });
    expect(result.artifact).toMatchObject({
      names: ["app.tar"],
      claims: ["example.test/app:1.0"],
      os: { family: "debian", name: "12.8", endOfLife: false },
      platform: "linux/amd64",
      layers: 5,
    });
    expect(result.provenance).toMatchObject({ source: "a `docker save` tar", scannerVersion: "0.76.0" });
  });

  it("asks for the Java database once, before Trivy starts, and only if there is a jar", async () => {
    save("none.tar", images.debian12());
    save("jar.tar", images.python({ withNopomJar: true }));
    await scan(image("none.tar"));
    expect(javaAsked).toBe(0);
    expect(ids(await scan(image("jar.tar")))).toContain("CVE-2099-5001");
    expect(javaAsked).toBe(1);
    const starts = () =>
      world.lines.filter((line) => line === "group: Trivy: jar.tar" || /scanned once more/.test(line));
    expect(starts()).toEqual(["group: Trivy: jar.tar"]);
    await scan(image("jar.tar"));
    expect(javaAsked).toBe(1);
    expect(starts()).toHaveLength(2);
  });

  it("looks again, with the Java database, at a jar that only a lower layer has", async () => {
    const jar = { path: "opt/app/log4j-core-2.14.1.jar", data: log4jJar() };
    const layersOf = [
      { createdBy: "ADD", files: [...debianBase([]), jar] },
      { createdBy: "RUN rm", files: [{ path: "opt/app/.wh.log4j-core-2.14.1.jar", data: "" }] },
    ];
    images.saveImage(join(world.workspace, "hidden.tar"), buildImage(layersOf));
    const without = scan(image("hidden.tar"), { javaDatabase: () => Promise.reject(new Error("no database")) });
    await expect(without).rejects.toThrow("no database");
    await scan(image("hidden.tar"));
    expect(javaAsked).toBe(1);
    expect(world.lines.filter((line) => line.includes("scanned once more"))).toEqual([
      "info: hidden.tar has jars: it is scanned once more, with the Java database. An error from Trivy above means only that.",
    ]);
  });

  it("passes on why the Java database is missing", async () => {
    save("jar.tar", images.python());
    const javaDatabase = () => Promise.reject(new Error("no database"));
    await expect(scan(image("jar.tar"), { javaDatabase })).rejects.toThrow("no database");
  });

  it("reads an OCI layout folder, with and without a tag", async () => {
    writeLayout(join(world.workspace, "layout"), images.alpine(), "1.0");
    for (const input of ["./layout", "layout", "./layout:1.0"]) {
      const result = await scan(image(input));
      expect(result.findings).toHaveLength(6);
      expect(result.provenance.source).toBe("an OCI layout folder");
    }
  });

  it("refuses a layout of several images if nothing says which, as Trivy would scan the first alone", async () => {
    writeLayout(join(world.workspace, "multi"), images.multiArchitecture(), "1.0");
    for (const input of ["./multi", "./multi:1.0"])
      await expect(scan(image(input))).rejects.toMatchObject({
        code: "image-ambiguous",
        what: expect.stringMatching(/linux\/amd64.*linux\/arm64/),
        byInput: { platform: expect.stringContaining("`platform`") },
      });
  });

  it("tells a layout's images by their tags, even if all are of the platform that is asked for", async () => {
    const layout = join(world.workspace, "tags");
    const entries = [images.alpine(), images.debian12()].map((artifact, number) => {
      writeLayout(layout, artifact, `${number}.0`);
      const [entry] = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")).manifests;
      return entry;
    });
    const list = (manifests: unknown[]) =>
      writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
    list(entries);
    for (const platform of [undefined, "linux/amd64"])
      await expect(scan(image("./tags", platform))).rejects.toMatchObject({
        code: "image-ambiguous",
        what: expect.stringMatching(/:0\.0.*:1\.0/),
      });
    expect((await scan(image("./tags:1.0"))).findings).toHaveLength(16);
    // The same image twice counts once, and an attestation is not an image, unless an engine may run it.
    const [alpine, debian] = entries;
    const platform = { os: "unknown", architecture: "unknown" };
    const attestation = { ...debian, annotations: { "vnd.docker.reference.type": "attestation-manifest" } };
    list([alpine, { ...alpine, annotations: {} }, { ...attestation, platform }]);
    expect((await scan(image("./tags"))).findings).toHaveLength(6);
    list([alpine, attestation]);
    await expect(scan(image("./tags"))).rejects.toMatchObject({ code: "image-ambiguous" });
  });

  it("says that an image without anything in it has no findings and no packages", async () => {
    save("scratch.tar", images.scratch());
    expect(await scan(image("scratch.tar"))).toMatchObject({ findings: [], artifact: { packages: 0 } });
  });

  it("says that the operating system has ended", async () => {
    save("old.tar", images.endOfLife());
    expect((await scan(image("old.tar"))).artifact.os?.endOfLife).toBe(true);
  });

  // Proves: build-arguments-environment-variables
  it("finds secrets, and leaves what they are in the job", async () => {
    save("secret.tar", images.secret());
    const result = await scan(image("secret.tar"), { scanners: ["secret"], database: undefined });
    expect(ids(result)).toEqual(["aws-access-key-id", "github-pat", "private-key"]);
    expect(result.findings[0]).toMatchObject({ kind: "secret", path: "app/.env", line: 1 });
    const text = readFileSync(reportFile(), "utf8");
    expect(text).not.toContain('"Match"');
    expect(text).not.toContain('"Code"');
  });

  it("finds misconfigurations with the checks that are built in, without a request", async () => {
    writeFileSync(join(world.workspace, "Dockerfile"), "FROM alpine:latest\nRUN apk add x\n");
    const result = await scan({ kind: "path", input: ".", label: "." }, { scanners: ["misconfig"] });
    expect(ids(result)).toContain("DS-0001");
    expect(result.findings.every((finding) => finding.path === "Dockerfile")).toBe(true);
    expect(result.findings.find((finding) => finding.id === "DS-0001")?.line).toBe(1);
  });

  it("leaves in the job what a misconfigured instruction holds", async () => {
    const lines = [
      "FROM alpine:3.20",
      "ENV API_TOKEN=hunter2-value",
      "RUN sudo curl -H 'x: hunter2-value' example.test",
    ];
    writeFileSync(join(world.workspace, "Dockerfile"), lines.join("\n"));
    const result = await scan({ kind: "path", input: ".", label: "." }, { scanners: ["misconfig"] });
    expect(result.findings.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 3]));
    expect(readFileSync(reportFile(), "utf8") + JSON.stringify(result)).not.toContain("hunter2-value");
  });

  it("finds licences", async () => {
    save("app.tar", images.python());
    const result = await scan(image("app.tar"), { scanners: ["license"], database: undefined });
    expect(result.findings.find((finding) => finding.package?.name === "sparkly")).toMatchObject({
      kind: "license",
      id: "MIT",
      package: { version: "1.0.0", type: "python-pkg" },
    });
  });

  it("finds what a lock file pins, at the lock file's path, but not in folders that are left out", async () => {
    const lock = (name: string) => {
      mkdirSync(join(world.workspace, name));
      writeFileSync(join(world.workspace, name, "requirements.txt"), "requests==2.31.0\n");
    };
    lock("a,b");
    lock("c");
    const target: Target = { kind: "path", input: ".", label: "." };
    const paths = async (skipDirs: string[]) => (await scan(target, { skipDirs })).findings.map(({ path }) => path);
    expect(await paths([])).toEqual(["a,b/requirements.txt", "c/requirements.txt"]);
    expect(await paths(["a,b"])).toEqual(["c/requirements.txt"]);
  });

  it.each(["path", "repository"] as const)(
    "leaves out of a subfolder as %s what is named from the workspace",
    async (kind) => {
      for (const name of ["app", "app/vendor", "app/lib", "app/lib/gen"]) {
        mkdirSync(join(world.workspace, name));
        writeFileSync(join(world.workspace, name, "requirements.txt"), "requests==2.31.0\n");
      }
      const target: Target = { kind, input: "app", label: "app" };
      const run = (overrides: Partial<OneScan>) => scan(target, overrides);
      const paths = async (overrides: Partial<OneScan>) => (await run(overrides)).findings.map(({ path }) => path);
      const [root, lib, gen, vendor] = ["", "lib/", "lib/gen/", "vendor/"].map((name) => `${name}requirements.txt`);
      expect(await paths({})).toEqual([gen, lib, root, vendor]);
      expect(await paths({ skipDirs: ["./app/vendor/", "app/*/gen"] })).toEqual([lib, root]);
      expect(await paths({ skipDirs: [join(world.workspace, "app/lib")] })).toEqual([root, vendor]);
      expect(await paths({ skipDirs: ["**/gen", "vendor"] })).toEqual([lib, root]);
      expect(await paths({ skipFiles: ["app/lib/requirements.txt"] })).toEqual([gen, root, vendor]);
      expect((await run({ skipDirs: ["app/lib"] })).provenance.skipped).toEqual(["app/lib"]);
    },
  );

  it("scans an SBOM for what can be found in one, and says so", async () => {
    const components = [{ type: "library", name: "requests", version: "2.31.0", purl: "pkg:pypi/requests@2.31.0" }];
    const sbom = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1, components };
    writeFileSync(join(world.workspace, "sbom.json"), JSON.stringify(sbom));
    const target: Target = { kind: "sbom", input: "sbom.json", label: "sbom.json" };
    const result = await scan(target, { scanners: ["vuln", "secret", "misconfig"] });
    expect(ids(result)).toEqual(["CVE-2099-3001"]);
    expect(result.provenance.scanners).toEqual(["vuln"]);
    await expect(scan(target, { scanners: ["secret", "misconfig"] })).rejects.toMatchObject({
      code: "sbom-scanners",
      what: expect.stringContaining("`vuln` and `license` only"),
    });
  });

  it("shows no build argument, neither in the findings nor in the report", async () => {
    save("leaky.tar", images.leakyHistory());
    const result = await scan(image("leaky.tar"));
    const text = readFileSync(reportFile(), "utf8") + JSON.stringify(result);
    for (const value of Object.values(images.LEAKED)) expect(text).not.toContain(value);
    const instructions = new Set(result.findings.map((finding) => finding.layer?.instruction));
    expect([...instructions].sort()).toEqual(["RUN apt-get install -y openssl", "RUN curl -u ***", "RUN npm install"]);
  });

  // Proves: trivy-reads-no-file
  it("is not changed by what is in the workspace or the environment", async () => {
    save("app.tar", images.debian12());
    const plain = ids(await scan(image("app.tar")));
    writeFileSync(join(world.workspace, ".trivyignore"), plain.join("\n"));
    writeFileSync(join(world.workspace, "trivy.yaml"), "severity: [LOW]\nvulnerability:\n  ignore-unfixed: true\n");
    Object.assign(world.env, { TRIVY_SEVERITY: "LOW", TRIVY_IGNOREFILE: join(world.workspace, ".trivyignore") });
    expect(ids(await scan(image("app.tar")))).toEqual(plain);
    expect(plain).toHaveLength(16);
  });

  it("leaves nothing but the report, readable by its owner", async () => {
    save("app.tar", images.alpine());
    writeFileSync(reportFile(), "old");
    await scan(image("app.tar"));
    expect(JSON.parse(readFileSync(reportFile(), "utf8")).SchemaVersion).toBe(2);
    expect(readdirSync(join(world.runFolder, "private")).filter((name) => name.startsWith("scan-"))).toEqual([]);
    expect(readdirSync(world.workspace)).toEqual(["app.tar"]);
  });
});

describe("a scan from a registry", () => {
  it("tells the digest, the image's id and that it came from the registry", async () => {
    const reference = `${registry.host}/app:1.0`;
    const { artifact, provenance } = await scan(image(reference));
    expect(artifact.names).toEqual([reference]);
    expect(artifact.referenceDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(artifact.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(provenance.source).toBe("the registry");
    const byDigest = await scan(image(`${registry.host}/app@${artifact.referenceDigest}`));
    expect(byDigest.artifact.referenceDigest).toBe(artifact.referenceDigest);
  });

  it.each([
    ["app:2.0", {}, "image-not-found", "load: true"],
    ["nope:1.0", {}, "image-not-found", "load: true"],
    ["artifact:1.0", {}, "image-unreadable", "name and tag"],
    ["app:1.0", { status: 401 }, "image-denied", "docker login"],
    ["app:1.0", { status: 403 }, "image-denied", "docker login"],
    ["app:1.0", { status: 429 }, "registry-rate-limit", "docker login"],
    ["app:1.0", { status: 503 }, "registry-unreachable", "port 443"],
    ["app:1.0", { reset: true }, "registry-broken-off", "proxies, mirrors"],
  ])("of %s with the fault %j is %s", async (name, fault, code, remedy) => {
    if (Object.keys(fault).length > 0) registry.fault(/manifests/, fault);
    const error = await failed(scan(image(`${registry.host}/${name}`)));
    expect(error).toMatchObject({ code, remedy: expect.stringContaining(remedy) });
    expect(error.what).toContain(name);
  });

  it("ends when the run is cancelled, and leaves no report", async () => {
    registry.fault(/./, { hang: true });
    const work = scan(image(`${registry.host}/app:1.0`));
    setTimeout(() => world.abort(), 300);
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
    expect(existsSync(reportFile())).toBe(false);
  });
});

describe("a scan from this machine", () => {
  let podman: Podman | undefined;
  const local = temporaryFolder("pod");
  beforeAll(async () => {
    podman = await startPodman(local.path);
    await podman?.load(images.saveImage(join(local.path, "a.tar"), images.alpine(), ["localhost/mine:dev"]));
  });
  afterAll(async () => {
    await podman?.close();
    local.remove();
  });

  it("finds what was just built, and says where", async (context) => {
    if (podman === undefined) return context.skip("there is no Podman");
    Object.assign(world.env, { DOCKER_HOST: podman.dockerHost });
    const { findings, provenance } = await scan(image("localhost/mine:dev"));
    expect(findings).toHaveLength(6);
    expect(provenance.source).toBe("the local Docker");
  });
});

describe("what is not a target", () => {
  it.each<[Target["kind"], string, string]>([
    ["image", "missing.tar", "image-missing"],
    ["image", "text.tar", "image-unreadable"],
    ["path", "missing", "path-missing"],
    ["sbom", "missing.json", "file-missing"],
    ["sbom", "text.json", "sbom-unreadable"],
    ["repository", "https://127.0.0.1:1/acme/app", "repository-unavailable"],
  ])("as %s %s is an error that says so", async (kind, input, code) => {
    for (const name of ["text.tar", "text.json"]) writeFileSync(join(world.workspace, name), "this is text");
    const error = await failed(scan({ kind, input, label: input }));
    expect(error).toMatchObject({ name: "GateError", code });
    expect(error.what).toContain(input);
  });
});

describe("a Trivy that misbehaves", () => {
  function fake(script: string): Partial<OneScan> {
    const path = join(folder.path, "trivy");
    const output = `for a; do case $a in --output=*) out=\${a#--output=};; esac; done`;
    writeFileSync(path, `#!/bin/sh\n${output}\n${script}\n`);
    chmodSync(path, 0o755);
    return { trivy: { path, version: "0.76.0", origin: "given binary" } };
  }
  const misbehave = (script: string, more: Partial<OneScan> = {}) => {
    save("app.tar", images.alpine());
    return failed(scan(image("app.tar"), { ...fake(script), ...more }));
  };

  const fatal = (text: string) => `printf 'x\\tFATAL\\tFatal error\\t${text}\\n' >&2; exit 1`;
  const PANIC = "echo 'panic: assertion failed: Page expected to be: 70' >&2; exit 2";

  // Proves: missing-old-half-report
  it.each([
    ["writes nothing", "exit 0", "report-missing"],
    ["writes an empty file", ': > "$out"', "report-invalid"],
    ["writes half a report", `printf '{"SchemaVersion": 2, "Results": [' > "$out"`, "report-invalid"],
    ["writes garbage", 'echo garbage > "$out"', "report-invalid"],
    ["writes another schema", `echo '{"SchemaVersion": 3}' > "$out"`, "report-schema-unknown"],
    ["writes another report", `echo '{"ID": "docker-cis", "Title": "x"}' > "$out"`, "report-unsupported"],
    ["fails silently", "exit 9", "trivy-failed"],
    ["is killed", "kill -KILL $$", "out-of-memory"],
    ["is ended by somebody", "kill -TERM $$", "trivy-killed"],
    ["panics on a broken database", PANIC, "database-unusable"],
    ["runs out of memory", "echo 'fatal error: failed to reserve page summary memory' >&2; exit 2", "out-of-memory"],
    ["knows another flag", fatal("unknown flag: --list-all-pkgs"), "trivy-flags-unknown"],
    ["finds the disk full", fatal("write /x: no space left on device"), "disk-full"],
  ])("and %s is its own error", async (_, script, code) => {
    expect(await misbehave(script)).toMatchObject({ name: "GateError", code });
    expect(existsSync(reportFile())).toBe(false);
  });

  it("and hangs is ended at the deadline", async () => {
    expect(await misbehave("sleep 60", { timeoutMs: 300 })).toMatchObject({ code: "scan-timeout" });
  });

  it("and is silent about a login within an address", async () => {
    const error = await misbehave(fatal("GET https://me:hidden@host/x: odd"));
    expect(error.message).not.toContain("hidden");
  });

  it("and writes without end fills neither log nor memory", async () => {
    await misbehave("yes '::error::forged' | head -n 200000 >&2; exit 1");
    expect(world.lines.length).toBeLessThan(80);
    expect(world.lines.at(-1)).toBe("end");
    expect(world.lines.at(-2)).toMatch(/199,940 more lines/);
  });
});
