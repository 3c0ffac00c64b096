import { extractMember as extracted } from "../../../supply/archive.ts";
import { GateError } from "../../../system/errors.ts";

/**
 * Extracts the regular file `member` from a release archive, and nothing else.
 * @param archive the bytes whose hash was checked
 * @param to must not exist; created with mode 0700
 * @returns SHA-256 of the member
 * @throws GateError `trivy-archive-invalid` if there is no such member or the archive is damaged.
 */
export function extractMember(archive: Buffer, name: string, member: string, to: string): Promise<string> {
  return extracted(archive, { name, member, to, invalid });
}

function invalid(what: string, cause?: unknown): GateError {
  return new GateError(
    "trivy-archive-invalid",
    `Trivy's release archive ${what}`,
    "Check that `trivy-mirror` serves the release archives unchanged, or that `trivy-sha256` is that of a release archive.",
    { cause },
  );
}
