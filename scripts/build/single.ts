import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finish } from "../setup/command.ts";
import { cacheFolder, fileSha256, place, root } from "../setup/tools.ts";

/** The Node that is within the executable. Since 25.5 Node makes it by itself. */
const VERSION = "26.12.1";
/** SHA-256 of the program `node` in npm's packages `node-linux-…`, which hold Node's own releases. */
const NODES = {
  x64: "08f12d42fb304468e8ee86247fe686aae5b225836ea65e9d6566c11ae6ba2e8e",
  arm64: "7d32bda549eb24395c1d9830731470a0045781b15797d5943591c333a085b2da",
} as const;

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
  const [maker, target] = [await node("x64"), await node(processor)];
  const folder = mkdtempSync(join(tmpdir(), "image-gate-single-"));
  try {
    copyFileSync(join(root, "scripts/build/single-start.cjs"), join(folder, "main.cjs"));
    writeFileSync(join(folder, "start.cjs"), 'import("./image-gate.js");\n');
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
    const assets = Object.fromEntries(
      readdirSync(bundle)
        .sort()
        .map((name) => [name, join(bundle, name)]),
    );
    for (const name of ["start.cjs", "package.json"]) assets[name] = join(folder, name);
    const config = {
      // The path becomes part of the file, and so it must not have the folder's name.
      main: "main.cjs",
      executable: target,
      output: "image-gate",
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      // It would be another one on each machine, and of no use for another processor.
      useCodeCache: false,
      assets,
    };
    writeFileSync(join(folder, "sea.json"), JSON.stringify(config));
    const { code, stdout, stderr } = await finish(maker, ["--build-sea", join(folder, "sea.json")], { cwd: folder });
    if (code !== 0) throw new Error(`node --build-sea failed:\n${stdout}${stderr}`);
    copyFileSync(join(folder, config.output), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program of Node for a processor, fetched once from npm and held to its hash. */
async function node(processor: Processor): Promise<string> {
  const name = `node-linux-${processor}`;
  const path = join(cacheFolder, "tools", `${name}-${VERSION}`);
  if (!existsSync(path))
    await place(path, async (folder) => {
      console.error(`Fetching ${name} ${VERSION} from npm ...`);
      const tarball = join(folder, `${name}-${VERSION}.tgz`);
      for (const [program, ...args] of [
        ["npm", "pack", `${name}@${VERSION}`, "--pack-destination", folder],
        ["tar", "-xzf", tarball, "-C", folder, "package/bin/node"],
      ] as const) {
        const { code, stderr } = await finish(program, args, { cwd: folder });
        if (code !== 0) throw new Error(`Fetching ${name} ${VERSION}: ${program} failed:\n${stderr}`);
      }
      return join(folder, "package/bin/node");
    });
  const actual = await fileSha256(path);
  if (actual === NODES[processor]) return path;
  rmSync(path);
  throw new Error(`${name} ${VERSION}: the program's SHA-256 is ${actual}, not ${NODES[processor]}.`);
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
