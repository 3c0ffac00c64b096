import { join } from "node:path";
import { readBolt } from "./bolt-file.ts";
import type { Database } from "./health.ts";

const known = new WeakMap<Database, ReadonlySet<string> | undefined>();

/**
 * Names of the database's buckets, in lower case: `debian 12`, `alpine 3.22`, `red hat`, `npm::github security advisory npm`.
 * Reads only the few pages that name them, even in a large file. Undefined if the file cannot be read.
 */
export function bucketsOf(database: Database): ReadonlySet<string> | undefined {
  if (!known.has(database)) known.set(database, readBuckets(join(database.folder, "trivy.db")));
  return known.get(database);
}

function readBuckets(path: string): ReadonlySet<string> | undefined {
  return readBolt(path, (root) => new Set(root.keys().map((name) => name.toLowerCase())));
}

/** An operating system in Trivy's terms. */
interface System {
  readonly family: string;
  readonly name: string;
}

const major = (name: string): string => /^\d+/.exec(name)?.[0] ?? name;
const minor = (name: string): string => /^\d+\.\d+/.exec(name)?.[0] ?? name;
const asItIs = (name: string): string => name;

/** `2` of `2 (Karoo)`. Anything that is not a release number means release 1 (Trivy's `pkg/detector/ospkg/amazon`). */
function amazon(name: string): string {
  const release = major(name);
  return ["2", "2022", "2023"].includes(release) ? release : "1";
}

/** For each family: the prefix of its bucket (trivy-db's `pkg/vulnsrc`), and the part of the release's name that follows. */
const BUCKETS: Readonly<Record<string, readonly [prefix: string, release?: (name: string) => string]>> = {
  alpine: ["alpine", minor],
  alma: ["alma", major],
  amazon: ["amazon linux", amazon],
  azurelinux: ["azure linux", minor],
  bottlerocket: ["bottlerocket"],
  "cbl-mariner": ["cbl-mariner", minor],
  centos: ["red hat"],
  chainguard: ["chainguard"],
  debian: ["debian", major],
  echo: ["echo"],
  minimos: ["minimos"],
  "opensuse-leap": ["opensuse leap", asItIs],
  "opensuse-tumbleweed": ["opensuse tumbleweed"],
  oracle: ["oracle linux", major],
  photon: ["photon os", asItIs],
  redhat: ["red hat"],
  rocky: ["rocky", major],
  slem: ["suse linux enterprise micro", asItIs],
  sles: ["suse linux enterprise", asItIs],
  ubuntu: ["ubuntu", (name) => /^\d+\.\d+/.exec(name)?.[0] ?? name],
  wolfi: ["wolfi"],
};

/** Whether Trivy has advisories for a family's packages. False also if it finds some only by chance. */
export function isSupportedFamily(family: string): boolean {
  return Object.hasOwn(BUCKETS, family) || family === "coreos" || family === "activestate" || family === "opensuse";
}

/**
 * Whether the database has advisories for a release.
 * @param buckets the names of its buckets, in lower case
 * @param repositories Alpine releases whose repositories decided how packages were matched
 */
export function knowsRelease(
  { family, name }: System,
  buckets: ReadonlySet<string>,
  repositories: readonly string[] = [],
): boolean {
  if (family === "alpine" && repositories.length > 0)
    return repositories.every((release) => buckets.has(`alpine ${release === "edge" ? release : minor(release)}`));
  const [prefix, release] = BUCKETS[family] ?? [family, major];
  if (release === undefined) return buckets.has(prefix);
  const wanted = `${prefix} ${release(name).toLowerCase()}`;
  // A release with extended support has a second bucket besides its regular one.
  return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}
