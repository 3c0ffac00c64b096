import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { packInto } from "../../../scripts/build/package.ts";
import { finish } from "../../../scripts/setup/command.ts";

/** The command as people install it. */
export interface Packed {
  /** The program `image-gate` of an empty prefix. */
  readonly program: string;
  /** Its folder below the prefix. */
  readonly folder: string;
  /** A PATH with this Node, and nothing of the tests. */
  readonly path: string;
}

/** Packs the clone and installs the tarball into an empty prefix below `folder`, without network and npm's cache. */
export async function installPacked(folder: string): Promise<Packed> {
  const prefix = join(folder, "prefix");
  const env = { ...process.env, npm_config_cache: join(folder, "npm-cache"), npm_config_update_notifier: "false" };
  const tarball = await packInto(join(folder, "tarballs"), env);
  await npm(["install", "--global", "--offline", "--prefix", prefix, tarball], folder, env);
  const program = join(prefix, "bin/image-gate");
  if (!existsSync(program)) throw new Error("npm installed no image-gate");
  const path = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  return { program, folder: join(prefix, "lib/node_modules/image-gate"), path };
}

async function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, stdout, stderr } = await finish("npm", args, { cwd, env });
  if (code !== 0) throw new Error(`npm ${args[0]} failed: ${stdout}${stderr}`);
}
