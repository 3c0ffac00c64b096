import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { tryOr } from "../../../system/errors.ts";
import type { Database } from "./health.ts";
import { boltMeta } from "./health.ts";
import { libraryOf } from "./libraries.ts";

const known = new WeakMap<Database, ReadonlySet<string> | undefined>();

/**
 * Names of the database's buckets, in lower case: `debian 12`, `alpine 3.22`, `red hat`,
 * `npm::github security advisory npm`. Reads only the few pages that name them, even in a large file. Undefined if the
 * file cannot be read.
 */
export function bucketsOf(database: Database): ReadonlySet<string> | undefined {
  if (!known.has(database)) known.set(database, readBuckets(join(database.folder, "trivy.db")));
  return known.get(database);
}

function readBuckets(path: string): ReadonlySet<string> | undefined {
  return readBolt(path, (root) => new Set(keysOf(root).map((name) => name.toLowerCase())));
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

/**
 * For each family: the prefix of its bucket (trivy-db's `pkg/vulnsrc`), and the part of the release's name that
 * follows.
 */
const FAMILIES: Readonly<Record<string, readonly [prefix: string, release?: (name: string) => string]>> = {
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
  ubuntu: ["ubuntu", minor],
  wolfi: ["wolfi"],
};
/** A family's name may come from an SBOM. */
const BUCKETS = new Map(Object.entries(FAMILIES));

/** The name of a release's bucket, in lower case. */
function bucketOf({ family, name }: System): string {
  const [prefix, release] = BUCKETS.get(family) ?? [family, major];
  return release === undefined ? prefix : `${prefix} ${release(name).toLowerCase()}`;
}

/** True if Trivy has advisories for a family's packages. A few chance matches do not count. */
export function isSupportedFamily(family: string): boolean {
  return BUCKETS.has(family) || family === "coreos" || family === "activestate" || family === "opensuse";
}

/**
 * True if the database has advisories for a release.
 * @param buckets the names of its buckets, in lower case
 * @param repositories Alpine releases whose repositories decided the matching of packages
 */
export function knowsRelease(
  system: System,
  buckets: ReadonlySet<string>,
  repositories: readonly string[] = [],
): boolean {
  if (system.family === "alpine" && repositories.length > 0)
    return repositories.every((release) => buckets.has(`alpine ${release === "edge" ? release : minor(release)}`));
  const wanted = bucketOf(system);
  // A release with extended support has a second bucket besides its regular one.
  return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}

/** Types of libraries that few databases have advisories for. Their buckets have the type's own name. */
const RARE: ReadonlySet<string> = new Set(["bitnami", "cocoapods", "conan", "kubernetes"]);

/** Equal for two of Trivy's types of libraries that need the same advisories. Undefined: no rule knows the type. */
export function advisedAs(type: string): string | undefined {
  return libraryOf(type)?.bucket ?? (RARE.has(type) ? type : undefined);
}

/**
 * The types of libraries, of these, for which the database has no advisories at all. A private build of the database
 * may cover only some ecosystems. Trivy then finds nothing in the others silently.
 * @param buckets the names of its buckets, in lower case. Undefined: they are not known
 */
export function unadvisedTypes(types: Iterable<string>, buckets: ReadonlySet<string> | undefined): Set<string> {
  if (buckets === undefined) return new Set();
  const names = [...buckets];
  const isAdvised = (type: string) => {
    const prefix = libraryOf(type)?.bucket;
    return prefix === undefined || names.some((name) => name.startsWith(prefix));
  };
  return new Set([...new Set(types)].filter((type) => !isAdvised(type)));
}

/**
 * The names, of these, that appear in a release's own advisories. Undefined: the database cannot be read, or has none
 * for the release.
 * @param names of packages and of their sources
 */
export function advisedNames(
  system: System,
  names: readonly string[],
  database: Database,
): ReadonlySet<string> | undefined {
  const wanted = bucketOf(system);
  return readBolt(join(database.folder, "trivy.db"), (root) => {
    const key = keysOf(root).find((each) => each.toLowerCase() === wanted);
    const bucket = key === undefined ? undefined : root.bucket(key);
    return bucket && new Set(names.filter((each) => bucket.bucket(each) !== undefined));
  });
}

/** The origin of a package, according to files below `root/buildinfo` in its layer. */
export interface BuildInfo {
  /** Names of repositories. */
  readonly ContentSets?: readonly string[] | undefined;
  /** Name, version and release of a Red Hat image. */
  readonly Nvr?: string | undefined;
  readonly Arch?: string | undefined;
}

const indices = z.array(z.number());

/**
 * Returns the packages that were matched only with advisories for another product or release. Each Red Hat advisory
 * names its products. A package's repositories and image decide which products it belongs to.
 * @param major the release, such as `9`
 * @param database if it is undefined or does not know the release, only the names of repositories are judged
 */
export function ofOtherProducts(
  builds: readonly BuildInfo[],
  major: string,
  database: Database | undefined,
): readonly BuildInfo[] {
  const isOwn = ownRepositories(major);
  const byDatabase = database && readBolt(join(database.folder, "trivy.db"), (root) => judgedBy(root, builds, isOwn));
  return (
    byDatabase ??
    builds.filter(
      ({ ContentSets: sets = [], Nvr: image }) => sets.length > 0 && !image && !sets.map(cleaned).some(isOwn),
    )
  );
}

/** Undefined if the database knows none of the release's own repositories. */
function judgedBy(root: BoltBucket, builds: readonly BuildInfo[], isOwn: (name: string) => boolean) {
  const products = root.bucket("Red Hat CPE");
  const repositories = [...(products?.bucket("repository")?.entries() ?? [])];
  const own = new Set(repositories.flatMap(([name, value]) => (isOwn(name) ? numbersIn(value) : [])));
  if (products === undefined || own.size === 0) return undefined;
  return builds.filter((build) => !productsOf(build, products).some((product) => own.has(product)));
}

/** Looks the products up as Trivy does (`pkg/detector/ospkg/redhat`). */
function productsOf({ ContentSets: sets = [], Nvr: build = "", Arch: arch = "" }: BuildInfo, products: BoltBucket) {
  const [repositories, images] = [products.bucket("repository"), products.bucket("nvr")];
  return [...sets.map((set) => repositories?.value(cleaned(set))), images?.value(`${build}-${arch}`)].flatMap(
    (value) => (value === undefined ? [] : numbersIn(value)),
  );
}

function numbersIn(value: Buffer): number[] {
  return indices.parse(JSON.parse(value.toString()));
}

/** The build adds a suffix like `__9`. A suffix like `__9_DOT_2` is part of the name. */
function cleaned(set: string): string {
  return set.replace(/__\d+$/, "");
}

/**
 * Recognises the repositories that every installation of a release has: `rhel-9-for-x86_64-baseos-rpms`,
 * `rhel-7-server-rpms`, and those with longer support (`…-eus-rpms__9_DOT_2`). A product's repository has another kind
 * of name, such as `rhocp-4.12-for-rhel-9-x86_64-rpms`.
 */
function ownRepositories(major: string): (name: string) => boolean {
  const own =
    Number(major) >= 8
      ? new RegExp(`^(?:rhel|ubi)-${major}-(?:for-\\w+-)?baseos-`)
      : new RegExp(
          `^rhel-${major}-(?:server|workstation|desktop|client|hpc-node|for-[a-z0-9-]+?)(?:-(?:eus|e4s|aus|tus|els))*-rpms`,
        );
  return (name) => own.test(name);
}

// bbolt's file format (page.go, bucket.go): pages have a header of 16 bytes (id u64, flags u16, count u16, overflow
// u32), followed by elements of 16 bytes. A bucket's value is its root page (u64) and a sequence (u64). If the root
// page is 0, the bucket's only page follows.
const HEADER = 16;
const ELEMENT = 16;
const BUCKET_HEADER = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const IS_BUCKET = 0x01;
/** With more pages, it is not a Trivy database: the names that we list in a real one are on some hundred pages. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_LEVELS = 32;

/** A bucket of a bbolt file. Reads only the pages that are needed, however large the file is. */
interface BoltBucket {
  entries(): Iterable<readonly [key: string, value: Buffer]>;
  value(key: string): Buffer | undefined;
  bucket(name: string): BoltBucket | undefined;
}

const keysOf = (bucket: BoltBucket): string[] => [...bucket.entries()].map(([key]) => key);

/** The result of `read` for the file's root bucket. Undefined: the file cannot be read. */
function readBolt<T>(path: string, read: (root: BoltBucket) => T): T | undefined {
  return tryOr(() => {
    using cleanup = new DisposableStack();
    const { root, page } = pagesOf(cleanup.adopt(openSync(path, "r"), closeSync));
    return read(bucketAt(page(root), page));
  }, undefined);
}

type PageReader = (id: number) => Buffer;

function pagesOf(file: number): { root: number; page: PageReader } {
  const meta = boltMeta(file);
  if (meta === undefined) throw new TypeError("no database");
  const { root, size } = meta;
  return {
    root,
    page(id) {
      const bytes = size * (1 + readAt(file, id * size, HEADER).readUInt32LE(12));
      if (bytes > MOST_BYTES) throw new TypeError("no page of Trivy's");
      return readAt(file, id * size, bytes);
    },
  };
}

function readAt(file: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (readSync(file, buffer, 0, bytes, position) !== bytes) throw new TypeError("cut off");
  return buffer;
}

function bucketAt(root: Buffer, page: PageReader): BoltBucket {
  function* leaves(): Generator<Buffer> {
    const waiting = [root];
    for (let read = 0; waiting.length > 0; read += 1) {
      if (read === MOST_PAGES) throw new TypeError("no bucket of Trivy's");
      const each = waiting.pop() as Buffer;
      if (isLeaf(each)) yield each;
      else for (let index = 0; index < countOf(each); index += 1) waiting.push(page(childAt(each, index)));
    }
  }
  function find(key: string): { leaf: Buffer; index: number } | undefined {
    const wanted = Buffer.from(key);
    let at = root;
    for (let level = 0; level < MOST_LEVELS; level += 1) {
      if (isLeaf(at)) {
        const index = lastUpTo(at, wanted);
        return index >= 0 && keyAt(at, index).equals(wanted) ? { leaf: at, index } : undefined;
      }
      at = page(childAt(at, Math.max(0, lastUpTo(at, wanted))));
    }
    throw new TypeError("no bucket of Trivy's");
  }
  return {
    *entries() {
      for (const leaf of leaves())
        for (let index = 0; index < countOf(leaf); index += 1)
          yield [keyAt(leaf, index).toString(), valueAt(leaf, index)];
    },
    value(key) {
      const found = find(key);
      return found && valueAt(found.leaf, found.index);
    },
    bucket(name) {
      const found = find(name);
      if (found === undefined || (found.leaf.readUInt32LE(elementAt(found.index)) & IS_BUCKET) === 0) return undefined;
      const value = valueAt(found.leaf, found.index);
      const id = Number(value.readBigUInt64LE(0));
      return bucketAt(id === 0 ? value.subarray(BUCKET_HEADER) : page(id), page);
    },
  };
}

function isLeaf(page: Buffer): boolean {
  const flags = page.readUInt16LE(8);
  if ((flags & (BRANCH | LEAF)) === 0) throw new TypeError("no page of a bucket");
  return (flags & LEAF) !== 0;
}

const countOf = (page: Buffer): number => page.readUInt16LE(10);
const elementAt = (index: number): number => HEADER + index * ELEMENT;

/** Keys are sorted. Index of the last one that is not greater; -1 if all are. */
function lastUpTo(page: Buffer, wanted: Buffer): number {
  let [low, high] = [0, countOf(page)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(keyAt(page, middle), wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The page of a branch's element. Before it come position u32 and size u32 of the key. */
function childAt(page: Buffer, index: number): number {
  return Number(page.readBigUInt64LE(elementAt(index) + 8));
}

/**
 * A leaf's element: flags u32, position u32 relative to the element, sizes of key and value u32. A branch's has no
 * flags.
 */
function keyAt(page: Buffer, index: number): Buffer {
  const at = elementAt(index);
  const fields = isLeaf(page) ? at + 4 : at;
  const start = at + page.readUInt32LE(fields);
  return page.subarray(start, start + page.readUInt32LE(fields + 4));
}

function valueAt(leaf: Buffer, index: number): Buffer {
  const at = elementAt(index);
  const start = at + leaf.readUInt32LE(at + 4) + leaf.readUInt32LE(at + 8);
  return leaf.subarray(start, start + leaf.readUInt32LE(at + 12));
}
