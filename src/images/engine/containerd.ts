import { accessSync, constants, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { parseReference, repositoryName } from "../../domain/image/reference.ts";
import { quoted } from "../../domain/one-line.ts";
import { ownFolders } from "../../system/own-environment.ts";
import { handedOn, type ProcessResult, runProcess } from "../../system/process.ts";
import { findProgram, programPath } from "../../system/program-folders.ts";
import type { EngineWorld } from "./address.ts";
import { type EngineExport, type EngineImage, type ExportOptions, endOf, identified, requirePlain } from "./export.ts";
import { EngineProblem } from "./failures.ts";

/** containerd is there, but no program that exports from it: only the scanner can ask it. */
export interface ScannerOnly {
  readonly kind: "scanner-only";
  /** A clause for the log. */
  readonly why: string;
  /** What a reader must know if the scanner then finds the image there, as a sentence. */
  readonly note: string;
}

const NO_CTR: ScannerOnly = {
  kind: "scanner-only",
  why: "there is no program `ctr` on the PATH",
  note: "The scanner itself read the image from containerd, so nothing held its layers to their digests before: with `ctr` on the PATH they would be.",
};

const LIST_MS = 60_000;
const SILENCE_MS = 120_000;
/** The caller's signal comes first. */
const NO_DEADLINE_MS = 24 * 60 * 60 * 1000;
/** How often the size of the growing file is looked at. */
const LOOK_MS = 500;

/**
 * Exports an image that containerd has to a file, by its own `ctr`, which asks CONTAINERD_ADDRESS or the usual socket,
 * in CONTAINERD_NAMESPACE or `default`. The digest of the image's manifest or index is looked up once, and the tar must
 * be the image of that digest. If it fails, no file is left.
 * @param reference as the user wrote it: a name, or a digest
 * @throws EngineProblem if containerd has the image and cannot give it; GateError `run-cancelled`
 */
export async function exportFromContainerd(
  reference: string,
  options: Omit<ExportOptions, "host">,
): Promise<EngineExport | ScannerOnly> {
  const { world, signal } = options;
  requirePlain(reference);
  if (signal.aborted) throw endOf(signal);
  const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
  const namespace = world.env.CONTAINERD_NAMESPACE || "default";
  const why = whyNot(address, namespace);
  if (why !== undefined) return { kind: "unreachable", why };
  const program = findProgram("ctr", world);
  if (program === undefined) return NO_CTR;
  const ctr = runnerOf(program, ["--address", address, "--namespace", namespace], world);
  const listed = await ctr(["images", "list", ...filtersOf(reference)], { deadlineMs: LIST_MS, signal });
  if (listed.aborted) throw endOf(signal);
  if (listed.code !== 0) return { kind: "unreachable", why: `containerd at ${address}: ${saidBy(listed)}` };
  const image = listedImage(listed.stdout, reference);
  if (image === undefined) return { kind: "missing" };
  const found = engineImage(image, options.platform);
  return exported(ctr, image.name, found, options);
}

function engineImage({ name, digest }: Listed, platform: string | undefined): EngineImage {
  const repoTags = parseReference(name)?.tag === undefined ? [] : [name];
  return { imageId: digest, platform, repoTags, repoDigests: [`${repositoryName(name)}@${digest}`] };
}

function whyNot(address: string, namespace: string): string | undefined {
  if (!address.startsWith("/")) return `the socket of containerd ${JSON.stringify(address)} is no absolute path`;
  // containerd's own rule (pkg/identifiers).
  if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(namespace) || namespace.length > 76)
    return `the namespace of containerd ${JSON.stringify(namespace)} is none`;
  try {
    accessSync(address, constants.R_OK | constants.W_OK);
    return statSync(address).isSocket() ? undefined : `${address} is no socket`;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? `there is no socket ${address}` : `the runner's user may not open the socket ${address}`;
  }
}

type Ctr = (
  args: readonly string[],
  limits: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
    readonly idle?: Parameters<typeof runProcess>[2]["idle"];
  },
) => Promise<ProcessResult>;

/** An environment of our own: `ctr` has settings in variables, and needs none. */
function runnerOf(program: string, own: readonly string[], world: EngineWorld): Ctr {
  const env = { ...handedOn(world.env, ["RUNNER_TRACKING_ID"]), PATH: programPath(world), ...ownFolders(world) };
  return (args, limits) =>
    runProcess(program, [...own, ...args], { cwd: world.runFolder, env, stdout: "capture", ...limits });
}

/** What containerd calls the image: always with its registry, and with a tag or digest. */
function nameOf(reference: string): { readonly name?: string; readonly digest?: string | undefined } {
  if (/^sha256:[0-9a-f]{64}$/.test(reference)) return { digest: reference };
  const { tag, digest } = parseReference(reference) ?? {};
  const repository = repositoryName(reference);
  return { name: digest === undefined ? `${repository}:${tag ?? "latest"}` : repository, digest };
}

/** (https://github.com/containerd/containerd/blob/main/pkg/filters/filter.go) */
function filtersOf(reference: string): string[] {
  const { name, digest } = nameOf(reference);
  return digest === undefined ? [`name==${JSON.stringify(name)}`] : [`target.digest==${digest}`];
}

interface Listed {
  readonly name: string;
  /** Of the manifest or index. */
  readonly digest: string;
}

/** Reads the table REF, TYPE, DIGEST, …. If several names of a repository have the digest, any of them is the image. */
function listedImage(table: string, reference: string): Listed | undefined {
  const wanted = nameOf(reference);
  const rows = table.split("\n").slice(1);
  for (const row of rows) {
    const [name = "", , digest = ""] = row.trim().split(/\s+/);
    const isNamed =
      wanted.digest === undefined ? name === wanted.name : !wanted.name || repositoryName(name) === wanted.name;
    const isRight = isNamed && (wanted.digest === undefined || digest === wanted.digest);
    if (isRight && /^sha256:[0-9a-f]{64}$/.test(digest) && !name.startsWith("-")) return { name, digest };
  }
  return undefined;
}

async function exported(
  ctr: Ctr,
  name: string,
  found: EngineImage,
  { file, platform, signal, onBytes, silenceMs = SILENCE_MS }: Omit<ExportOptions, "host">,
): Promise<EngineExport> {
  await (await open(file, "wx", 0o600)).close();
  const size = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const timer = setInterval(() => onBytes?.(size()), LOOK_MS);
  try {
    const chosen = platform === undefined ? [] : ["--platform", platform];
    const idle = { afterMs: silenceMs, progress: size };
    const limits = { deadlineMs: NO_DEADLINE_MS, signal, idle };
    const result = await ctr(["images", "export", ...chosen, "--", file, name], limits);
    if (result.aborted) throw endOf(signal);
    if (result.code !== 0 || result.timedOut) throw failed(result, platform);
    const identity = await identified(file, found.imageId, { platform });
    const bytes = size();
    onBytes?.(bytes);
    return { kind: "exported", ...found, ...identity, bytes, notes: [] };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function failed(result: ProcessResult, platform: string | undefined): EngineProblem {
  const said = saidBy(result);
  if (result.timedOut) return new EngineProblem("daemon-export-failed", "containerd gave nothing for too long");
  if (/no space left on device|disk quota exceeded/.test(said))
    return new EngineProblem("disk-full", "the disk is full");
  if (/no manifest found for platform|no match for platform/.test(said))
    return new EngineProblem("platform-mismatch", `it is not here for ${platform ?? "this machine's platform"}`);
  if (/: not found$/.test(said) && /image/.test(said))
    return new EngineProblem("image-changed", "it was removed before its engine could give it");
  return new EngineProblem("daemon-export-failed", `containerd cannot give all of it: ${said}`);
}

function saidBy({ stderr, code, signal }: ProcessResult): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return quoted(last.replace(/^ctr: /, "")) || `ctr ended with ${code ?? signal}`;
}
