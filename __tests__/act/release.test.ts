import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build } from "../../scripts/build.ts";
import { findProgram } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { type FakeReleases, startFakeReleases } from "../support/github/fake-releases.ts";
import { packagesOfTheBuild } from "../support/images/own-packages.ts";
import { answer, bodyOf, type Listening, listen } from "../support/network/http.ts";
import { copyAction, runWorkflow } from "../support/programs/act.ts";
import { writeProgram } from "../support/programs/program.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// .github/workflows/release.yml under a real act: the bundle is rebuilt, packed and gated, and what would be
// published is recorded. Stand-ins: setup-node, artifacts, actions/attest, GitHub's API, and npm's registry.

const VERSION = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version as string;
const TAG = `v${VERSION}`;
const MAJOR = TAG.replace(/\..*$/, "");
const folder = temporaryFolder("act-release");
const at = (...names: string[]) => join(folder.path, ...names);
const workflow = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");

/** The uploads to npm's registry: name of a version to its tarball. */
const packages = new Map<string, Buffer>();
let registry: Listening;
let bed: Bed;
let github: FakeReleases;

/** The registry of one package: npm itself asks it, and sends it what is published. */
async function startRegistry(): Promise<Listening> {
  return listen(async (request, response) => {
    const body = await bodyOf(request);
    if (request.method === "PUT") {
      const { _attachments: files, versions } = JSON.parse(body.toString());
      const [file] = Object.values<{ data: string }>(files);
      packages.set(Object.keys(versions)[0] ?? "", Buffer.from(file?.data ?? "", "base64"));
      return answer(response, 201, "{}");
    }
    if (packages.size === 0) return answer(response, 404, '{"error":"Not found"}');
    const integrity = (bytes: Buffer) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const versions = [...packages].map(([version, bytes]) => [
      version,
      { name: "image-gate", version, dist: { integrity: integrity(bytes), tarball: "http://registry.test/x" } },
    ]);
    const document = { name: "image-gate", "dist-tags": { latest: VERSION }, versions: Object.fromEntries(versions) };
    return answer(response, 200, JSON.stringify(document), { "content-type": "application/json" });
  });
}

/** An action that runs this one program. */
function standIn(name: string, inputs: readonly string[], program: string): string {
  const action = at("actions", name);
  mkdirSync(action, { recursive: true });
  const declared = inputs.map((input) => `  ${input}: { description: x }\n`).join("");
  const file = `name: ${name}\ndescription: x\ninputs:\n${declared}outputs:\n  bundle-path: { description: x }\n`;
  writeFileSync(join(action, "action.yml"), `${file}runs: { using: node24, main: main.cjs }\n`);
  writeFileSync(join(action, "main.cjs"), program);
  return action;
}

/** In place of `npm ci`, which would ask the registry: the same packages, linked. */
const SETUP_NODE = `const { execFileSync } = require("node:child_process");
const to = process.env.GITHUB_WORKSPACE, from = ${JSON.stringify(root)};
const copy = (how) => execFileSync("cp", ["-a", how, "--parents", ...${JSON.stringify(packagesOfTheBuild())}, to], { cwd: from, stdio: "pipe" });
try { copy("--link"); } catch { copy("--force"); }
`;
const ATTEST = `const fs = require("node:fs"), { createHash } = require("node:crypto");
const subjects = process.env["INPUT_SUBJECT-PATH"].trim().split("\\n").flatMap((pattern) => fs.globSync(pattern.trim()));
const said = subjects.map((name) => ({ name, sha256: createHash("sha256").update(fs.readFileSync(name)).digest("hex") }));
fs.writeFileSync(${JSON.stringify(at("attested.json"))}, JSON.stringify(said));
fs.appendFileSync(process.env.GITHUB_OUTPUT, "bundle-path=" + ${JSON.stringify(at("attested.json"))} + "\\n");
`;

let commit = "";
beforeAll(async () => {
  bed = await startTestBed();
  registry = await startRegistry();
  const source = at("source");
  mkdirSync(source);
  const kept = ["src", "scripts", "schema", "LICENSE", "README.md", ".node-version", ".gitignore", ".npmrc"];
  for (const name of [...kept, "package.json", "package-lock.json"])
    cpSync(join(root, name), join(source, name), { recursive: true });
  writeFileSync(join(source, "CHANGELOG.md"), `# Changes\n\n## ${VERSION} (2026-12-01)\n\n- The first version.\n`);
  copyAction(source, bed.inputs);
  await build(join(source, "dist"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.test", ...args], {
      cwd: source,
      encoding: "utf8",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", "https://github.com/acme/image-gate");
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message=release");
  commit = git("rev-parse", "HEAD").trim();

  mkdirSync(at("bin"));
  writeFileSync(at("npmrc"), `//127.0.0.1:${registry.port}/:_authToken=stands-for-trusted-publishing\n`);
  const where = `--registry=http://127.0.0.1:${registry.port} --userconfig=${at("npmrc")} --cache=${at("npm-cache")}`;
  // Its provenance would be signed by Sigstore's public service.
  writeProgram(
    at("bin/npm"),
    `echo "$*" >> ${at("npm-calls")}
case $1 in
  view) exec ${findProgram("npm")} "$@" ${where} ;;
  publish) exec ${findProgram("npm")} "$@" ${where} --provenance=false ;;
  *) exec ${findProgram("npm")} "$@" ;;
esac`,
  );
}, 600_000);
afterAll(async () => {
  await Promise.all([bed?.close(), registry?.close()]);
  folder.remove();
});

beforeEach(async () => {
  github = await startFakeReleases();
  github.state.main.add(commit);
  github.state.runs.push({ sha: commit });
  github.state.tags.set(TAG, commit);
  packages.clear();
  rmSync(at("npm-calls"), { force: true });
  return async () => {
    await github.close();
    expect(github.problems).toEqual([]);
  };
});

let runs = 0;
/** Runs the whole workflow, as GitHub does for a pushed tag. */
async function release(change: (repository: string) => void = () => {}) {
  const here = at(`run-${++runs}`);
  cpSync(at("source"), join(here, "repository"), { recursive: true });
  change(join(here, "repository"));
  const repository = { name: "image-gate", full_name: "acme/image-gate", default_branch: "main" };
  return runWorkflow({
    folder: here,
    workflow,
    event: { name: "push", payload: { ref: `refs/tags/${TAG}`, after: commit, repository } },
    apiUrl: github.url,
    repository: "acme/image-gate",
    path: [at("bin")],
    actions: {
      "actions/setup-node": standIn("setup-node", ["node-version-file", "package-manager-cache"], SETUP_NODE),
      "actions/attest": standIn("attest", ["subject-path"], ATTEST),
    },
  });
}
const npmCalls = () => (existsSync(at("npm-calls")) ? readFileSync(at("npm-calls"), "utf8") : "");
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");

describe("the release workflow", () => {
  it("stops where the network is cut while it publishes, and the next start finishes the half made release", async () => {
    github.fault(/POST .*\/assets\?name=SHA256SUMS/, { reset: true, times: 1 });
    const first = await release();
    expect(first.jobs, first.everything).toMatchObject({
      ...{ check: "success", bundle: "success", gate: "success", attest: "success", publish: "failure" },
    });
    expect(first.everything).toContain("[github-unreachable]");
    expect(github.state.releases).toMatchObject([{ tag_name: TAG, draft: true }]);
    expect([...github.state.tags.keys()]).toEqual([TAG]);
    expect(npmCalls()).not.toContain("publish");

    const second = await release();
    const succeeded = ["check", "bundle", "gate", "attest", "publish", "npm", "major"].map((job) => [job, "success"]);
    expect(second.jobs, second.everything).toEqual(Object.fromEntries(succeeded));
    expect(github.state.releases).toMatchObject([{ tag_name: TAG, draft: false, immutable: true }]);
    expect(github.state.releases[0]?.body).toContain("- The first version.");

    const assets = [...(github.state.releases[0]?.assets.values() ?? [])];
    const bytesOf = (name: string) => assets.find((asset) => asset.name === name)?.bytes ?? Buffer.alloc(0);
    const tarball = `image-gate-${VERSION}.tgz`;
    expect(assets.map(({ name }) => name).sort()).toEqual(
      ["SHA256SUMS", "image-gate.cdx.json", "image-gate.sigstore.json", tarball].sort(),
    );
    const sbom = JSON.parse(bytesOf("image-gate.cdx.json").toString());
    expect(sbom.bomFormat).toBe("CycloneDX");
    expect(sbom.components.map(({ name }: { name: string }) => name)).toContain("zod");

    // The checksums, the attestation, the release and npm's tarball are all about the same bytes.
    const sums = bytesOf("SHA256SUMS").toString();
    const names = readdirSync(at("source/dist"));
    for (const name of names)
      expect(sums).toContain(`${sha256(readFileSync(at("source/dist", name)))}  dist/${name}\n`);
    expect(sums).toContain(`${sha256(bytesOf(tarball))}  ${tarball}\n`);
    const attested: { name: string; sha256: string }[] = JSON.parse(readFileSync(at("attested.json"), "utf8"));
    expect(attested.map(({ name }) => name).sort()).toEqual(
      [...names.map((name) => `dist/${name}`), `out/assets/${tarball}`].sort(),
    );
    expect(attested).toContainEqual({ name: `out/assets/${tarball}`, sha256: sha256(bytesOf(tarball)) });
    expect(npmCalls()).toMatch(/^publish \S+ --provenance --access public --tag latest$/m);
    expect([...packages.keys()]).toEqual([VERSION]);
    expect(packages.get(VERSION)?.equals(bytesOf(tarball))).toBe(true);
    expect(github.state.tags.get(MAJOR)).toBe(MAJOR === "v0" ? undefined : commit);
  }, 900_000);

  it("stops where dist/ is not what the sources build, and publishes nothing", async () => {
    const result = await release((repository) => appendFileSync(join(repository, "dist/index.js"), "\n"));
    expect(result.jobs, result.everything).toMatchObject({ check: "success", bundle: "failure" });
    expect(result.everything).toContain("dist/ is not what the sources build: index.js");
    expect(github.changes).toEqual([]);
    expect(npmCalls()).not.toContain("publish");
  }, 600_000);

  it("builds nothing for a tag on a commit outside of main", async () => {
    github.state.main.clear();
    const result = await release();
    expect(result.jobs, result.everything).toMatchObject({ check: "failure" });
    expect(Object.values(result.jobs)).not.toContain("success");
    expect(result.annotations).toEqual([
      {
        level: "error",
        title: "Release",
        message: expect.stringContaining(`[commit-not-on-main] The commit ${commit}`),
      },
    ]);
    expect(github.changes).toEqual([]);
  }, 300_000);
});
