import { extractMember as extracted } from "../../../supply/archive.ts";
import { GateError } from "../../../system/errors.ts";
import type { Release } from "./release.ts";

/**
 * Extracts the program from a release archive, and nothing else.
 * @param archive the bytes whose hash was checked
 * @param to must not exist; created with mode 0700
 * @returns SHA-256 of the program
 * @throws GateError `grype-archive-invalid` if there is no such member or the archive is damaged
 */
export function extractProgram(
  archive: Buffer,
  { archive: name, member }: Pick<Release, "archive" | "member">,
  to: string,
): Promise<string> {
  return extracted(archive, { name, member, to, invalid });
}

function invalid(what: string, cause?: unknown): GateError {
  return new GateError(
    "grype-archive-invalid",
    `Grype's release archive ${what}`,
    "Check that `grype-mirror` serves the release archives unchanged, or that `grype-sha256` is that of a release archive.",
    { cause },
  );
}
