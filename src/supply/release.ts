import { GateError } from "../system/errors.ts";
import type { ProgramHashes } from "../system/store/hashed-program.ts";
import type { World } from "../system/world.ts";
import { installError, type Publisher } from "./publisher.ts";

/** One archive of one release. */
export interface Release {
  readonly publisher: Publisher;
  readonly version: string;
  /** Name of the archive. */
  readonly archive: string;
  /** Name of the program within it. */
  readonly member: string;
  /** SHA-256 of the archive, if it is compiled in, or the user's. Absent: the one that a valid signature names. */
  readonly archiveSha256?: string | undefined;
  /** Hashes of the program in it, if compiled in. */
  readonly program?: ProgramHashes | undefined;
}

type Machine = Pick<World, "platform"> & { readonly arch: string };

/** `1.2.3` with or without a `v`. The text becomes part of a URL and of a path. */
const VERSION = /^v?((?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4}))$/;

/** `0.76.0` for `0.76.0` or `v0.76.0`. Undefined if it is not a release; a pre-release is not. */
export function releasedVersion(text: string): string | undefined {
  return VERSION.exec(text)?.[1];
}

/**
 * Parses `0.76.0` or `v0.76.0` to `0.76.0`.
 * @throws GateError `…-version-invalid` for anything else, pre-releases included
 */
export function parseVersion(text: string, publisher: Publisher): string {
  const version = releasedVersion(text);
  if (version !== undefined) return version;
  throw installError(
    publisher,
    "version-invalid",
    `${JSON.stringify(text.slice(0, 60))} is not a released version of ${publisher.name}`,
    `Give an exact version such as \`${publisher.table.default}\`; pre-releases are not supported.`,
  );
}

/**
 * The release archive for this machine.
 * @throws GateError `runner-unsupported`
 */
export function releaseFor(version: string, { platform, arch }: Machine, publisher: Publisher): Release {
  const { tool, table } = publisher;
  const name = publisher.archives[`${platform} ${arch}`];
  if (name === undefined)
    throw new GateError(
      "runner-unsupported",
      `${publisher.name} is not released for ${platform} on ${arch}`,
      `Use a machine with ${publisher.machines}, or name an installed ${publisher.name} with \`${tool}-binary\`.`,
    );
  return {
    publisher,
    version,
    archive: `${tool}_${version}_${name}`,
    member: platform === "win32" ? `${tool}.exe` : tool,
    archiveSha256: table.archives[version]?.[name],
    program: table.programs[version]?.[name],
  };
}

/** The version of the program that has this SHA-256, if it is compiled in. */
export function knownVersion(sha256: string, { table: { programs } }: Publisher): string | undefined {
  const isThis = ([, byArchive = {}]: [string, Readonly<Record<string, ProgramHashes>>?]) =>
    Object.values(byArchive).some((program) => program.sha256 === sha256);
  return Object.entries(programs).find(isThis)?.[0];
}
