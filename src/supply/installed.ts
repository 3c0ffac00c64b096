import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { withoutUrlLogins } from "../domain/secrets/mask-secrets.ts";
import { cancelled, tryOr } from "../system/errors.ts";
import { isWithin, statusOf } from "../system/given-files.ts";
import type { ProcessResult } from "../system/process.ts";
import { findProgram } from "../system/program-folders.ts";
import { hashedProgram } from "../system/store/hashed-program.ts";
import type { World } from "../system/world.ts";
import { type ReleasedProgram, releasedProgram } from "./install.ts";
import { installError, type ProgramWish, type Publisher } from "./publisher.ts";
import { knownVersion, releasedVersion } from "./release.ts";
import type { SigstoreTrust } from "./signature.ts";
import type { VerifiedProgram } from "./verified-files.ts";

/** A verified program that no other process can change. */
export interface InstalledProgram extends Partial<VerifiedProgram> {
  readonly path: string;
  readonly version: string;
  readonly origin: ReleasedProgram["origin"] | "given binary";
}

/** The question for a program's version. */
export interface VersionQuestion {
  readonly publisher: Publisher;
  readonly args: readonly string[];
  run(path: string, args: readonly string[], deadlineMs: number, world: World): Promise<ProcessResult>;
  /** Undefined: the answer comes from another program. */
  parse(json: unknown): string | undefined;
}

/**
 * Provides a verified program: the given one, otherwise one from the runner's tool cache or the shared cache (verified
 * again), otherwise a downloaded one. It is verified by the user's SHA-256, the compiled-in one, or its release's
 * signature.
 * @param trust the trusted signers; only tests use others than Sigstore's
 * @throws GateError `…-hash-mismatch` and the like, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export async function installedProgram(
  wish: ProgramWish,
  question: VersionQuestion,
  trust: SigstoreTrust,
  world: World,
): Promise<InstalledProgram> {
  const { publisher } = question;
  const { binary, sha256 } = wish;
  if (binary !== undefined) {
    const given = await givenProgram({ binary, sha256 }, publisher, world);
    const version = knownVersion(given.sha256, publisher) ?? (await askVersion(given.path, question, world));
    publisher.refuseBadVersion(version);
    return { ...given, version, origin: "given binary" };
  }
  const { isOurs, archive, ...program } = await releasedProgram(wish, publisher, trust, world);
  // Our own table gives an archive's version. For any other archive, we also ask the program.
  if (isOurs) return program;
  const version = await askVersion(program.path, question, world);
  publisher.refuseBadVersion(version);
  if (sha256 === undefined && version !== program.version)
    throw installError(
      publisher,
      "version-invalid",
      `The program in ${archive} says that it is ${publisher.name} ${version}`,
      "Do not use this archive: its name and its content are of two versions.",
    );
  return { ...program, version };
}

/**
 * Finds the program that `…-binary` names, copies it to where only this run can change it, and checks it against the
 * user's SHA-256. Warns about a program in the workspace without a SHA-256.
 * @throws GateError `…-binary-missing`, `…-hash-mismatch`
 */
async function givenProgram(
  { binary, sha256 }: { readonly binary: string; readonly sha256: string | undefined },
  publisher: Publisher,
  world: World,
): Promise<VerifiedProgram> {
  const path = findBinary(binary, publisher, world);
  if (sha256 === undefined) warnOfWorkspace(path, binary, publisher, world);
  const program = await hashedProgram(path, world);
  if (sha256 === undefined || program.sha256 === sha256) return program;
  const { tool } = publisher;
  throw installError(
    publisher,
    "hash-mismatch",
    `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`,
    `Give the program's own SHA-256 as \`${tool}-sha256\` (with \`${tool}-binary\` it is not the archive's), or replace the program.`,
  );
}

/** Warns about a program in the workspace: a pull request may have added it, and the program decides the answer. */
function warnOfWorkspace(given: string, binary: string, publisher: Publisher, { workspace, log }: World): void {
  const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
  if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
  const { tool, name } = publisher;
  const warning = installError(
    publisher,
    "binary-in-workspace",
    `\`${tool}-binary\` ${JSON.stringify(binary)} is in the workspace, where an unmerged change can put its own program`,
    `Install ${name} outside of it, or give the program's SHA-256 as \`${tool}-sha256\`.`,
  );
  log.warning(warning.message);
}

/**
 * Resolves a path relative to the workspace. Looks up a bare name on the PATH, except in folders that the job can write
 * to.
 */
function findBinary(binary: string, publisher: Publisher, world: World): string {
  const isName = !/[\\/]/.test(binary);
  const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
  const found = isName
    ? findProgram(binary, world)
    : names.map((name) => resolve(world.workspace, name)).find((path) => statusOf(path)?.isFile());
  if (found !== undefined) return found;
  const { tool, name } = publisher;
  throw installError(
    publisher,
    "binary-missing",
    `\`${tool}-binary\` ${JSON.stringify(binary)} is ${isName ? "not a program on the PATH, apart from folders that the job fills" : "not a file"}`,
    `Check the path, which is relative to the workspace (\`./${tool}\` for a file in it), install ${name} first, or leave \`${tool}-binary\` out to have it downloaded.`,
  );
}

/** Milliseconds in which a program must print its version. */
const DEADLINE_MS = 30_000;

/**
 * Asks a program for its version.
 * @throws GateError `…-unusable` if it is another program; `…-version-invalid` if it is not a release; `program-…`,
 * `run-cancelled`
 */
export async function askVersion(path: string, question: VersionQuestion, world: World): Promise<string> {
  const { publisher, args, run, parse } = question;
  const { tool, name } = publisher;
  const result = await run(path, args, DEADLINE_MS, world);
  if (result.aborted) throw cancelled();
  const told = result.code === 0 ? tryOr(() => parse(JSON.parse(result.stdout)), undefined) : undefined;
  if (told === undefined) {
    const why = result.timedOut
      ? `gave no answer within ${DEADLINE_MS / 1000} s`
      : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
    throw installError(
      publisher,
      "unusable",
      `${JSON.stringify(path)} is not a ${name} that works here: asked for its version it ${why}; ${saidIn(result)}`,
      `Check that it is a ${name} for this operating system and processor; \`${tool} ${args.join(" ")}\` must print its version.`,
    );
  }
  const version = releasedVersion(told);
  if (version !== undefined) return version;
  throw installError(
    publisher,
    "version-invalid",
    `${JSON.stringify(path)} says that it is ${name} ${JSON.stringify(told.slice(0, 60))}, which is not a released version`,
    `Use a released ${name}, or leave \`${tool}-binary\` out to have one downloaded and verified.`,
  );
}

/** The end of a program's output, as one harmless line. */
function saidIn({ stderr, stdout }: ProcessResult): string {
  const last = (stderr.trim() || stdout.trim()).split("\n").at(-1)?.split("\t").at(-1) ?? "";
  const line = last.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line === "" ? "it said nothing" : `it said ${JSON.stringify(withoutUrlLogins(line).slice(0, 300))}`;
}
