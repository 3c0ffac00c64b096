import { accessSync, constants, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { parseReference, repositoryName } from "../../domain/image/reference.ts";
import { quoted } from "../../domain/one-line.ts";
import { ownFolders } from "../../system/own-environment.ts";
import { handedOn, type ProcessResult, runProcess } from "../../system/process.ts";
import { findProgram, programPath } from "../../system/program-folders.ts";
import { ImageFault } from "../fault.ts";
import type { EngineWorld } from "./address.ts";
import { CONTAINERD_PROGRAMS, type ContainerdProgram, type Listed, meantIn } from "./containerd-programs.ts";
import { type EngineExport, type ExportOptions, endOf, removedMeanwhile, requirePlain } from "./export.ts";

const LIST_MS = 60_000;
/** The caller's signal comes first. */
const NO_DEADLINE_MS = 24 * 60 * 60 * 1000;

/**
 * Exports an image that containerd has to a file, by `ctr` or `nerdctl`, which asks CONTAINERD_ADDRESS or the usual
 * socket, in CONTAINERD_NAMESPACE or `default`. The digest of the image's manifest or index is looked up once. If it
 * fails, no file is left.
 * @param reference as the user wrote it: a name, or a digest
 * @throws ImageFault if containerd has the image and cannot give it; GateError `run-cancelled`
 */
export async function exportFromContainerd(
  reference: string,
  options: Omit<ExportOptions, "host">,
): Promise<EngineExport> {
  const { world, signal } = options;
  requirePlain(reference);
  if (signal.aborted) throw endOf(signal);
  const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
  const namespace = world.env.CONTAINERD_NAMESPACE || "default";
  const why = whyNot(address, namespace);
  if (why !== undefined) return { kind: "unreachable", why };
  const found = programIn(world);
  if (found === undefined)
    return { kind: "unreachable", why: `${address} needs \`ctr\` or \`nerdctl\` on the PATH`, isHere: true };
  const { program, path } = found;
  const run = runnerOf(path, ["--address", address, "--namespace", namespace], world);
  const listed = await run(program.list(reference), { deadlineMs: LIST_MS, signal });
  if (listed.aborted) throw endOf(signal);
  if (listed.code !== 0) return { kind: "unreachable", why: `containerd at ${address}: ${saidBy(listed, program)}` };
  const image = meantIn(program.listed(listed.stdout), reference);
  if (image === undefined) return { kind: "missing" };
  return exported({ run, program, image }, options);
}

interface FoundProgram {
  readonly program: ContainerdProgram;
  readonly path: string;
}

function programIn(world: EngineWorld): FoundProgram | undefined {
  for (const program of CONTAINERD_PROGRAMS) {
    const path = findProgram(program.name, world);
    if (path !== undefined) return { program, path };
  }
  return undefined;
}

function whyNot(address: string, namespace: string): string | undefined {
  if (!address.startsWith("/")) return `the socket of containerd ${JSON.stringify(address)} is not an absolute path`;
  // containerd's own rule (pkg/identifiers).
  if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(namespace) || namespace.length > 76)
    return `${JSON.stringify(namespace)} is not a valid namespace of containerd`;
  try {
    accessSync(address, constants.R_OK | constants.W_OK);
    return statSync(address).isSocket() ? undefined : `${address} is not a socket`;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? `there is no socket ${address}` : `the user of this run may not open the socket ${address}`;
  }
}

type Run = (
  args: readonly string[],
  limits: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
  },
) => Promise<ProcessResult>;

/**
 * An environment of our own: both have settings in variables. A rootless `nerdctl` finds its containerd by one of them.
 */
function runnerOf(program: string, own: readonly string[], world: EngineWorld): Run {
  const env = {
    ...handedOn(world.env, ["RUNNER_TRACKING_ID", "XDG_RUNTIME_DIR"]),
    PATH: programPath(world),
    ...ownFolders(world),
  };
  return (args, limits) =>
    runProcess(program, [...own, ...args], { cwd: world.runFolder, env, stdout: "capture", ...limits });
}

interface Exporting {
  readonly run: Run;
  readonly program: ContainerdProgram;
  readonly image: Listed;
}

async function exported(
  { run, program, image }: Exporting,
  { file, platform, signal }: Omit<ExportOptions, "host">,
): Promise<EngineExport> {
  const { name, digest } = image;
  await (await open(file, "wx", 0o600)).close();
  try {
    const result = await run(program.save({ name, file, platform }), { deadlineMs: NO_DEADLINE_MS, signal });
    if (result.aborted) throw endOf(signal);
    if (result.code !== 0) throw failed(result, program, platform);
    const repoTags = parseReference(name)?.tag === undefined ? [] : [name];
    return { kind: "exported", id: digest, repoTags, repoDigests: [`${repositoryName(name)}@${digest}`], notes: [] };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function failed(result: ProcessResult, program: ContainerdProgram, platform: string | undefined): ImageFault {
  const said = saidBy(result, program);
  if (/no space left on device|disk quota exceeded/.test(said)) return new ImageFault("disk-full", "the disk is full");
  if (/no manifest found for platform|no match for platform/.test(said))
    return new ImageFault("platform-mismatch", `it is not here for ${platform ?? "this machine's platform"}`, {
      says: "was not scanned: %",
    });
  if (/: not found$|no such image/.test(said) && /image/.test(said)) return removedMeanwhile();
  return new ImageFault("daemon-export-failed", `containerd cannot give all of it: ${said}`);
}

/** What it said last, without what `nerdctl` puts before it: `time="…" level=fatal msg="…"`. */
function saidBy({ stderr, code, signal }: ProcessResult, { name }: ContainerdProgram): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const [, message = last] = /^time="[^"]*" level=\w+ msg="(.*)"$/.exec(last) ?? [];
  return quoted(message.replace(/^ctr: /, "")) || `${name} ended with ${code ?? signal}`;
}
