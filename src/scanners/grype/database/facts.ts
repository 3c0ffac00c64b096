import type { DatabaseSync } from "node:sqlite";

/** A database's description of itself. */
export type DatabaseFacts = Awaited<ReturnType<typeof factsOf>>;

/**
 * Reads a database's own facts.
 * @throws Error of SQLite, if it is another kind of file
 */
export async function factsOf(file: string) {
  return reading(file, (database) => {
    const { model, revision, addition, build_timestamp } = database.prepare("SELECT * FROM db_metadata").get() ?? {};
    const captured = database
      .prepare("SELECT id, date_captured FROM providers")
      .all()
      .map((row) => [String(row.id), timeIn(row.date_captured)] as const);
    const tables = ["affected_package_handles", "affected_cpe_handles"];
    return {
      /** `6.1.10` */
      schema: [model, revision, addition].join("."),
      /** The date of its oldest source, whichever it is. */
      built: timeIn(build_timestamp),
      /** The dates on which the sources were read, by their names. */
      captured: new Map(captured),
      hasAdvisories: tables.some((table) => database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined),
    };
  });
}

async function reading<T>(file: string, read: (database: DatabaseSync) => T): Promise<T> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** Go writes `2026-11-28 10:00:00.5+00:00`. Other texts become an invalid date. */
function timeIn(value: unknown): Date {
  return new Date(String(value).replace(" ", "T"));
}

/** A distribution and its release, as Grype's report has them. */
export interface Release {
  readonly name: string;
  readonly version: string;
}

/**
 * True if a database has advisories for a distribution's release. It looks the release up as Grype does
 * (`db/v6/operating_system_store.go`), since Grype does not report an unknown one.
 * @throws Error of SQLite
 */
export async function knowsRelease(file: string, release: Release): Promise<boolean> {
  return reading(file, (database) => {
    const wanted = replaced(release, database);
    const rows = database
      .prepare(
        "SELECT id, major_version, minor_version, label_version, codename FROM operating_systems WHERE (name = ? COLLATE NOCASE OR release_id = ? COLLATE NOCASE) AND (channel IS NULL OR channel = '')",
      )
      .all(wanted.name, wanted.name);
    const affected = database.prepare("SELECT 1 FROM affected_package_handles WHERE operating_system_id = ? LIMIT 1");
    return fitting(rows, wanted.version).some(({ id }) => affected.get(id as number) !== undefined);
  });
}

/**
 * The kinds of packages that a database has advisories for, in Grype's words (`deb`, `python`, …).
 * @throws Error of SQLite
 */
export async function knownKinds(file: string): Promise<ReadonlySet<string>> {
  return reading(file, (database) => {
    const rows = database.prepare("SELECT DISTINCT ecosystem FROM packages").all();
    return new Set(rows.map(({ ecosystem }) => String(ecosystem)));
  });
}

/** Number of handles that are read for each kind: its advisories come from one source, or from a few. */
const SAMPLE = 1000;

/**
 * The sources of the advisories on kinds of packages that belong to no distribution.
 * @param kinds in Grype's words
 * @throws Error of SQLite
 */
export async function sourcesOf(file: string, kinds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  return reading(file, (database) => {
    const sources = database.prepare(
      `SELECT DISTINCT provider_id FROM vulnerability_handles WHERE id IN (
        SELECT vulnerability_id FROM affected_package_handles
        WHERE operating_system_id IS NULL AND package_id IN (SELECT id FROM packages WHERE ecosystem = ?) LIMIT ${SAMPLE})`,
    );
    return new Set([...kinds].flatMap((kind) => sources.all(kind).map((row) => String(row.provider_id))));
  });
}

/**
 * Some distributions use the advisories of another one: CentOS uses RHEL's. Rules for a pattern of versions are left
 * out, since matching a pattern may take any time. A release that only such a rule would find counts as unknown.
 */
function replaced({ name, version }: Release, database: DatabaseSync): Release {
  const rows = database
    .prepare("SELECT * FROM operating_system_specifier_overrides WHERE alias = ? COLLATE NOCASE")
    .all(name);
  const rule = rows.find(
    ({ version: exact, version_pattern: pattern, codename }) => !codename && !pattern && (!exact || exact === version),
  );
  if (rule === undefined) return { name, version };
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const major = text(rule.replacement_major_version) ?? (rule.rolling ? "" : partsOf(version)[0]);
  const minor = text(rule.replacement_minor_version) ?? (rule.rolling ? "" : partsOf(version)[1]);
  const label = text(rule.replacement_label_version);
  const numbers = [major, minor].filter(Boolean).join(".");
  return { name: text(rule.replacement) ?? name, version: numbers || (label ?? "") };
}

const partsOf = (version: string): readonly string[] => (/^\d/.test(version) ? version.split(".") : []);

type Row = Readonly<Record<string, unknown>>;

/** By release and point release, otherwise only by the release. A name such as `sid` is a label or a codename. */
function fitting(rows: readonly Row[], version: string): readonly Row[] {
  const [major = "", minor = ""] = partsOf(version);
  if (major === "") {
    const named = version.toLowerCase();
    if (named === "") return rows;
    const isNamed = (value: unknown) => String(value ?? "").toLowerCase() === named;
    return rows.filter(({ label_version: label, codename }) => isNamed(label) || isNamed(codename));
  }
  const ofMajor = rows.filter((row) => String(row.major_version ?? "") === major);
  const exact = ofMajor.filter((row) => String(row.minor_version ?? "") === minor);
  if (exact.length > 0) return exact;
  const whole = ofMajor.filter((row) => !row.minor_version);
  return whole.length > 0 ? whole : ofMajor;
}
