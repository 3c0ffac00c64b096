import { type NamedSystem, systemNamed } from "../../../domain/foreign/systems.ts";
import { dateIn } from "../../given-report.ts";
import { type DatabaseFacts, databaseSchema, GRYPE } from "./schema.ts";

/** What a report says about the database that it was made with. */
export interface GrypeDatabase {
  /** When its sources were read, by their names. Empty: the report does not say. */
  readonly providers: ReadonlyMap<string, string>;
  /** When it was built (ISO 8601): the date of its oldest source, whichever that is. */
  readonly built?: string | undefined;
}

/**
 * @throws GateError `report-schema-unknown` for another version; `report-invalid` if Grype found it damaged
 */
export function databaseOf(value: unknown): GrypeDatabase {
  if (value === undefined || value === null) return { providers: new Map() };
  const facts = GRYPE.checked(databaseSchema, value, ["descriptor", "db"]);
  const status = facts.status ?? facts;
  requireVersion(status.schemaVersion);
  if (status.valid === false || (typeof status.error === "string" && status.error !== ""))
    throw GRYPE.invalid("was made with a database that Grype calls damaged (`descriptor.db`)");
  return { providers: providersOf(facts), built: dateIn(status.built) };
}

/** 3 to 5, later `v6.0.2`. */
function requireVersion(version: string | number | null | undefined): void {
  if (version === undefined || version === null) return;
  const [, major] = /^v?(\d{1,3})(?:\.\d+){0,2}$/.exec(String(version)) ?? [];
  if (major !== undefined && Number(major) >= 3 && Number(major) <= 6) return;
  throw GRYPE.unknownVersion("was made with a database of a version that is not known", "the versions 3 to 6");
}

function providersOf({ providers }: DatabaseFacts): Map<string, string> {
  const dates = Object.entries(providers ?? {}).map(([name, { captured }]) => [name, dateIn(captured) ?? ""] as const);
  return new Map(dates);
}

/** Sources by the distribution whose advisories they have (Grype's `distro` and vunnel's providers). */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  alpine: ["alpine"],
  alma: ["alma", "rhel"],
  amazon: ["amazon"],
  azurelinux: ["mariner", "azurelinux"],
  "cbl-mariner": ["mariner"],
  centos: ["rhel"],
  chainguard: ["chainguard"],
  debian: ["debian"],
  minimos: ["minimos"],
  oracle: ["oracle"],
  photon: ["photon"],
  redhat: ["rhel"],
  rocky: ["rocky", "rhel"],
  sles: ["sles"],
  ubuntu: ["ubuntu"],
  wolfi: ["wolfi"],
};

/** The sources that could have advisories for a distribution. Undefined: Grype has none for it. */
export function sourcesFor(system: NamedSystem | undefined): readonly string[] | undefined {
  const name = systemNamed(system?.name ?? "")?.name ?? system?.name ?? "";
  return Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
}

/**
 * When the advisories that mattered for a report were read: the oldest of their sources. An outage at another vendor
 * makes no report old.
 */
export function ageOf({ providers, built }: GrypeDatabase, sources: ReadonlySet<string>): string | undefined {
  const dates = [...sources].flatMap((name) => (providers.has(name) ? [providers.get(name) as string] : []));
  if (dates.length === 0) return built;
  // A source without a date may be of any age.
  return dates.includes("") ? undefined : dates.sort()[0];
}
