import { listSome, number } from "../../domain/list-some.ts";
import { beyondList, isSameAdvisories } from "../../domain/opinions/beyond-list.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type { Scanner, ScanOptions, StoredSbom } from "../../scanners/scanner.ts";
import type { World } from "../../system/world.ts";
import { storedBy, withOwnReport } from "../stored-by.ts";
import { readersOf, withReaders } from "./sbom-readers.ts";

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
  readonly asked?: (target: Target, listed: ScanResult, world: World) => Promise<Settled[]>;
  readonly lister?: Scanner;
}

/** How several scanners make SBOMs of images, and answer by them later. No way if one of them cannot. */
export function storedBySeveral(scanners: readonly Scanner[], { merged }: Merging): StoredBySeveral {
  const lister = scanners.find(({ matchListed }) => matchListed === undefined);
  const matchers = scanners.filter((each) => each !== lister);
  if (lister === undefined || matchers.some(({ matchListed }) => matchListed === undefined))
    return { ways: {}, keeping: () => undefined };
  const about: StoredBySeveral["asked"] = (target, listed, world) => asked(scanners, lister, { target, listed }, world);
  const names = matchers.map(({ name }) => name);
  const refusal = ({ packed }: StoredSbom) => {
    const readers = readersOf(packed);
    const missing = names.filter((name) => !readers.includes(name));
    if (missing.length === 0) return undefined;
    return { incompatible: `${listSome(missing, 3)} has not read the image that it is of`, isOlder: false };
  };
  const ways = storedBy(lister, {
    refusal,
    matched: async (target, listed, world) =>
      "incompatible" in listed ? listed : merged(await about(target, listed, world), world),
  });
  return { ways, keeping: () => keepingFor(lister, matchers), asked: about, lister };
}

/** All answers about a list, in the order of the scanners. */
async function asked(
  scanners: readonly Scanner[],
  lister: Scanner,
  { target, listed }: { readonly target: Target; readonly listed: ScanResult },
  world: World,
): Promise<Settled[]> {
  const results = await Promise.allSettled(
    scanners.map((each) => (each === lister ? listed : matchedBy(each, target, listed, world))),
  );
  return results.map((result, at) => ({ name: scanners[at]?.name ?? "", result }));
}

async function matchedBy(
  { name, matchListed }: Scanner,
  target: Target,
  listed: ScanResult,
  world: World,
): Promise<ScanResult> {
  if (matchListed === undefined) throw new TypeError(`${name} cannot match another scanner's list`);
  return withOwnReport(world, (reportFile) => matchListed(target, listed, { reportFile }, world));
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
    const again = await matchedBy(matcher, target, listed, world);
    return isSameAdvisories(own.findings, again.findings) ? undefined : `${name} finds something else in it`;
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    return `${name} cannot read it`;
  }
}
