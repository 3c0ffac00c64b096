import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Cost, timeCommand } from "./measure.ts";

export interface BareScan {
  /** The folder of Trivy's report and of its cache of scans. */
  readonly folder: string;
  readonly trivy: string;
  /** Folder of the vulnerability database. */
  readonly database: string;
  readonly java?: string | undefined;
  /** A tar or layout; with `isRemote`, a reference of a registry on this machine. */
  readonly image: string;
  readonly isRemote?: boolean | undefined;
  /** `vuln` by default. */
  readonly scanners?: string | undefined;
  /** True if it has never seen the image. Otherwise it remembers what it read of the layers. */
  readonly isCold?: boolean | undefined;
}

/** The command of a user without the gate: the same scan, JSON to a file, and nothing else. */
export function bareTrivy({
  folder,
  trivy,
  database,
  java,
  image,
  isRemote,
  scanners = "vuln",
  isCold,
}: BareScan): Cost {
  const cache = join(folder, "bare-cache");
  mkdirSync(cache, { recursive: true });
  if (isCold) rmSync(join(cache, "fanal"), { recursive: true, force: true });
  for (const [name, place] of Object.entries({ db: database, "java-db": java })) {
    rmSync(join(cache, name), { recursive: true, force: true });
    if (place !== undefined) symlinkSync(place, join(cache, name));
  }
  const args = ["image", "--quiet", "--format=json", `--output=${join(folder, "bare.json")}`, `--cache-dir=${cache}`];
  const flags = ["--skip-db-update", "--skip-java-db-update", `--scanners=${scanners}`, "--offline-scan"];
  const quiet = ["--skip-version-check", "--disable-telemetry"];
  const source = isRemote ? ["--image-src=remote", image] : [`--input=${image}`];
  return timeCommand(trivy, [...args, ...flags, ...quiet, ...source], { env: { PATH: process.env.PATH } });
}
