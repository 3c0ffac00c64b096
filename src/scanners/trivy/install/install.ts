import { realpathSync } from "node:fs";
import { z } from "zod";
import { givenBinary, hashedBinary } from "../../../supply/given-binary.ts";
import { type ReleasedProgram, releasedProgram } from "../../../supply/install.ts";
import { knownVersion } from "../../../supply/release.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { toldVersion, VERSION_DEADLINE_MS } from "../../../supply/told-version.ts";
import { cancelled } from "../../../system/errors.ts";
import { runProcess } from "../../../system/process.ts";
import { sha256OfFile } from "../../../system/store/hashing.ts";
import { isPrivate, privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { ScannerWish } from "../../scanner.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { lastWords } from "../process/process-output.ts";
import { refuseBadVersion, TRIVY } from "./release.ts";

/** A verified Trivy that no other process can change. */
export interface InstalledTrivy {
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  readonly origin: ReleasedProgram["origin"] | "given binary";
  readonly sha256?: string | undefined;
}

/**
 * Provides a verified Trivy: the given one, else one from the runner's tool cache or the shared cache (verified again),
 * else a downloaded one. It is verified by the user's SHA-256, the compiled-in one, or the signature of its release.
 * @param trust whose signatures count; only tests use another than Sigstore's
 * @throws GateError `trivy-…`, `runner-unsupported`, `run-cancelled`, `program-…`.
 */
export async function installTrivy(
  request: ScannerWish,
  world: World,
  trust: SigstoreTrust = {},
): Promise<InstalledTrivy> {
  if (request.binary !== undefined) return givenTrivy(request.binary, request.sha256, world);
  const program = await releasedProgram(request, TRIVY, trust, world);
  const { path, sha256, origin } = program;
  // Our own table gives an archive's version. For any other archive, we also ask the program.
  if (program.isOurs) return { path, version: program.version, origin, sha256 };
  const version = await askVersion(path, world);
  refuseBadVersion(version);
  return { path, version, origin, sha256 };
}

/**
 * The Trivy that `trivy-binary` names, checked as far as possible: by the user's SHA-256, and by its version.
 * @throws GateError `trivy-binary-missing`, `trivy-hash-mismatch`, `trivy-known-bad`, `trivy-unusable`, …
 */
async function givenTrivy(binary: string, sha256: string | undefined, world: World): Promise<InstalledTrivy> {
  const given = givenBinary(binary, sha256, TRIVY, world);
  const real = realpathSync(given);
  // If only we and root can write to it, it stays where it is. Its version is then asked for while it is hashed, as
  // both take equally long.
  const staysThere = sha256 === undefined && isPrivate(real, world.platform);
  const [hash, told] = staysThere ? await Promise.all([sha256OfFile(real), askVersion(real, world)]) : [];
  const checked =
    hash === undefined ? await hashedBinary(given, { binary, sha256 }, TRIVY, world) : { path: real, sha256: hash };
  const version = knownVersion(checked.sha256, TRIVY) ?? told ?? (await askVersion(checked.path, world));
  refuseBadVersion(version);
  return { path: checked.path, version, origin: "given binary", sha256: checked.sha256 };
}

const schema = z.object({ Version: z.string() }).transform(({ Version: version }) => ({ version }));

/**
 * The version that a program reports with `version -f json`.
 * @throws GateError `trivy-unusable` if it is not Trivy; `trivy-version-invalid`, `program-…`, `run-cancelled`.
 */
export async function askVersion(path: string, world: World): Promise<string> {
  const folder = privateFolder(world, "version");
  const result = await runProcess(path, ["version", "-f", "json", "--cache-dir", folder], {
    cwd: folder,
    env: trivyEnvironment(world, "files"),
    deadlineMs: VERSION_DEADLINE_MS,
    signal: world.signal,
    stdout: "capture",
  });
  if (result.aborted) throw cancelled();
  const output = lastWords(result.stderr) ?? lastWords(result.stdout);
  const asked = {
    path,
    command: "trivy version -f json",
    parse: (json: unknown) => schema.safeParse(json).data,
    said: output === undefined ? "; it said nothing" : `; it said ${JSON.stringify(output)}`,
    remedy: "Use a released Trivy, or leave `trivy-binary` out to have one downloaded and verified.",
  };
  return toldVersion(result, asked, TRIVY).version;
}
