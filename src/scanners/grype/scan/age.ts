import { join } from "node:path";
import { isoSeconds, roundedSpan } from "../../../domain/dates.ts";
import { systemNamed } from "../../../domain/foreign/systems.ts";
import type { InstalledPackage, Target } from "../../../domain/target.ts";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import { sourcesOf } from "../database/facts.ts";
import { FILE } from "../database/health.ts";
import { ageOf, type GrypeDatabase, sourcesFor } from "../report/database.ts";
import type { System } from "../report/report.ts";
import type { RunSettings } from "./answer.ts";

/** What decides which of a database's sources matter for a target. */
interface Needs {
  readonly target: Target;
  readonly system: System;
  /** The kinds of its packages that belong to no distribution, in Grype's words. */
  readonly kinds: ReadonlySet<string>;
  /** What Grype said of the database that it used. */
  readonly told: GrypeDatabase;
}

/** The kinds of packages that belong to no distribution. */
export function kindsOf(packages: readonly Pick<InstalledPackage, "system" | "type">[]): ReadonlySet<string> {
  return new Set(packages.flatMap(({ system, type }) => (system === true ? [] : [type])));
}

/**
 * When the sources that matter for a target were read: its distribution's, and those of the packages found. An outage
 * at another vendor does not matter.
 * @returns ISO 8601
 * @throws GateError `grype-database-stale`
 */
export async function requireYoung(
  { target: { label }, system, kinds, told }: Needs,
  { maxAgeMs, database }: RunSettings,
  { now }: World,
): Promise<string> {
  const ofSystem = sourcesFor(systemNamed(system?.name ?? "")?.name ?? system?.name ?? "") ?? [];
  const ofKinds = kinds.size === 0 ? [] : await sourcesOf(join(database.folder, FILE), kinds);
  // Programs without a package manager are matched by their product's name (CPE).
  const sources = new Set([...ofSystem, ...ofKinds, ...(kinds.has("binary") ? ["nvd"] : [])]);
  const updatedAt = ageOf(told, sources);
  const age = updatedAt === undefined ? undefined : now().getTime() - Date.parse(updatedAt);
  if (updatedAt !== undefined && age !== undefined && age <= maxAgeMs) return updatedAt;
  const when =
    updatedAt === undefined
      ? "have no date"
      : `are of ${isoSeconds(new Date(updatedAt))}, more than ${roundedSpan(maxAgeMs)} ago`;
  throw new GateError(
    "grype-database-stale",
    `${label} cannot be judged: the advisories of Grype's database that matter for it (${[...sources].join(", ") || "all"}) ${when}`,
    "Refresh the copy that `grype-db` names, or let an older one through by a higher `max-db-age`.",
  );
}
