import { type NamedSystem, systemNamed } from "../../../domain/foreign/systems.ts";
import { dateIn } from "../../given-report.ts";
import { type DatabaseFacts, databaseSchema, GRYPE } from "./schema.ts";

/** A report's description of the database that it was made with. */
export interface GrypeDatabase {
  /** The dates on which its sources were read, by their names. Empty: the report does not say. */
  readonly providers: ReadonlyMap<string, string>;
  /** The date on which it was built (ISO 8601), which is the date of its oldest source. */
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
    throw GRYPE.invalid("was made with a database that is damaged according to Grype (`descriptor.db`)");
  return { providers: providersOf(facts), built: dateIn(status.built) };
}

/** 3 to 5, later `v6.0.2`. */
function requireVersion(version: string | number | null | undefined): void {
  if (version === undefined || version === null) return;
  const [, major] = /^v?(\d{1,3})(?:\.\d+){0,2}$/.exec(String(version)) ?? [];
  if (major !== undefined && Number(major) >= 3 && Number(major) <= 6) return;
  throw GRYPE.unknownVersion("was made with a database of an unknown version", "the versions 3 to 6");
}

function providersOf({ providers }: DatabaseFacts): Map<string, string> {
  const dates = Object.entries(providers ?? {}).map(([name, { captured }]) => [name, dateIn(captured) ?? ""] as const);
  return new Map(dates);
}

/**
 * Distributions that Grype has advisories for (its `distro` and vunnel's providers), whose source has the same name.
 */
const OWN = "alpine alma amazon azurelinux chainguard debian minimos oracle photon rocky sles ubuntu wolfi".split(" ");
/** Other sources that a distribution uses, in addition to its own or in place of it. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ...["alma", "centos", "redhat", "rocky"].map((name) => [name, "rhel"] as const),
  ...["azurelinux", "cbl-mariner"].map((name) => [name, "mariner"] as const),
]);

/** The sources that could have advisories for a distribution. Undefined: Grype has none for it. */
export function sourcesFor(system: NamedSystem | undefined): readonly string[] | undefined {
  const name = systemNamed(system?.name ?? "")?.name ?? system?.name ?? "";
  const sources = [...OWN.filter((each) => each === name), ...(OTHERS.has(name) ? [OTHERS.get(name) as string] : [])];
  return sources.length === 0 ? undefined : sources;
}

/**
 * The date on which the relevant advisories of a report were read: the oldest of their sources. An outage at another
 * vendor does not make a report old.
 */
export function ageOf({ providers, built }: GrypeDatabase, sources: ReadonlySet<string>): string | undefined {
  const dates = [...sources].flatMap((name) => (providers.has(name) ? [providers.get(name) as string] : []));
  if (dates.length === 0) return built;
  // A source without a date may be of any age.
  return dates.includes("") ? undefined : dates.sort()[0];
}
