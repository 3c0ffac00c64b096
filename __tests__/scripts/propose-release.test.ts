import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

// The second half of .github/workflows/scanner-release.yml, on a real Git repository; only `gh` is the test's own.

const SCANNERS = ["trivy", "grype"] as const;
const tableOf = (scanner: string) => `src/scanners/${scanner}/install/release-table.json`;

let folder: TemporaryFolder;
let work: string;
let changes: string;
let ghLog: string;

const git = (...args: string[]) => execFileSync("git", args, { cwd: work, encoding: "utf8" }).trim();
function write(base: string, name: string, text: string): void {
  mkdirSync(dirname(join(base, name)), { recursive: true });
  writeFileSync(join(base, name), text);
}

beforeEach(() => {
  folder = temporaryFolder("propose");
  [work, changes] = [join(folder.path, "work"), join(folder.path, "changes")];
  ghLog = join(folder.path, "gh.log");
  const origin = join(folder.path, "origin.git");
  mkdirSync(work);
  execFileSync("git", ["init", "--quiet", "--bare", origin]);
  git("init", "--quiet", "--initial-branch=main");
  cpSync(join(root, ".github/propose-release.sh"), join(work, ".github/propose-release.sh"));
  for (const name of [...SCANNERS.map(tableOf), "CHANGELOG.md", "dist/index.js", "dist/old.js", "package.json"])
    write(work, name, "before\n");
  git("add", "--all");
  git("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "--quiet", "--message=first");
  git("remote", "add", "origin", origin);
  return () => folder.remove();
});

/** Files that the other job passes on. Names of chunks come from the bundle. */
function verified(scanner = "trivy", version = "0.77.0"): void {
  write(changes, tableOf(scanner), JSON.stringify({ default: version }));
  for (const name of ["CHANGELOG.md", "dist/index.js", "dist/package.@actions.core.lib.core.js"])
    write(changes, name, "after\n");
}

/** @param proposed number of this repository's pull requests in the output of `gh pr list` */
function propose(scanner = "trivy", proposed = 0) {
  const bin = join(folder.path, "bin");
  const gh = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${ghLog}'\nif [ "$1 $2" = 'pr list' ]; then echo ${proposed}; fi\n`;
  write(bin, "gh", gh);
  chmodSync(join(bin, "gh"), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder.path, GH_TOKEN: "x" };
  const args = [".github/propose-release.sh", scanner, changes];
  return spawnSync("bash", args, { cwd: work, env, encoding: "utf8" });
}
const branches = () => git("ls-remote", "--heads", "origin");
const asked = () => (existsSync(ghLog) ? readFileSync(ghLog, "utf8") : "");

describe("proposing a release", () => {
  it.each([
    ["trivy", "Trivy", "aquasecurity/trivy"],
    ["grype", "Grype", "anchore/grype"],
  ])("of %s pushes its files on its own branch and opens a pull request", (scanner, title, repository) => {
    verified(scanner);
    const { status, stderr } = propose(scanner);
    expect(status, stderr).toBe(0);
    expect(branches()).toMatch(new RegExp(`refs/heads/${scanner}-0\\.77\\.0$`));
    expect(git("diff", "--name-status", "main", `${scanner}-0.77.0`).split("\n")).toEqual([
      "M\tCHANGELOG.md",
      "M\tdist/index.js",
      "D\tdist/old.js",
      "A\tdist/package.@actions.core.lib.core.js",
      `M\t${tableOf(scanner)}`,
    ]);
    expect(asked()).toContain(`pr create --head ${scanner}-0.77.0 --title ${title} 0.77.0`);
    expect(asked()).toContain(`https://github.com/${repository}/releases/tag/v0.77.0`);
  });

  it("takes every name that a file of the bundle has", () => {
    verified();
    for (const name of readdirSync(join(root, "dist"))) write(changes, `dist/${name}`, "after\n");
    const { status, stderr } = propose();
    expect(status, stderr).toBe(0);
  });

  it("does nothing if the other job has found no new release, or where it has been proposed before", () => {
    expect(propose()).toMatchObject({ status: 0, stdout: "There is no new release of Trivy.\n" });
    expect(asked()).toBe("");
    verified();
    expect(propose("trivy", 1).status).toBe(0);
    expect(branches()).toBe("");
    expect(asked()).not.toContain("pr create");
  });

  it.each([
    ["a workflow", () => write(changes, ".github/workflows/evil.yml", "on: push")],
    ["a package's file", () => write(changes, "package.json", "{}")],
    ["a source", () => write(changes, "src/index.ts", "")],
    ["another scanner's table", () => write(changes, tableOf("grype"), "{}")],
    ["a file in a folder of dist", () => write(changes, "dist/deep/x.js", "")],
    ["a Git hook", () => write(changes, ".git/hooks/pre-commit", "#!/bin/sh\n")],
    ["a link", () => symlinkSync("/etc/passwd", join(changes, "dist/link.js"))],
    ["a name with a line break", () => write(changes, "dist/a.js\nCHANGELOG.md", "")],
  ])("takes no %s", (_, add) => {
    verified();
    add();
    const { status, stderr } = propose();
    expect(status).toBe(1);
    expect(stderr).toContain("Files that a new release does not change");
    expect(branches()).toBe("");
    expect(asked()).not.toContain("pr create");
  });

  it.each(["", "0.77.0; id", "$(id)", "0.77.0\n0.78.0", "../x", "0.77"])("takes no version %j", (version) => {
    verified("trivy", version);
    expect(propose().status).not.toBe(0);
    expect(asked()).toBe("");
    expect(branches()).toBe("");
  });

  it("takes no scanner that it does not know", () => {
    verified();
    expect(propose("../trivy")).toMatchObject({ status: 1, stderr: "Not a scanner.\n" });
    expect(asked()).toBe("");
  });
});
