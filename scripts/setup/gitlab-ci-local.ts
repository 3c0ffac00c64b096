import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";
import { ensureProgram } from "./system.ts";
import { cacheFolder, once, root } from "./tools.ts";

const FOLDER = join(cacheFolder, "tools", "gitlab-ci-local-4.75.1");
const PROGRAM = join(FOLDER, "node_modules", "gitlab-ci-local", "dist", "index.js");

/**
 * Path of `gitlab-ci-local`, which runs pipelines of GitLab CI in this machine's shell. It is fetched once, checked
 * against the
 * hash of its lock file. Undefined: rsync or Git is absent, which it copies projects with; see {@link ensureProgram}.
 */
export async function ensureGitlabCiLocal(): Promise<string | undefined> {
  const copies = (await ensureProgram("rsync", ["rsync"])) && (await ensureProgram("git", ["git"]));
  if (copies === undefined) return undefined;
  return once("gitlab-ci-local", () =>
    withLock(`${FOLDER}.lock`, async () => {
      if (existsSync(PROGRAM)) return PROGRAM;
      rmSync(FOLDER, { recursive: true, force: true });
      mkdirSync(FOLDER, { recursive: true });
      for (const name of ["package.json", "package-lock.json"])
        cpSync(join(root, "scripts", "setup", "gitlab-ci-local", name), join(FOLDER, name));
      console.error("Fetching gitlab-ci-local 4.75.1 from npm ...");
      const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
      const { code, stderr } = await finish("npm", args, { cwd: FOLDER });
      if (code !== 0) throw new Error(`npm ${args.join(" ")} failed (exit code ${code}):\n${stderr}`);
      return PROGRAM;
    }),
  );
}
