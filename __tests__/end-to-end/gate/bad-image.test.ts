import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { arm64, debian12, multiArchitecture, python } from "../../support/images/images.ts";
import { buildArtifact, type Image, writeLayout } from "../../support/images/oci.ts";
import { tar } from "../../support/images/tar.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const at = (name: string) => join(workspace, name);
/** A file that a shell would create if one ran. */
const trap = () => join(stage.folder, "trap");

const stage = await shared(openStage("bad-image"));
const { host } = stage.bed.registry;
const workspace = join(stage.folder, "workspace");
mkdirSync(workspace);
const { registry } = stage.bed;
registry.add("team/app", "1", debian12());
registry.add("team/arm", "1", arm64());
registry.add("team/multi", "1", multiArchitecture());
registry.add("private/app", "1", debian12());
registry.requireLogin(/^private\//, { username: "somebody", password: "else" });
const signature = { title: "sbom.json", layerType: "application/spdx+json", files: [] };
registry.add("team/sbom", "1", buildArtifact(signature));

/** The codes of the targets' errors, in order. No target passes. */
async function codesOf(image: string, inputs: Readonly<Record<string, string>> = {}) {
  const result = await stage.run({ image, ...inputs }, { workspace });
  expect(result.outputs).toMatchObject({ verdict: "error", critical: "", accepted: "" });
  for (const target of result.results) expect(target.verdict).toBe("error");
  return { codes: result.results.map(({ code }) => code), result };
}

describe("a reference", () => {
  it("that does not exist, is private, another artifact, a flag, or for a shell: `error` with what to do", async () => {
    const cases = [
      [`${host}/team/none:1`, "image-not-found", "load: true"],
      [`${host}/private/app:1`, "image-denied", "docker login"],
      [`${host}/team/sbom:1`, "image-unreadable", "signatures, SBOMs"],
      [`--output=${trap()}`, "reference-invalid", "registry/name:tag"],
      [`$(touch\${IFS}${trap()})`, "reference-invalid", "registry/name:tag"],
    ];
    const { codes, result } = await codesOf(cases.map(([image]) => image).join("\n"));
    expect(codes).toEqual(cases.map(([, code]) => code));
    for (const [, , remedy] of cases) expect(result.summary).toContain(remedy);
    expect(existsSync(trap())).toBe(false);
  });

  it("that does not exist leads once to the page of errors of the commit that ran, in log and summary", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const env = { GITHUB_ACTION_REPOSITORY: "OWNER/image-gate", GITHUB_ACTION_REF: commit };
    const { log, summary } = await stage.run({ image: `${host}/team/none:1` }, { workspace, env });
    const page = `https://github.com/OWNER/image-gate/blob/${commit}/docs/errors.md#image-not-found`;
    for (const text of [log, summary]) expect(text.split(page)).toHaveLength(2);
  });
});

describe("a tar", () => {
  it("that is anything else is an error: text, nothing, an empty archive, a folder, a pipe, a device, a link out", async () => {
    writeFileSync(at("text.tar"), "root:x:0:0 is not for you\n");
    writeFileSync(at("nothing.tar"), "");
    writeFileSync(at("empty.tar"), tar([]));
    mkdirSync(at("folder.tar"));
    expect((await finish("mkfifo", [at("pipe.tar")])).code).toBe(0);
    symlinkSync("/etc/passwd", at("link.tar"));
    symlinkSync("/nowhere", at("dangling.tar"));
    const names = [
      "text.tar",
      "nothing.tar",
      "empty.tar",
      "folder.tar",
      "pipe.tar",
      "/dev/zero",
      "link.tar",
      "dangling.tar",
    ];
    const { codes, result } = await codesOf(names.join("\n"));
    expect(codes).toEqual([
      ...Array(4).fill("image-unreadable"),
      ...Array(2).fill("image-missing"),
      "file-outside-workspace",
      "image-missing",
    ]);
    for (const text of [result.log, result.summary, JSON.stringify(result.report)])
      expect(text).not.toContain("root:x:0");
  });

  it("that is cut off is an error, or still has everything: never fewer findings", async () => {
    const image = python();
    const whole = manifestFirst(image);
    writeFileSync(at("whole.tar"), whole);
    const unlimited = { "max-critical": "unlimited", "max-high": "unlimited" };
    const { report } = await stage.run({ image: "whole.tar", ...unlimited }, { workspace });
    const cuts = Array.from({ length: 16 }, (_, part) => Math.floor((whole.length * (part + 1)) / 17 / 512) * 512);
    for (const cut of cuts) writeFileSync(at(`cut-${cut}.tar`), whole.subarray(0, cut));
    const zipped = gzipSync(whole);
    writeFileSync(at("cut.tar.gz"), zipped.subarray(0, zipped.length - 600));
    const images = [...cuts.map((cut) => `cut-${cut}.tar`), "cut.tar.gz"];
    const result = await stage.run({ image: images.join("\n"), ...unlimited }, { workspace });
    const judged = result.report.targets.filter(({ verdict }) => verdict !== "error");
    expect(judged.length).toBeLessThan(4);
    expect(result.report.findings.length).toBe(judged.length * report.findings.length);
    const codes = new Set(result.results.map(({ code }) => code));
    expect(codes.has("image-damaged")).toBe(true);
    expect(
      [...codes].filter((code) => code !== undefined && !/^image-(damaged|unreadable)$|^trivy-failed$/.test(`${code}`)),
    ).toEqual([]);
  });
});

describe("an OCI layout", () => {
  /** The layout with its newest layer cut to this many bytes. */
  function layout(name: string, image: Image, bytes: number): string {
    const layers = [...image.blobs].filter(([, blob]) => blob[0] === 0x1f);
    const [digest = "", blob = Buffer.alloc(0)] = layers.at(-1) ?? [];
    writeLayout(at(name), image, "1");
    writeFileSync(at(`${name}/blobs/sha256/${digest.slice(7)}`), blob.subarray(0, bytes));
    return `./${name}`;
  }

  it("without its blobs' full size is an error, which Trivy would not see", async () => {
    const image = debian12();
    const names = [layout("none", image, 0), layout("some", image, 200), `${layout("tagged", image, 0)}:1`];
    const { codes, result } = await codesOf(names.join("\n"));
    expect(codes).toEqual(Array(3).fill("image-damaged"));
    expect(result.summary).toContain("0 bytes instead of");
  });

  it("with an index of nothing is an error", async () => {
    for (const [name, text] of Object.entries({
      bare: "{}",
      hollow: '{"schemaVersion":2,"manifests":[]}',
      text: "no",
    })) {
      mkdirSync(at(name));
      writeFileSync(at(`${name}/index.json`), text);
    }
    const { codes } = await codesOf("./bare\n./hollow\n./text");
    expect(codes).toEqual(["image-inconsistent", "image-inconsistent", "image-inconsistent"]);
  });
});

describe("another target", () => {
  it("that is missing, empty or not what it should be is an error", async () => {
    const own = join(stage.nextFolder(), "workspace");
    mkdirSync(own, { recursive: true });
    mkdirSync(join(own, "empty/.git"), { recursive: true });
    for (const name of ["sbom.json", "report.json"]) writeFileSync(join(own, name), "root:x:0:0 is not for you");
    for (const name of ["sbom-link.json", "report-link.json"]) symlinkSync("/proc/self/environ", join(own, name));
    const inputs = {
      path: "empty\nnone",
      repository: "--upload-pack=x\next::sh -c x\nnone",
      sbom: "sbom.json\nsbom-link.json",
      "trivy-report": "report.json\nreport-link.json",
    };
    const result = await stage.run(inputs, { workspace: own });
    expect(result.results.map(({ code }) => code)).toEqual([
      ...["path-empty", "path-missing"],
      ...["reference-invalid", "reference-invalid", "path-missing"],
      ...["sbom-unreadable", "file-outside-workspace"],
      ...["report-invalid", "file-outside-workspace"],
    ]);
    for (const text of [result.log, result.summary, JSON.stringify(result.report)])
      expect(text).not.toMatch(/root:x:0|INPUT_TOKEN/);
  });
});

/** The worst order for a cut: the list of layers is whole, the layers are not. */
function manifestFirst(image: Image): Buffer {
  const layers = image.layers.map((data, index) => ({ path: `${index}/layer.tar`, data }));
  const manifest = [{ Config: "config.json", RepoTags: ["a:1"], Layers: layers.map(({ path }) => path) }];
  return tar([
    { path: "manifest.json", data: JSON.stringify(manifest) },
    { path: "config.json", data: image.config },
    ...layers,
  ]);
}
