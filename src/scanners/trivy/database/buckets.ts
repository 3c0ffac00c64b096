import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./health.ts";

// bbolt's file format (page.go, bucket.go): pages have a header of 16 bytes (id u64, flags u16, count u16, overflow u32),
// followed by elements of 16 bytes. The root bucket's leaves name the top-level buckets, which are few.
const HEADER = 16;
const ELEMENT = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
/** With more than this, it is not a Trivy database: a real one has some hundred buckets on some ten pages. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 16 * 1024 * 1024;

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
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const pages = pagesOf(file);
    const names = new Set<string>();
    const waiting = [pages.root];
    for (let read = 0; waiting.length > 0; read += 1) {
      if (read === MOST_PAGES) return undefined;
      const page = pages.read(waiting.pop() as number);
      const flags = page.readUInt16LE(8);
      const count = page.readUInt16LE(10);
      if ((flags & (BRANCH | LEAF)) === 0) return undefined;
      for (let index = 0; index < count; index += 1)
        if ((flags & BRANCH) !== 0) waiting.push(childAt(page, index));
        else names.add(keyAt(page, index).toLowerCase());
    }
    return names;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function pagesOf(file: number) {
  const first = readAt(file, 0, 80);
  const size = first.readUInt32LE(HEADER + 8);
  const metas = [first, readAt(file, size, 80)].filter((meta) => meta.readUInt32LE(HEADER) === 0xed0cdaed);
  const transaction = (meta: Buffer) => meta.readBigUInt64LE(HEADER + 48);
  const [latest] = metas.sort((a, b) => Number(transaction(b) - transaction(a)));
  if (latest === undefined) throw new TypeError("no database");
  return {
    root: Number(latest.readBigUInt64LE(HEADER + 16)),
    read(id: number): Buffer {
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

/** The page of a branch's element. Before it come position u32 and size u32 of the key. */
function childAt(page: Buffer, index: number): number {
  return Number(page.readBigUInt64LE(HEADER + index * ELEMENT + 8));
}

/** The key of a leaf's element: flags u32, position u32 relative to the element, sizes of key and value u32. */
function keyAt(page: Buffer, index: number): string {
  const at = HEADER + index * ELEMENT;
  const start = at + page.readUInt32LE(at + 4);
  return page.toString("utf8", start, start + page.readUInt32LE(at + 8));
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
