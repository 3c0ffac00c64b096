/** An operating system in Trivy's words. */
interface System {
  readonly family: string;
  readonly name: string;
}

const major = (name: string): string => /^\d+/.exec(name)?.[0] ?? name;
const minor = (name: string): string => /^\d+\.\d+/.exec(name)?.[0] ?? name;
const asItIs = (name: string): string => name;

/** `2` of `2 (Karoo)`; all that is no number of a release is the first one (Trivy's `pkg/detector/ospkg/amazon`). */
function amazon(name: string): string {
  const release = major(name);
  return ["2", "2022", "2023"].includes(release) ? release : "1";
}

/** By family: how the database calls its bucket (trivy-db's `pkg/vulnsrc`), and what of the release's name is in it. */
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

/** Families for whose packages no Trivy that is supported has advisories, or that it finds only by chance. */
export function isSupportedFamily(family: string): boolean {
  return Object.hasOwn(BUCKETS, family) || family === "coreos" || family === "activestate" || family === "opensuse";
}

/**
 * Whether the database has advisories for a release.
 * @param buckets its buckets' names in lower case
 * @param repositories the releases of Alpine by whose repositories packages were matched
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
  // A release with prolonged support has a bucket of its own beside the one that it had.
  return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}
