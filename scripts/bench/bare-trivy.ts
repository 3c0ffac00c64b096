import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { timeCommand } from "./measure.ts";

export interface BareScan {
  /** Where its report and its cache of scans go. */
  readonly folder: string;
  readonly trivy: string;
  /** Folder of the vulnerability database. */
  readonly database: string;
  readonly image: string;
}

/** What a user without the gate would run: the same scan, JSON to a file, its cache warm. In milliseconds. */
export function bareTrivy({ folder, trivy, database, image }: BareScan): number {
  const cache = join(folder, "bare-cache");
  mkdirSync(cache, { recursive: true });
  execFileSync("ln", ["-sfn", database, join(cache, "db")]);
  const args = ["image", "--quiet", "--format=json", `--output=${join(folder, "bare.json")}`, `--cache-dir=${cache}`];
  const flags = ["--skip-db-update", "--scanners=vuln", "--skip-version-check", "--disable-telemetry"];
  return timeCommand(trivy, [...args, ...flags, `--input=${image}`], { env: { PATH: process.env.PATH } }).ms;
}
