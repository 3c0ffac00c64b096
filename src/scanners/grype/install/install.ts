import { z } from "zod";
import { givenBinary, hashedBinary } from "../../../supply/given-binary.ts";
import { releasedProgram } from "../../../supply/install.ts";
import { installError } from "../../../supply/publisher.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { toldVersion, VERSION_DEADLINE_MS } from "../../../supply/told-version.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerWish } from "../../scanner.ts";
import { lastWords, runGrype } from "../process/run.ts";
import { GRYPE, type GrypeTable, grypePublisher } from "./release.ts";

/** A verified Grype that no other process can change. */
export interface InstalledGrype extends ToldVersion {
  /** Absolute path of the program. */
  readonly path: string;
  readonly sha256?: string | undefined;
}

/**
 * Provides a verified Grype: the given one, else one from the runner's tool cache or the shared cache, else one that
 * is downloaded. It is verified at each start: by the user's SHA-256, the compiled-in one, or the signature of its
 * release.
 * @param trust whose signatures count, and what releases are held to; only tests use others than Sigstore's and ours
 * @throws GateError `grype-…`, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export async function installGrype(
  request: ScannerWish,
  world: World,
  trust: SigstoreTrust & { readonly table?: GrypeTable } = {},
): Promise<InstalledGrype> {
  const { binary, sha256 } = request;
  const publisher = grypePublisher(trust.table);
  if (binary !== undefined) {
    const path = givenBinary(binary, sha256, publisher, world);
    const given = await hashedBinary(path, { binary, sha256 }, publisher, world);
    const told = await askVersion(given.path, world);
    publisher.refuseBadVersion(told.version);
    return { ...given, ...told };
  }
  const program = await releasedProgram(request, publisher, trust, world);
  const told = await askVersion(program.path, world);
  publisher.refuseBadVersion(told.version);
  if (sha256 === undefined && told.version !== program.version)
    throw installError(
      publisher,
      "version-invalid",
      `The program in ${program.archive} says that it is Grype ${told.version}`,
      "Do not use this archive: its name and its content are of two versions.",
    );
  return { path: program.path, sha256: program.sha256, ...told };
}

const schema = z.object({
  application: z.literal("grype"),
  version: z.string(),
  supportedDbSchema: z.union([z.number(), z.string()]),
});

/** What a Grype says of itself. */
interface ToldVersion {
  readonly version: string;
  /** The model of the databases that it reads: `6`. */
  readonly schema: string;
}

/**
 * Asks a program for its version.
 * @throws GateError `grype-unusable`, `grype-version-invalid`, `run-cancelled`, `program-…`
 */
export async function askVersion(path: string, world: World): Promise<ToldVersion> {
  const databaseFolder = privateFolder(world, "no-database");
  const args = ["version", "-o", "json"];
  const result = await runGrype({ program: path, args, databaseFolder, timeoutMs: VERSION_DEADLINE_MS }, world);
  const asked = {
    path,
    command: "grype version -o json",
    parse: (json: unknown) => schema.safeParse(json).data,
    said: ` (${lastWords(result)})`,
    remedy: 'Use a released Grype, or build it with `-ldflags "-X main.version=0.121.3"`.',
  };
  const { version, supportedDbSchema } = toldVersion(result, asked, GRYPE);
  return { version, schema: String(supportedDbSchema) };
}
