import { GateError } from "../system/errors.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { ProgramHashes } from "../system/store/hashed-program.ts";
import type { Signer } from "./sigstore/verify.ts";

/** Values by version and archive, whose name is without the program's and the version. */
type ByArchive<T> = Readonly<Record<string, Readonly<Record<string, T>> | undefined>>;

/** The hashes that releases are checked against, from files with a verified signature (`npm run add-scanner`). */
export interface ReleaseTable {
  /** The version to use if the user names none. */
  readonly default: string;
  /** SHA-256 of archives. Without an entry, the signature of the release counts. */
  readonly archives: ByArchive<string>;
  /** Hashes of the program within an archive. With them, the program can be verified without the archive. */
  readonly programs: ByArchive<ProgramHashes>;
}

/** A project whose program is installed from its signed releases. */
export interface Publisher {
  /** The program's name in lower case, with which its inputs and error codes begin. */
  readonly tool: string;
  /** The project's usual name. */
  readonly name: string;
  /** `owner/name` at github.com. Files are at its `releases/download/v<version>/<name>`. */
  readonly repository: string;
  readonly table: ReleaseTable;
  /** Archive names by Node's platform and processor, without the program's name and the version. */
  readonly archives: Readonly<Record<string, string>>;
  /** The machines of {@link archives}, in words. */
  readonly machines: string;
  readonly signerOf: (version: string) => Signer;
  /**
   * Refuses a version that must never run, regardless of its source, and one that is too old for Image Gate.
   * @throws GateError `…-known-bad`, `…-too-old`
   */
  readonly refuseBadVersion: (version: string) => void;
}

/** The program to provide. */
export interface ProgramWish {
  /** An installed program: a path, or a name on the PATH. */
  readonly binary?: string | undefined;
  /** Of the release. Absent: the publisher's default. */
  readonly version?: string | undefined;
  /** Of the archive, or of the installed program, in lower-case hexadecimal. */
  readonly sha256?: string | undefined;
  readonly mirror?: string | undefined;
  readonly mirrorToken?: string | undefined;
  readonly timeoutMs: number;
  /** Only a mirror may be asked. */
  readonly offline?: boolean | undefined;
  readonly cache?: SharedCache | undefined;
}

/**
 * An error whose code begins with the name of the program.
 * @param problem the rest of the code: `offline`
 */
export function installError(
  { tool }: Pick<Publisher, "tool">,
  problem: string,
  ...[what, remedy, cause]: [what: string, remedy: string, cause?: unknown]
): GateError {
  return new GateError(`${tool}-${problem}`, what, remedy, { cause });
}

/** True if the version that is used by default needs no signature. */
export function hasKnownDefault({ table }: Publisher): boolean {
  return table.archives[table.default] !== undefined;
}
