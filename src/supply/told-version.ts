import type { ProcessResult } from "../system/process.ts";
import { installError, type Publisher } from "./publisher.ts";
import { releasedVersion } from "./release.ts";

/** How long a program may take to say its version, in milliseconds. */
export const VERSION_DEADLINE_MS = 30_000;

interface Asked<T> {
  /** Path of the program. */
  readonly path: string;
  /** The command that was run, as people type it. */
  readonly command: string;
  readonly parse: (json: unknown) => T | undefined;
  /** The end of a sentence: what the program said instead. */
  readonly said: string;
  /** What to do about a version that is not a released one: for such versions, no faults and bad releases are known. */
  readonly remedy: string;
}

/**
 * What a program has answered to the question for its version.
 * @throws GateError `…-unusable` if it is another program; `…-version-invalid` if it is not a release
 */
export function toldVersion<T extends { readonly version: string }>(
  result: ProcessResult,
  { path, command, parse, said, remedy }: Asked<T>,
  publisher: Publisher,
): T {
  const { name } = publisher;
  const told = result.code === 0 ? parsed(result.stdout, parse) : undefined;
  if (told === undefined) {
    const end = result.signal ?? `exit code ${result.code}`;
    const why = result.timedOut
      ? `gave no answer within ${VERSION_DEADLINE_MS / 1000} s`
      : `ended with ${end} and told none`;
    throw installError(
      publisher,
      "unusable",
      `${JSON.stringify(path)} is not a ${name} that works here: asked for its version it ${why}${said}`,
      `Check that it is a ${name} for this operating system and processor; \`${command}\` must print its version.`,
    );
  }
  const version = releasedVersion(told.version);
  if (version !== undefined) return { ...told, version };
  throw installError(
    publisher,
    "version-invalid",
    `${JSON.stringify(path)} says that it is ${name} ${JSON.stringify(told.version.slice(0, 60))}, which is not a released version`,
    remedy,
  );
}

function parsed<T>(stdout: string, parse: (json: unknown) => T | undefined): T | undefined {
  try {
    return parse(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}
