import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { aboutSelf } from "../../src/cli/self.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const LICENCES = `Image Gate's bundle holds code of these packages.

${"-".repeat(80)}
@scope/one@1.0.0 (MIT)

Text (with brackets)

${"-".repeat(80)}
two@2.0.0 (ISC)
`;

/** A bundle below `at`, and its answer about itself. */
function bundle(at: string) {
  const files = { "index.js": "1\n", "Zebra.js": "2\n", "a.b/c.js": "3\n", "licenses.txt": LICENCES };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, "dist", name)), { recursive: true });
    writeFileSync(join(at, "dist", name), text);
  }
  return async () => {
    const world = testWorld(at, { env: { PATH: process.env.PATH } });
    return (await aboutSelf(join(at, "dist"), world)).split("\n");
  };
}

const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], { cwd, encoding: "utf8" }).trim();

it("the hash is the one of the shell's line on the page, and a changed byte changes it", async () => {
  using folder = temporaryFolder("self");
  const ask = bundle(folder.path);
  const byShell = () => {
    const line = "find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum";
    expect(readFileSync(join(root, "docs/cli.md"), "utf8")).toContain(`cd dist && ${line}`);
    const said = execFileSync("sh", ["-c", line], { cwd: join(folder.path, "dist"), encoding: "utf8" });
    return `dist/ sha256 ${said.split(" ")[0]}`;
  };
  const before = await ask();
  expect(before.filter((line) => line.startsWith("dist/ "))).toEqual([byShell()]);
  writeFileSync(join(folder.path, "dist", "a.b", "c.js"), "4\n");
  const after = await ask();
  expect(after).toContain(byShell());
  expect(after).not.toEqual(before);
});

it("scanners are those that are known by their hashes, and licences are counted", async () => {
  using folder = temporaryFolder("self");
  const lines = await bundle(folder.path)();
  expect(lines[0]).toMatch(/^image-gate \d+\.\d+\.\d+$/);
  expect(lines).toContainEqual(expect.stringMatching(/^Trivy \d+\.\d+\.\d+ sha256 [0-9a-f]{64} Linux-64bit\.tar\.gz$/));
  expect(lines).toContainEqual(expect.stringMatching(/^Grype \d+\.\d+\.\d+, by the signature of its release$/));
  expect(lines.at(-2)).toBe("licences Apache-2.0; of 2 packages in dist/licenses.txt: ISC 1, MIT 1");
});

/** A checkout with a bundle, whose package has this name. */
function checkout(at: string, name: string) {
  const ask = bundle(at);
  writeFileSync(join(at, "package.json"), JSON.stringify({ name }));
  git(at, "init", "--quiet");
  git(at, "add", ".");
  git(at, "commit", "--quiet", "--message", "A bundle");
  return async () => (await ask())[1];
}

it("the commit is the checkout's, with a word about a changed bundle, and never the commit of a repository around it", async () => {
  using folder = temporaryFolder("self");
  expect((await bundle(folder.path)())[1]).toBe("commit not known");
  const commit = checkout(folder.path, "image-gate");
  const head = git(folder.path, "rev-parse", "HEAD");
  expect(await commit()).toBe(`commit ${head}`);
  writeFileSync(join(folder.path, "dist", "more.js"), "");
  expect(await commit()).toBe(`commit ${head}, but dist/ is changed`);
  const installed = bundle(join(folder.path, "node_modules", "image-gate"));
  expect((await installed())[1]).toBe("commit not known");
});

it("another project's commit is never the bundle's", async () => {
  using folder = temporaryFolder("self");
  expect(await checkout(folder.path, "another-project")()).toBe("commit not known");
});

it.each(["--assume-unchanged", "--skip-worktree"])(
  "a bundle whose changes Git leaves out after %s counts as changed",
  async (option) => {
    using folder = temporaryFolder("self");
    const commit = checkout(folder.path, "image-gate");
    expect(await commit()).toMatch(/^commit [0-9a-f]{40}$/);
    git(folder.path, "update-index", option, "dist/index.js");
    writeFileSync(join(folder.path, "dist", "index.js"), "other\n");
    expect(await commit()).toMatch(/, but dist\/ is changed$/);
  },
);

it("the question starts no hook of the checkout", async () => {
  using folder = temporaryFolder("self");
  const commit = checkout(folder.path, "image-gate");
  const hook = `#!/bin/sh\ntouch "${join(folder.path, "started")}"\n`;
  mkdirSync(join(folder.path, ".git", "hooks"), { recursive: true });
  writeFileSync(join(folder.path, ".git", "hooks", "post-index-change"), hook, { mode: 0o755 });
  // The index is out of date, so that Git would write it.
  utimesSync(join(folder.path, "dist", "index.js"), 1, 1);
  expect(await commit()).toMatch(/^commit [0-9a-f]{40}$/);
  expect(existsSync(join(folder.path, "started"))).toBe(false);
});
