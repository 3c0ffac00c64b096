import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const SCRIPT = join(root, "scripts/verify-dist.sh");

/** A repository whose build writes two files, with `dist/` as it is released. */
function released(folder: string, dist: Readonly<Record<string, string>>, build = "0"): string {
  const repository = join(folder, "repository");
  mkdirSync(join(repository, "dist"), { recursive: true });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const project = { name: "released", version };
  const write = (name: string, text: string) => writeFileSync(join(repository, name), text);
  write("package.json", JSON.stringify({ ...project, scripts: { build: `node build.cjs && exit ${build}` } }));
  write("package-lock.json", JSON.stringify({ ...project, lockfileVersion: 3, packages: { "": project } }));
  write(
    "build.cjs",
    `const fs = require("fs"); fs.mkdirSync("dist"); fs.writeFileSync("dist/index.js", "run();\\n"); fs.writeFileSync("dist/other file.js", "more();\\n");`,
  );
  for (const [name, text] of Object.entries(dist)) write(join("dist", name), text);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.test", ...args], { cwd: repository });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=release");
  git("tag", "v1.0.0");
  return repository;
}

function verify(repository: string, tag = "v1.0.0", cwd = root) {
  const { status, stdout, stderr } = spawnSync("sh", [SCRIPT, tag, repository], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const BUILT = { "index.js": "run();\n", "other file.js": "more();\n" };

describe("verify-dist.sh", () => {
  it("says `same` for a bundle that its sources build", () => {
    using folder = temporaryFolder();
    expect(verify(released(folder.path, BUILT))).toMatchObject({ status: 0, stdout: "same\n" });
    expect(verify("repository", "v1.0.0", folder.path)).toMatchObject({ status: 0, stdout: "same\n" });
  });

  it.each([
    ["one byte differs", { ...BUILT, "index.js": "run()\n" }, "Files released/index.js and built/index.js differ\n"],
    ["a file was added", { ...BUILT, "evil.js": "" }, "Only in released: evil.js\n"],
    ["a file is missing", { "index.js": "run();\n" }, "Only in built: other file.js\n"],
  ])("names the file if %s", (_, dist, stdout) => {
    using folder = temporaryFolder();
    expect(verify(released(folder.path, dist))).toMatchObject({ status: 1, stdout });
  });

  it("takes the tag, not a branch of the same name", () => {
    using folder = temporaryFolder();
    const repository = released(folder.path, BUILT);
    const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args]);
    git("checkout", "--quiet", "--detach");
    appendFileSync(join(repository, "dist/index.js"), "evil();\n");
    git("-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "--quiet", "--all", "--message=other");
    git("branch", "v1.0.0");
    expect(verify(repository)).toMatchObject({ status: 0, stdout: "same\n" });
  });

  it("names a link, even if it leads to what was built", () => {
    using folder = temporaryFolder();
    const repository = released(folder.path, BUILT);
    const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args]);
    rmSync(join(repository, "dist/index.js"));
    // During the comparison, it would point to the new file. In a job, it can point to any file of the repository.
    symlinkSync("../built/index.js", join(repository, "dist/index.js"));
    git("-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "--quiet", "--all", "--message=link");
    git("tag", "--force", "v1.0.0");
    expect(verify(repository)).toMatchObject({ status: 1, stdout: "released/index.js\n" });
  });

  it.each([
    ["export-subst", "Files released/index.js and archived/index.js differ\n"],
    ["export-ignore", "Only in released: index.js\n"],
  ])("names a file that is another one in the archive that a job gets, by %s", (attribute, stdout) => {
    using folder = temporaryFolder();
    const build = BUILT["index.js"].replace("run", "$Format:%s$");
    const repository = released(folder.path, { ...BUILT, "index.js": build });
    const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args]);
    writeFileSync(join(repository, ".gitattributes"), `[attr]kept ${attribute}\ndist/index.js kept\n`);
    const script = join(repository, "build.cjs");
    writeFileSync(script, readFileSync(script, "utf8").replace("run()", "$Format:%s$()"));
    git("add", "--all");
    git("-c", "user.name=A", "-c", "user.email=a@example.test", "commit", "--quiet", "--message=evil");
    git("tag", "--force", "v1.0.0");
    expect(verify(repository)).toMatchObject({ status: 1, stdout });
  });

  it("is not sure without the tag, without a dist/, and if the build fails", () => {
    using folder = temporaryFolder();
    const repository = released(folder.path, BUILT, "1");
    expect(verify(repository)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("the build failed"),
    });
    expect(verify(repository, "v2.0.0")).toMatchObject({ status: 2, stdout: "" });
    expect(verify(repository, "")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("usage") });
    rmSync(join(folder.path, "repository"), { recursive: true });
    expect(verify(released(folder.path, {}))).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("no dist/"),
    });
  });
});
