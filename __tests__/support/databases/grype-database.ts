import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { zstdCompressSync } from "node:zlib";
import { hex } from "../images/image-files.ts";
import { tar } from "../images/tar.ts";
import { temporaryFolder } from "../runs/folder.ts";

/** An advisory on one package, of a distribution's release or of an ecosystem. */
export interface GrypeAdvisory {
  readonly id: string;
  readonly severity: "negligible" | "low" | "medium" | "high" | "critical";
  /** Grype's kind of package: `deb`, `python`, … */
  readonly ecosystem: string;
  /** In a distribution: the source package. */
  readonly package: string;
  /** The first fixed version. Absent: there is none. */
  readonly fixed?: string;
  readonly aliases?: readonly string[];
  /** `debian:12`. Absent: it is about an ecosystem. */
  readonly release?: string;
}

export interface GrypeDatabaseOptions {
  readonly advisories?: readonly GrypeAdvisory[];
  /** Ages of its sources, in hours, by their names. */
  readonly hoursAgo?: Readonly<Record<string, number>>;
  readonly now?: Date;
  /** Bytes of filling: an empty database is smaller than 1 MiB. */
  readonly padding?: number;
  readonly model?: number;
  readonly revision?: number;
  /** Distributions that use another one's advisories. */
  readonly overrides?: readonly {
    readonly alias: string;
    readonly pattern?: string;
    readonly replacement?: string;
    readonly rolling?: boolean;
  }[];
}

/** A Debian and a Python advisory that the images of the test bed have. */
export const GRYPE_ADVISORIES: readonly GrypeAdvisory[] = [
  {
    id: "CVE-2099-0001",
    severity: "high",
    ecosystem: "deb",
    package: "openssl",
    fixed: "3.0.99-1",
    release: "debian:12",
  },
  {
    id: "GHSA-aaaa-bbbb-cccc",
    severity: "critical",
    ecosystem: "python",
    package: "requests",
    fixed: "2.99.0",
    aliases: ["CVE-2099-1001"],
  },
];

// The tables of schema 6.1.10, as Grype's own builder makes them, without indexes: an import adds those.
const SCHEMA = `
CREATE TABLE blobs (id integer PRIMARY KEY AUTOINCREMENT, value text NOT NULL);
CREATE TABLE db_metadata (build_timestamp datetime NOT NULL, model integer NOT NULL, revision integer NOT NULL, addition integer NOT NULL);
CREATE TABLE providers (id text PRIMARY KEY, version text, processor text, date_captured datetime, input_digest text);
CREATE TABLE vulnerability_handles (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, status text NOT NULL, published_date datetime, modified_date datetime, withdrawn_date datetime, provider_id text NOT NULL, blob_id integer);
CREATE TABLE vulnerability_aliases (name text, alias text NOT NULL, PRIMARY KEY (name, alias));
CREATE TABLE operating_systems (id integer PRIMARY KEY AUTOINCREMENT, name text, release_id text, major_version text, minor_version text, label_version text, codename text, channel text, eol_date datetime, eoas_date datetime);
CREATE TABLE operating_system_specifier_overrides (alias text, version text, version_pattern text, codename text, channel text, replacement text, replacement_major_version text, replacement_minor_version text, replacement_label_version text, replacement_channel text, rolling numeric, applicable_client_db_schemas text);
CREATE TABLE packages (id integer PRIMARY KEY AUTOINCREMENT, ecosystem text, name text);
CREATE TABLE package_specifier_overrides (ecosystem text, replacement_ecosystem text);
CREATE TABLE architecture_aliases (alias text PRIMARY KEY, canonical text NOT NULL);
CREATE TABLE affected_package_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE unaffected_package_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, operating_system_id integer, package_id integer, blob_id integer);
CREATE TABLE cpes (id integer PRIMARY KEY AUTOINCREMENT, part text NOT NULL, vendor text, product text NOT NULL, edition text, language text, software_edition text, target_hardware text, target_software text, other text);
CREATE TABLE package_cpes (cpe_id integer, package_id integer, PRIMARY KEY (cpe_id, package_id));
CREATE TABLE affected_cpe_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, cpe_id integer, blob_id integer);
CREATE TABLE unaffected_cpe_handles (id integer PRIMARY KEY AUTOINCREMENT, vulnerability_id integer NOT NULL, cpe_id integer, blob_id integer);
CREATE TABLE known_exploited_vulnerability_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, blob_id integer);
CREATE TABLE epss_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, epss real NOT NULL, percentile real NOT NULL);
CREATE TABLE epss_metadata (date datetime NOT NULL);
CREATE TABLE cwe_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, cwe text NOT NULL, source text, type text);
CREATE TABLE ssvc_handles (id integer PRIMARY KEY AUTOINCREMENT, cve text NOT NULL, source text, role text, version text, timestamp datetime, exploitation text, automatable text, technical_impact text);
`;

const HOUR_MS = 3_600_000;
const KINDS: Readonly<Record<string, string>> = { deb: "dpkg", apk: "apk", rpm: "rpm" };

/** A database of Grype's schema, as an archive that its makers would publish. */
export function grypeDatabaseArchive(options: GrypeDatabaseOptions = {}): {
  readonly bytes: Buffer;
  readonly sha256: string;
} {
  const bytes = zstdCompressSync(tar([{ path: "vulnerability.db", data: grypeDatabase(options) }]));
  return { bytes, sha256: hex(bytes) };
}

/**
 * Writes archives into a folder, the same one for the same options, since Grype imports each once.
 * @returns what `grype-db` is to name, for options
 */
export function grypeDatabases(folder: () => string): (options?: GrypeDatabaseOptions) => string {
  const databases = new Map<string, string>();
  return (options = {}) => {
    const key = JSON.stringify(options);
    const known = databases.get(key);
    if (known !== undefined) return known;
    const { bytes, sha256 } = grypeDatabaseArchive(options);
    const path = join(folder(), `${sha256}.tar.zst`);
    writeFileSync(path, bytes);
    databases.set(key, `${path}@sha256:${sha256}`);
    return `${path}@sha256:${sha256}`;
  };
}

/** The database's own file. */
function grypeDatabase({
  advisories = GRYPE_ADVISORIES,
  hoursAgo = {},
  now = new Date(),
  padding = 1_200_000,
  model = 6,
  revision = 1,
  overrides = [],
}: GrypeDatabaseOptions = {}): Buffer {
  const folder = temporaryFolder("grype-db");
  try {
    const path = join(folder.path, "vulnerability.db");
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN; ${SCHEMA}`);
    const at = (hours: number) =>
      new Date(now.getTime() - hours * HOUR_MS).toISOString().replace("T", " ").replace("Z", "+00:00");
    const providers = new Map<string, number>([["nvd", 2], ["debian", 2], ["github", 2], ...Object.entries(hoursAgo)]);
    database
      .prepare("INSERT INTO db_metadata VALUES (?, ?, ?, 10)")
      .run(at(Math.max(...providers.values())), model, revision);
    const provider = database.prepare("INSERT INTO providers VALUES (?, '1', 'by hand', ?, 'xxh64:0000000000000000')");
    for (const [name, hours] of providers) provider.run(name, at(hours));
    database.prepare("INSERT INTO blobs (value) VALUES (?)").run(JSON.stringify({ filling: "x".repeat(padding) }));
    for (const advisory of advisories) addAdvisory(advisory, database);
    const override = database.prepare(
      "INSERT INTO operating_system_specifier_overrides (alias, version, version_pattern, codename, replacement, rolling) VALUES (?, '', ?, '', ?, ?)",
    );
    for (const { alias, pattern = "", replacement = null, rolling = false } of overrides)
      override.run(alias, pattern, replacement, rolling ? 1 : 0);
    database.exec("COMMIT");
    database.close();
    return readFileSync(path);
  } finally {
    folder.remove();
  }
}

function addAdvisory(advisory: GrypeAdvisory, database: DatabaseSync): void {
  const { id, severity, ecosystem, aliases = [], release, fixed } = advisory;
  const insert = (table: string, row: Record<string, string | number | null>) => {
    const keys = Object.keys(row);
    const marks = keys.map(() => "?").join(", ");
    const sql = `INSERT INTO ${table} (${keys.join(", ")}) VALUES (${marks})`;
    return Number(database.prepare(sql).run(...Object.values(row)).lastInsertRowid);
  };
  const blob = (value: unknown) => insert("blobs", { value: JSON.stringify(value) });
  const severities = [{ scheme: release ? "CHMLN" : "CHML", value: severity, rank: 1 }];
  const refs = [{ url: `https://advisories.example/${id}` }];
  const [name = "", version = ""] = (release ?? "").split(":");
  const [major = "", minor = ""] = version.split(".");
  const vulnerability = insert("vulnerability_handles", {
    name: id,
    status: "active",
    provider_id: release ? name : "github",
    blob_id: blob({ id, description: "Invented", refs, aliases, severities }),
  });
  for (const alias of aliases) insert("vulnerability_aliases", { name: id, alias });
  const known = database.prepare(
    "SELECT id FROM operating_systems WHERE name = ? AND major_version = ? AND minor_version = ?",
  );
  const system = release
    ? (known.get(name, major, minor)?.id ??
      insert("operating_systems", {
        name,
        release_id: name,
        major_version: major,
        minor_version: minor,
        label_version: "",
        codename: "",
        channel: "",
      }))
    : null;
  const about = database
    .prepare("SELECT id FROM packages WHERE ecosystem = ? AND name = ?")
    .get(ecosystem, advisory.package);
  const range = { type: KINDS[ecosystem] ?? ecosystem, constraint: fixed ? `< ${fixed}` : "" };
  const fix = fixed ? { version: fixed, state: "fixed" } : { state: "not-fixed" };
  insert("affected_package_handles", {
    vulnerability_id: vulnerability,
    operating_system_id: system as number | null,
    package_id: (about?.id as number) ?? insert("packages", { ecosystem, name: advisory.package }),
    blob_id: blob({ ranges: [{ version: range, fix }] }),
  });
}
