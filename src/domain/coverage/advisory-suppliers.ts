import type { CoverageRow, Gap } from "../coverage.ts";
import { counted } from "../list-some.ts";
import type { Accounting } from "./accounting.ts";
import type { SystemMark } from "./inventory.ts";
import type { SeenPackage } from "./seen-packages.ts";
import { shortened, someOf, systemName } from "./words.ts";

/** A system's package, with its maker according to the scanner. */
export interface SuppliedPackage extends SeenPackage {
  /** For an RPM: the module stream that it belongs to (`nodejs:18:…`). */
  readonly modularity?: string | undefined;
  /** dpkg's `Maintainer`, RPM's `Vendor`. Untrusted. */
  readonly maintainer?: string | undefined;
}

/** The suppliers of the advisories that a scanner used for a system's packages. */
export interface Supply {
  readonly system: { readonly family: string; readonly name: string };
  readonly packages: readonly SuppliedPackage[];
  /** The scanner's name for the vendor whose advisories it used for the whole system (`rapidfort`). */
  readonly supplier?: string | undefined;
  /** The scanner assumes that the system has extended support (Ubuntu Pro). */
  readonly isExtended: boolean;
  /** When the scanner matched, as ISO 8601. Absent: unknown. */
  readonly matchedAt?: string | undefined;
  /**
   * The names among these, of packages or of their sources, that the system's own advisories cover. Undefined or
   * absent: it is unknown, and may be any of them.
   */
  readonly advised?: ((names: readonly string[]) => ReadonlySet<string> | undefined) | undefined;
}

/**
 * Finds advisories of other suppliers. If they replace the system's own, this is a gap `advisories-replaced`. If they
 * are added to the system's, it is a note. A mark that the scanner ignored has no effect.
 * @param marks files in the image from which scanners choose a supplier
 */
export function judgeSuppliers(supply: Supply, marks: readonly SystemMark[] = []): Accounting {
  const gaps = [...wholeSystem(supply, marks), ...extended(supply, marks), ...relabelled(supply)];
  return { gaps, notes: gaps.length > 0 ? [] : added(supply) };
}

const SUBJECT = "Advisories";

function replaced(what: string, remedy: string, path?: string): Gap {
  return { code: "advisories-replaced", what, remedy, path };
}

function wholeSystem({ supplier, system }: Supply, marks: readonly SystemMark[]): Gap[] {
  if (supplier === undefined || supplier === "") return [];
  const mark = marks.find(({ vendor }) => vendor.toLowerCase() === supplier.toLowerCase());
  return [
    replaced(
      `the scanner matched the packages of ${systemName(system)} only with the advisories of ${shortened(supplier)}${by(mark)}, and it is unknown whether the release is past its end of life`,
      "If the image is not that vendor's, remove the mark (RapidFort's is `/usr/share/rapidfort/curated.json`). If it is, let the vendor confirm that it is safe, and accept this.",
      mark?.path,
    ),
  ];
}

function extended({ isExtended, system, matchedAt }: Supply, marks: readonly SystemMark[]): Gap[] {
  if (!isExtended || isPastSupport(system, matchedAt) === false) return [];
  const mark = marks.find(({ vendor }) => vendor === "ubuntu-pro");
  return [
    replaced(
      `the scanner matched the packages of ${systemName(system)}, which is past its end of life, only with the advisories of its extended support${by(mark)}`,
      "Build on a release that is supported. If the packages do come from Ubuntu Pro, accept this; otherwise remove `/var/lib/ubuntu-advantage/status.json`.",
      mark?.path,
    ),
  ];
}

function by(mark: SystemMark | undefined): string {
  return mark === undefined ? "" : `, since ${shortened(mark.path)} (layer ${mark.layer}) says so`;
}

/**
 * Packages that the scanner attributes to another vendor, although it is the system that has advisories for them. A
 * field in a list (`Maintainer`) decides that, and an image's builder can set it freely.
 */
function relabelled({ packages, system, advised }: Supply): Gap[] {
  const doubtful = packages.filter((each) => each.thirdParty === true && !isOfVendor(each));
  if (doubtful.length === 0) return [];
  const known = advised?.([...new Set(doubtful.flatMap(namesOf))]);
  const found = doubtful.filter((each) => known === undefined || namesOf(each).some((name) => known.has(name)));
  const [first] = found;
  if (first === undefined) return [];
  const names = someOf(found.map(({ name, version }) => `${name} ${version}`));
  return [
    replaced(
      `${counted(found.length, "package")} of ${systemName(system)} matched with no advisories, as the list of packages says that ${shortened(first.maintainer || "another vendor")} made them: ${names}`,
      "Leave the list of packages as its package manager writes it. If another vendor did build these packages, the system's advisories do not cover them: check them in another way.",
    ),
  ];
}

/**
 * Some systems' advisories name source packages, others name packages. Red Hat's also name packages of a module's
 * stream.
 */
function namesOf({ name, source, modularity }: SuppliedPackage): string[] {
  const stream = modularity?.split(":", 2).join(":");
  return [name, ...(source?.name ? [source.name] : []), ...(stream ? [`${stream}::${name}`] : [])];
}

/** Marks in the system's own versions that other vendors do not use. */
const SYSTEM_MARK = /(?:[+~]deb\d+u\d+|\dubuntu\d)/;
/**
 * Marks in the versions of packages that other vendors build for a system: a code name (`1.27.3-1~bookworm`),
 * `+maria~deb12`, `-1nodesource1`, `PGDG.rhel9`, `.el9.remi`, `.el9.ngx`.
 */
const VENDOR_MARK =
  /(?:[~+.](?:debian|ubuntu)\.?\d|~(?:buster|bullseye|bookworm|trixie|forky|bionic|focal|jammy|noble|resolute)|maria|nodesource|pgdg|\.remi|\.ngx)/i;

/**
 * Packages of vendors whose names systems use, too. Each row starts with a part of the maintainer that scanners know
 * (fanal's `analyzer/pkg/dpkg`).
 */
const VENDORS: readonly (readonly [maintainer: RegExp, names: RegExp])[] = [
  [/support@docker\.com|^Docker/, /^(?:docker|containerd\.io)/],
  [
    /@nvidia\.com|^NVIDIA/,
    /^(?:nvidia|cuda|lib(?:cu|nv|npp|nccl|xnv|tensorrt)|xserver-xorg-video-nvidia|nsight|gds|tensorrt)/,
  ],
  [/Google Cloud CLI Authors/, /^(?:google-cloud|kubectl)/],
  [/sapmachine@sap\.com/, /^sapmachine/],
  [/@hashicorp\.com|^HashiCorp$/, /^(?:terraform|vault|consul|nomad|packer|vagrant|boundary|waypoint|sentinel)/],
  [
    /@microsoft\.com|^Microsoft/,
    /^(?:azure|code|dotnet|aspnetcore|netstandard|powershell|mssql|msodbcsql|mdatp|moby|libmsquic|packages-microsoft|msopenjdk|microsoft)/,
  ],
  [/@mongodb\.com|^MongoDB/, /^mongo/],
  [/developers@lists\.mariadb\.org|^MariaDB/, /^(?:mariadb|libmariadb|galera|mysql-common|libmysqlclient)/i],
  [/dev@couchdb\.apache\.org/, /^couch/],
  [/info@elastic\.co|^Elastic/, /^(?:elastic|kibana|logstash|filebeat|metricbeat|heartbeat|apm|auditbeat|packetbeat)/],
  [/nginx-packaging@f5\.com|^NGINX/i, /^nginx/],
  [/@konghq\.com/, /^kong/],
  [/@cloudflare\.com/, /^cloudflare/],
  [/support@influxdb\.com/, /^(?:influx|telegraf|chronograf|kapacitor)/],
  [/support@gitlab\.com|^GitLab/, /^gitlab/],
  [/contact@grafana\.com|^Grafana/, /^(?:grafana|loki|alloy|tempo|mimir|promtail)/],
  [/@datadoghq\.com|^Datadog/, /^datadog/],
  [/@nodesource\.com/, /^(?:nodejs|nsolid)/],
  [/info@tailscale\.com/, /^tailscale/],
  [
    /@openrobotics\.org|@osrfoundation\.org/,
    /^(?:ros|python3-(?:ros|catkin|col|vcs|bloom)|lib(?:gz|ignition|ros|sdformat)|gz|ignition|gazebo|sdformat|colcon)/,
  ],
  [/^GitHub$/, /^gh$/],
];

/** NVIDIA's packages for Ubuntu have the same marks as Ubuntu's own. */
const MARKS_LIKE_UBUNTU = /^(?:nvidia|cuda|libnvidia|xserver-xorg-video-nvidia)/;

/** True if there is evidence that the package is another vendor's, and not a system's package with a changed label. */
function isOfVendor({ name, version, maintainer = "" }: SuppliedPackage): boolean {
  if (SYSTEM_MARK.test(version) && !MARKS_LIKE_UBUNTU.test(name)) return false;
  if (VENDOR_MARK.test(version)) return true;
  return VENDORS.some(([vendor, names]) => vendor.test(maintainer) && names.test(name));
}

/** Marks of packages. For a package with its vendor's mark, the scanner adds this vendor's advisories. */
const ADDED: readonly (readonly [
  supplier: string,
  families: ReadonlySet<string>,
  isOne: (each: SuppliedPackage) => boolean,
])[] = [
  ["Root.io", new Set(["debian", "ubuntu"]), ({ version }) => version.includes(".root.io")],
  ["Root.io", new Set(["alpine"]), ({ version }) => /-r\d007\d/.test(version)],
  [
    "Seal",
    new Set(["alpine", "cbl-mariner", "centos", "redhat", "debian", "oracle", "ubuntu"]),
    ({ name, source }) => /^seal-/i.test(name) || /^seal-/i.test(source?.name ?? ""),
  ],
];

function added({ packages, system }: Supply): CoverageRow[] {
  return ADDED.flatMap(([supplier, families, isOne]): CoverageRow[] => {
    const found = families.has(system.family) ? packages.filter(isOne) : [];
    const [first] = found;
    if (first === undefined) return [];
    const detail = `advisories of ${supplier} were used in addition to the system's, for packages such as ${shortened(`${first.name} ${first.version}`)}; it is unknown whether the release is past its end of life`;
    return [{ subject: SUBJECT, status: "not-known", detail }];
  });
}
/**
 * Last days of the standard support of Ubuntu's long-term releases. Scanners no longer report a release as ended if the
 * image claims extended support (ESM). From https://ubuntu.com/about/release-cycle, in the scanners' form, since the
 * dates decide which advisories they use.
 */
const UBUNTU: ReadonlyMap<string, string> = new Map([
  ["12.04", "2019-04-26"],
  ["14.04", "2022-04-25"],
  ["16.04", "2021-04-21"],
  ["18.04", "2023-05-31"],
  ["20.04", "2025-05-31"],
  ["22.04", "2027-04-23"],
  ["24.04", "2034-03-31"],
  ["26.04", "2031-05-31"],
]);

/**
 * True if the standard support of a release had ended.
 * @param at ISO 8601 date and time
 * @returns undefined if it is unknown
 */
export function isPastSupport(
  { family, name }: { readonly family: string; readonly name: string },
  at: string | undefined,
): boolean | undefined {
  const end = family === "ubuntu" ? UBUNTU.get(/^\d+\.\d+/.exec(name)?.[0] ?? "") : undefined;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(at ?? "")?.[0];
  return end === undefined || day === undefined ? undefined : day > end;
}
