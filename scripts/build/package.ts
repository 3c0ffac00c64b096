import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish } from "../setup/command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const FILES = ["dist", "schema", "LICENSE", "README.md"];
/** Keys that the package shares with this project. It needs no other package, and has no scripts. */
const KEYS = ["name", "version", "description", "license", "type", "bin", "exports", "engines"];

/**
 * Packs the committed bundle as the npm package without dependencies.
 * @param folder absolute; it is made again, and has the package's files and the tarball
 * @returns absolute path of the tarball
 */
export async function packInto(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const files = join(folder, "package");
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  for (const name of FILES) cpSync(join(root, name), join(files, name), { recursive: true });
  const own: Record<string, unknown> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const shared = Object.fromEntries(KEYS.map((key) => [key, own[key]]));
  const manifest = { ...shared, gitHead: await commitOfRoot(), publishConfig: { access: "public", provenance: true } };
  writeFileSync(join(files, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { code, stdout, stderr } = await finish("npm", args, { cwd: files, env });
  if (code !== 0) throw new Error(`npm pack failed: ${stdout}${stderr}`);
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  return join(folder, filename);
}

/** The commit that is checked out, under npm's own key for it. Undefined: these sources are not a checkout. */
async function commitOfRoot(): Promise<string | undefined> {
  const { code, stdout } = await finish("git", ["rev-parse", "--show-prefix", "HEAD"], { cwd: root });
  return code === 0 ? /^\n([0-9a-f]{40})\n$/.exec(stdout)?.[1] : undefined;
}
