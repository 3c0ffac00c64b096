import { accessSync, constants, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { isDigest, parseReference, repositoryName } from "../../domain/image/reference.ts";
import { quoted } from "../../domain/one-line.ts";
import { ownEnvironment } from "../../system/own-environment.ts";
import { type ProcessResult, runProcess } from "../../system/process.ts";
import { findProgram } from "../../system/program-folders.ts";
import { diskFull, ImageFault } from "../fault.ts";
import { type EngineExport, type ExportOptions, removedMeanwhile, requirePlain } from "./export.ts";

const LIST_MS = 60_000;
/** The caller's signal ends an export, by the `timeout` of its scan. */
const NO_DEADLINE_MS = 24 * 60 * 60 * 1000;

/** The command lines of a program. */
interface ContainerdProgram {
  readonly name: "ctr" | "nerdctl";
  /** Lists the images of a reference, and perhaps others: a name and a digest in each row. */
  readonly list: (reference: string) => readonly string[];
  /** Writes an image to a file, in the format of `docker save`. */
  readonly save: (name: string, file: string, platform: readonly string[]) => readonly string[];
}

/** In the order in which they are looked for, containerd's own one first. */
const PROGRAMS: readonly ContainerdProgram[] = [
  {
    name: "ctr",
    list: (reference) => ["images", "list", filterOf(reference)],
    save: (name, file, platform) => ["images", "export", ...platform, "--", file, name],
  },
  {
    name: "nerdctl",
    // nerdctl's own filters for digests differ from version to version.
    list: () => ["images", "--no-trunc", "--format", "{{.Name}} {{.Digest}}"],
    save: (name, file, platform) => ["save", ...platform, "--output", file, "--", name],
  },
];

/** The image's name in containerd: always with its registry, and with a tag or digest. */
function nameOf(reference: string): { readonly name?: string; readonly digest?: string | undefined } {
  if (isDigest(reference)) return { digest: reference };
  const { tag, digest } = parseReference(reference) ?? {};
  const repository = repositoryName(reference);
  return { name: digest === undefined ? `${repository}:${tag ?? "latest"}` : repository, digest };
}

/** (https://github.com/containerd/containerd/blob/main/pkg/filters/filter.go) */
function filterOf(reference: string): string {
  const { name, digest } = nameOf(reference);
  return digest === undefined ? `name==${JSON.stringify(name)}` : `target.digest==${digest}`;
}

/**
 * The image that a reference names in a program's list, which is untrusted. If several names of a repository have the
 * digest, any of them will do.
 */
function imageIn(table: string, reference: string): { readonly name: string; readonly digest: string } | undefined {
  const wanted = nameOf(reference);
  for (const row of table.split("\n")) {
    const [name = "", ...words] = row.trim().split(/\s+/);
    const digest = words.find(isDigest);
    if (digest === undefined || name.startsWith("-")) continue;
    const isNamed = wanted.name === undefined || name === wanted.name;
    const isWanted =
      wanted.digest === undefined
        ? isNamed
        : digest === wanted.digest && (isNamed || repositoryName(name) === wanted.name);
    if (isWanted) return { name, digest };
  }
  return undefined;
}

/**
 * Exports an image from containerd to a file, with `ctr` or `nerdctl`. It uses CONTAINERD_ADDRESS or the usual socket,
 * and CONTAINERD_NAMESPACE or `default`. The digest of the image's manifest or index is looked up once. If it fails, no
 * file is left.
 * @param reference as the user wrote it: a name, or a digest
 * @throws ImageFault if containerd has the image and cannot give it; the signal's reason
 */
export async function exportFromContainerd(
  reference: string,
  { world, signal, file, platform }: Omit<ExportOptions, "host">,
): Promise<EngineExport> {
  requirePlain(reference);
  signal.throwIfAborted();
  const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
  const why = whyNot(address);
  if (why !== undefined) return { kind: "unreachable", why };
  const there = PROGRAMS.map((each) => ({ ...each, path: findProgram(each.name, world) }));
  const program = there.find(({ path }) => path !== undefined);
  if (program?.path === undefined)
    return { kind: "unreachable", why: `${address} needs \`ctr\` or \`nerdctl\` on the PATH`, isHere: true };
  const own = ["--address", address, "--namespace", world.env.CONTAINERD_NAMESPACE || "default"];
  // Both programs read settings from variables. A rootless `nerdctl` finds its containerd by one of them.
  const env = ownEnvironment(world, ["XDG_RUNTIME_DIR"]);
  const { path } = program;
  const run = async (args: readonly string[], deadlineMs: number) => {
    const options = { cwd: world.runFolder, env, deadlineMs, signal } as const;
    const result = await runProcess(path, [...own, ...args], options);
    if (result.aborted) throw signal.reason;
    return result;
  };
  const listed = await run(program.list(reference), LIST_MS);
  if (listed.code !== 0) return { kind: "unreachable", why: `containerd at ${address}: ${messageOf(listed)}` };
  const image = imageIn(listed.stdout, reference);
  if (image === undefined) return { kind: "missing" };
  const { name, digest } = image;
  await (await open(file, "wx", 0o600)).close();
  try {
    const wanted = platform === undefined ? [] : ["--platform", platform];
    const result = await run(program.save(name, file, wanted), NO_DEADLINE_MS);
    if (result.code !== 0) throw failed(messageOf(result), platform);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  const repoTags = parseReference(name)?.tag === undefined ? [] : [name];
  return { kind: "exported", id: digest, repoTags, repoDigests: [`${repositoryName(name)}@${digest}`], notes: [] };
}

function whyNot(address: string): string | undefined {
  try {
    const isSocket = address.startsWith("/") && statSync(address).isSocket();
    if (!isSocket) return `${JSON.stringify(address)} is not the absolute path of a socket`;
    accessSync(address, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? `there is no socket ${address}` : `the user of this run cannot open the socket ${address}`;
  }
}

function failed(message: string, platform: string | undefined): ImageFault {
  if (/no space left on device|disk quota exceeded/.test(message)) return diskFull();
  if (/no manifest found for platform|no match for platform/.test(message))
    return new ImageFault("platform-mismatch", `it is missing for ${platform ?? "this machine's platform"}`);
  if (/: not found$|no such image/.test(message) && /image/.test(message)) return removedMeanwhile();
  return new ImageFault("daemon-export-failed", `containerd cannot export all of it: ${message}`);
}

/** Its last line, without the prefix that `nerdctl` adds: `time="…" level=fatal msg="…"`. */
function messageOf({ stderr, code, signal }: ProcessResult): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const [, message = last] = /^time="[^"]*" level=\w+ msg="(.*)"$/.exec(last) ?? [];
  return quoted(message.replace(/^ctr: /, "")) || `it ended with ${code ?? signal}`;
}
