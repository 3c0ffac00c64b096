import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

// The second half of .github/workflows/bundle.yml, on a real Git repository; only `gh` is the test's own.

const BRANCH = "dependabot/npm_and_yarn/production-0123456789";

let folder: TemporaryFolder;
let work: string;
let bundle: string;

const git = (...args: string[]) => execFileSync("git", args, { cwd: work, encoding: "utf8" }).trim();
const commit = (message: string) =>
  git("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "--quiet", "--all", `--message=${message}`);
const write = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

beforeEach(() => {
  folder = temporaryFolder("bundle");
  [work, bundle] = [join(folder.path, "work"), join(folder.path, "bundle")];
  const origin = join(folder.path, "origin.git");
  execFileSync("git", ["init", "--quiet", "--bare", origin]);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", work]);
  cpSync(join(root, ".github/commit-bundle.sh"), join(work, ".github/commit-bundle.sh"));
  for (const name of ["dist/index.js", "dist/old.js", "package-lock.json"]) write(join(work, name), "before\n");
  git("add", "--all");
  commit("first");
  git("remote", "add", "origin", origin);
  git("switch", "--quiet", "--create", BRANCH);
  write(join(work, "package-lock.json"), "newer\n");
  commit("newer packages");
  git("push", "--quiet", "origin", "main", BRANCH);
  git("switch", "--quiet", "main");
  for (const name of ["index.js", "package.@actions.core.lib.core.js", "licenses.txt"])
    write(join(bundle, name), "after\n");
  return () => folder.remove();
});

const head = () => git("ls-remote", "origin", `refs/heads/${BRANCH}`).split("\t")[0] ?? "";

function commitBundle(branch = BRANCH, of = head()) {
  const bin = join(folder.path, "bin");
  write(join(bin, "gh"), "#!/bin/sh\n");
  chmodSync(join(bin, "gh"), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder.path, GH_TOKEN: "x", TMPDIR: folder.path };
  return spawnSync("bash", [".github/commit-bundle.sh", branch, of, bundle], { cwd: work, env, encoding: "utf8" });
}

describe("a bundle for a pull request of Dependabot", () => {
  it("is one commit on its branch, in which only dist/ changes", () => {
    const before = head();
    const { status, stderr } = commitBundle();
    expect(status, stderr).toBe(0);
    git("fetch", "--quiet", "origin", BRANCH);
    expect(git("rev-parse", "FETCH_HEAD^")).toBe(before);
    expect(git("diff", "--name-status", before, "FETCH_HEAD").split("\n")).toEqual([
      "M\tdist/index.js",
      "A\tdist/licenses.txt",
      "D\tdist/old.js",
      "A\tdist/package.@actions.core.lib.core.js",
    ]);
  });

  it("makes no commit if it is there already", () => {
    commitBundle();
    const before = head();
    expect(commitBundle()).toMatchObject({ status: 0, stdout: "dist/ is already current.\n" });
    expect(head()).toBe(before);
  });

  it("may have every name that a file of the bundle has", () => {
    for (const name of readdirSync(join(root, "dist"))) write(join(bundle, name), "after\n");
    expect(commitBundle().status).toBe(0);
  });

  it.each([
    ["a file of another kind", () => write(join(bundle, "x.sh"), "")],
    ["a folder", () => write(join(bundle, "deep/x.js"), "")],
    ["a link", () => symlinkSync("/etc/passwd", join(bundle, "link.js"))],
    ["a name with a line break", () => write(join(bundle, "a.js\nb.js"), "")],
  ])("is refused with %s", (_, add) => {
    const before = head();
    add();
    const { status, stderr } = commitBundle();
    expect(status).toBe(1);
    expect(stderr).toContain("Unexpected files in the bundle");
    expect(head()).toBe(before);
  });

  it("is refused for a commit that is no longer the branch's", () => {
    const before = head();
    expect(commitBundle(BRANCH, "0".repeat(40))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("start again"),
    });
    expect(head()).toBe(before);
  });

  it.each(["main", "dependabot/npm_and_yarn/../../main; id", "dependabot/go_modules/x", ""])(
    "is refused for the branch %j",
    (branch) => {
      expect(commitBundle(branch)).toMatchObject({ status: 1, stderr: "Not a branch of Dependabot.\n" });
    },
  );
});
