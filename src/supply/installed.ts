import { withoutUrlLogins } from "../domain/secrets/mask-secrets.ts";
import { cancelled, tryOr } from "../system/errors.ts";
import type { ProcessResult } from "../system/process.ts";
import type { World } from "../system/world.ts";
import { givenBinary, hashedBinary } from "./given-binary.ts";
import { type ReleasedProgram, type ReleaseWish, releasedProgram } from "./install.ts";
import { installError, type Publisher } from "./publisher.ts";
import { knownVersion, releasedVersion } from "./release.ts";
import type { SigstoreTrust } from "./signature.ts";
import type { VerifiedProgram } from "./verified-files.ts";

/** A verified program that no other process can change. */
export interface InstalledProgram extends Partial<VerifiedProgram> {
  readonly path: string;
  readonly version: string;
  readonly origin: ReleasedProgram["origin"] | "given binary";
}

/** How a program is asked for its version. */
export interface VersionQuestion {
  readonly publisher: Publisher;
  readonly args: readonly string[];
  run(path: string, args: readonly string[], deadlineMs: number, world: World): Promise<ProcessResult>;
  /** Undefined: it is another program's answer. */
  parse(json: unknown): string | undefined;
}

export interface ProgramWish extends ReleaseWish {
  /** An installed program: a path, or a name on the PATH. */
  readonly binary?: string | undefined;
}

/**
 * Provides a verified program: the given one, else one from the runner's tool cache or the shared cache (verified
 * again), else a downloaded one. It is verified by the user's SHA-256, the compiled-in one, or its release's signature.
 * @param trust whose signatures count; only tests use another than Sigstore's
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
    const given = await hashedBinary(
      givenBinary(binary, sha256, publisher, world),
      { binary, sha256 },
      publisher,
      world,
    );
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

/** How long a program may take to say its version, in milliseconds. */
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
