import { rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { finish } from "../setup/command.ts";
import { isInstalled } from "../setup/installed.mjs";
import { withLock } from "../setup/lock.ts";
import { cacheFolder, root } from "../setup/tools.ts";

const FOLDER = join(root, "docs/site");
/** The folder of the built site. */
export const SITE = join(root, "out/site");

/** Tools of npm start the Node that runs this. */
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter) };

async function install(): Promise<void> {
  if (isInstalled(FOLDER)) return;
  console.error("Installing the packages of docs/site/package-lock.json (npm ci): 102 MB, under a minute ...");
  const { code, stdout, stderr } = await finish("npm", ["ci", "--loglevel=error"], { cwd: FOLDER, env });
  if (code !== 0) throw new Error(`npm ci in docs/site failed (exit code ${code}):\n${stdout}${stderr}`);
}

/** Lines of a build's log that say that something went wrong. VitePress may go on all the same. */
export const errorsOf = (log: string): string[] => log.split("\n").filter((line) => /error/i.test(line));

/**
 * Builds the site into `out/site`, with its packages installed first.
 * @param args more arguments of `vitepress build`
 * @throws Error when the build fails, or when its log has an error
 */
export async function buildSite(args: readonly string[] = []): Promise<void> {
  await withLock(join(cacheFolder, "site.lock"), async () => {
    await install();
    rmSync(SITE, { recursive: true, force: true });
    const vitepress = join(FOLDER, "node_modules/vitepress/bin/vitepress.js");
    const { code, stdout, stderr } = await finish(process.execPath, [vitepress, "build", ...args], {
      cwd: FOLDER,
      env,
    });
    const log = `${stdout}${stderr}`;
    if (code !== 0 || errorsOf(log).length > 0) throw new Error(`The site was not built (exit code ${code}):\n${log}`);
  });
}
