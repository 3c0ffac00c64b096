import { gunzipSync, gzipSync } from "node:zlib";
import { isObject } from "../../domain/json/is-object.ts";
import { listSome, number } from "../../domain/list-some.ts";
import { beyondList, isSameAdvisories } from "../../domain/opinions/beyond-list.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type { Scanner, ScanOptions, StoredSbom } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";
import { storedBy, withOwnReport } from "../stored-by.ts";

// An image that several scanners have read is read again from its SBOM. The scanner that makes SBOMs lists what is in
// it, and the others' databases are asked about the list. That is as good as the image only if the others have seen no
// more in it than the list has. So it is compared when the image is read, and the SBOM says for whom that was done.

/** What became of one scanner's look at a target. */
export interface Settled {
  readonly name: string;
  readonly result: PromiseSettledResult<ScanResult>;
}

interface Merging {
  /** @throws GateError if one of them is needed and has failed */
  readonly merged: (settled: readonly Settled[], world: World) => ScanResult;
  /** The others never read an image themselves, so that the list of its SBOM is as good. */
  readonly byList: boolean;
}

type Sbom = Buffer | { readonly why: string };

/** How SBOMs of images that several scanners read are made. */
interface Keeping {
  /** What the scanner of this name is told beside its other options. */
  options(name: string): Pick<ScanOptions, "onSbom">;
  /** The SBOM, if it can replace the image for all of them; else why there is none, as a clause. */
  sbom(target: Target, settled: readonly Settled[], world: World): Promise<Sbom | undefined>;
}

/** What several scanners do with lists of packages. */
interface StoredBySeveral {
  readonly ways: Pick<Scanner, "scanStored" | "scanStoredTogether">;
  keeping(): Keeping | undefined;
  /** All answers about a target of which only {@link lister} can say what it has. Absent: there is no such scanner. */
  readonly asked?: (target: Target, listed: ScanResult, spentMs: number, world: World) => Promise<Settled[]>;
  readonly lister?: Scanner;
}

/** How several scanners make SBOMs of images, and answer by them later. No way if one of them cannot. */
export function storedBySeveral(scanners: readonly Scanner[], { merged, byList }: Merging): StoredBySeveral {
  const lister = scanners.find(({ matchListed }) => matchListed === undefined);
  const matchers = scanners.filter((each) => each !== lister);
  if (lister === undefined || matchers.some(({ matchListed }) => matchListed === undefined))
    return { ways: {}, keeping: () => undefined };
  const about = (target: Target, listed: ScanResult, spentMs: number, world: World) =>
    asked(scanners, lister, { target, listed, spentMs }, world);
  const names = matchers.map(({ name }) => name);
  const refusal = ({ packed }: StoredSbom) => {
    const readers = readersOf(packed);
    const missing = names.filter((name) => !readers.includes(name));
    if (missing.length === 0) return undefined;
    return { incompatible: `${listSome(missing, 3)} has not read the image that it is of`, isOlder: false };
  };
  const ways = storedBy(lister, {
    ...(!byList && { refusal }),
    matched: async (target, listed, world) =>
      "incompatible" in listed ? listed : merged(await about(target, listed, 0, world), world),
  });
  return { ways, keeping: () => keepingFor(lister, matchers), asked: about, lister };
}

/** All answers about a list, in the order of the scanners. */
async function asked(scanners: readonly Scanner[], lister: Scanner, about: List, world: World): Promise<Settled[]> {
  const results = await Promise.allSettled(
    scanners.map((each) => (each === lister ? about.listed : matchedBy(each, about, world))),
  );
  return results.map((result, at) => ({ name: scanners[at]?.name ?? "", result }));
}

/** What one scanner has listed of a target. */
interface List {
  readonly target: Target;
  readonly listed: ScanResult;
  /** As {@link ScanOptions.spentMs}. */
  readonly spentMs: number;
}

async function matchedBy(
  { name, matchListed }: Scanner,
  { target, listed, spentMs }: List,
  world: World,
): Promise<ScanResult> {
  if (matchListed === undefined) throw new TypeError(`${name} cannot match another scanner's list`);
  return withOwnReport(world, (reportFile) => matchListed(target, listed, { reportFile, spentMs }, world));
}

function keepingFor(lister: Scanner, matchers: readonly Scanner[]): Keeping {
  let made: Sbom | undefined;
  const onSbom = (sbom: Sbom) => {
    made = sbom;
  };
  return {
    options: (name) => (name === lister.name ? { onSbom } : {}),
    async sbom(target, settled, world) {
      const listed = resultOf(lister, settled);
      if (listed === undefined || made === undefined || !Buffer.isBuffer(made)) return made;
      const readers: string[] = [];
      for (const each of matchers) {
        const own = resultOf(each, settled);
        // It is optional and has failed: when it comes back, it reads the image first.
        if (own === undefined) continue;
        const why = await difference(each, target, { listed, own }, world);
        if (why !== undefined) return { why };
        readers.push(each.name);
      }
      return withReaders(made, readers);
    },
  };
}

function resultOf({ name }: Scanner, settled: readonly Settled[]): ScanResult | undefined {
  const result = settled.find((each) => each.name === name)?.result;
  return result?.status === "fulfilled" ? result.value : undefined;
}

/** Highest number of packages that a log line names. */
const MOST_NAMED = 3;

/** What a scanner has found in an image, and what it finds in the list of its packages, as a clause. */
async function difference(
  matcher: Scanner,
  target: Target,
  { listed, own }: { readonly listed: ScanResult; readonly own: ScanResult },
  world: World,
): Promise<string | undefined> {
  const beyond = beyondList(listed.packages, own.packages);
  const { name } = matcher;
  if (beyond.length > 0) {
    const shown = listSome(beyond, MOST_NAMED, { show: (each) => `${each.name} ${each.version}` });
    return `${name} sees ${number(beyond.length)} packages in the image that are not in it (${shown})`;
  }
  try {
    const again = await matchedBy(matcher, { target, listed, spentMs: 0 }, world);
    return isSameAdvisories(own.findings, again.findings) ? undefined : `${name} finds something else in it`;
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    return `${name} cannot read it`;
  }
}

/** The property of a stored SBOM's `metadata` that names the other scanners for whom it stands for its image. */
const PROPERTY = "image-gate:readers";
/** As many bytes as an SBOM that is stored may have. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The names of the other scanners that have read the image and saw no more in it. None if it cannot be read. */
export function readersOf(packed: Buffer): readonly string[] {
  const properties = propertiesIn(documentIn(packed)).filter(isOurs);
  const [only, ...more] = properties;
  if (only === undefined || more.length > 0 || typeof only.value !== "string") return [];
  return only.value.split(", ");
}

/** The same SBOM, with these names. */
export function withReaders(packed: Buffer, names: readonly string[]): Buffer {
  const document = documentIn(packed);
  if (names.length === 0 || !isObject(document)) return packed;
  const metadata = isObject(document.metadata) ? document.metadata : {};
  const property = { name: PROPERTY, value: names.join(", ") };
  const properties = [...propertiesIn(document).filter((each) => !isOurs(each)), property];
  const bytes = Buffer.from(JSON.stringify({ ...document, metadata: { ...metadata, properties } }));
  return bytes.length > MOST_BYTES ? packed : gzipSync(bytes, { level: 9 });
}

function isOurs({ name }: Readonly<Record<string, unknown>>): boolean {
  return name === PROPERTY;
}

function propertiesIn(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  const metadata = isObject(document) ? document.metadata : undefined;
  const properties = isObject(metadata) ? metadata.properties : undefined;
  return Array.isArray(properties) ? properties.filter(isObject) : [];
}

function documentIn(packed: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8"));
  } catch {
    return undefined;
  }
}
