import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";

// The second half of .github/workflows/trivy-release.yml, on a real Git repository; only `gh` is one of the test's own.

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
  cpSync(join(root, ".github/propose-trivy.sh"), join(work, ".github/propose-trivy.sh"));
  for (const name of [
    "src/scanners/trivy/install/release-table.json",
    "CHANGELOG.md",
    "dist/index.js",
    "dist/old.js",
    "package.json",
  ])
    write(work, name, "before\n");
  git("add", "--all");
  git("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "--quiet", "--message=first");
  git("remote", "add", "origin", origin);
  for (const name of ["src/scanners/trivy/install/release-table.json", "CHANGELOG.md", "dist/index.js", "dist/new.js"])
    write(changes, name, "after\n");
});
afterEach(() => folder.remove());

/** `proposed`: how many pull requests of this repository `gh pr list` finds. */
function propose(version = "0.77.0", proposed = 0) {
  const bin = join(folder.path, "bin");
  const gh = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${ghLog}'\nif [ "$1 $2" = 'pr list' ]; then echo ${proposed}; fi\n`;
  write(bin, "gh", gh);
  chmodSync(join(bin, "gh"), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder.path, VERSION: version, GH_TOKEN: "x" };
  return spawnSync("bash", [".github/propose-trivy.sh", changes], { cwd: work, env, encoding: "utf8" });
}
const branches = () => git("ls-remote", "--heads", "origin");
const asked = () => (existsSync(ghLog) ? readFileSync(ghLog, "utf8") : "");

describe("proposing a release", () => {
  it("pushes the files of the release on a branch of its own and opens a pull request", () => {
    const { status, stderr } = propose();
    expect(status, stderr).toBe(0);
    expect(branches()).toMatch(/refs\/heads\/trivy-0\.77\.0$/);
    expect(git("diff", "--name-status", "main", "trivy-0.77.0").split("\n")).toEqual([
      "M\tCHANGELOG.md",
      "M\tdist/index.js",
      "A\tdist/new.js",
      "D\tdist/old.js",
      "M\tsrc/scanners/trivy/install/release-table.json",
    ]);
    expect(asked()).toMatch(/^pr create --head trivy-0\.77\.0 --title Trivy 0\.77\.0/m);
  });

  it("does nothing where it has been proposed before", () => {
    expect(propose("0.77.0", 1).status).toBe(0);
    expect(branches()).toBe("");
    expect(asked()).not.toContain("pr create");
  });

  it.each([
    ["a workflow", () => write(changes, ".github/workflows/evil.yml", "on: push")],
    ["a package's file", () => write(changes, "package.json", "{}")],
    ["a source", () => write(changes, "src/index.ts", "")],
    ["a file in a folder of dist", () => write(changes, "dist/deep/x.js", "")],
    ["a Git hook", () => write(changes, ".git/hooks/pre-commit", "#!/bin/sh\n")],
    ["a link", () => symlinkSync("/etc/passwd", join(changes, "dist/link.js"))],
    ["a name with a line break", () => write(changes, "dist/a.js\nCHANGELOG.md", "")],
  ])("takes no %s", (_, add) => {
    add();
    const { status, stderr } = propose();
    expect(status).toBe(1);
    expect(stderr).toContain("Files that a new release does not change");
    expect(branches()).toBe("");
    expect(asked()).not.toContain("pr create");
  });

  it.each(["", "0.77.0; id", "$(id)", "0.77.0\n0.78.0", "../x", "0.77"])("takes no version %j", (version) => {
    expect(propose(version).status).not.toBe(0);
    expect(asked()).toBe("");
    expect(branches()).toBe("");
  });
});
