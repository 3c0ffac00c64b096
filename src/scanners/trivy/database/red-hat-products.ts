import { join } from "node:path";
import { z } from "zod";
import { type BoltBucket, readBolt } from "./bolt-file.ts";
import type { Database } from "./health.ts";

/** Where a package came from, according to files below `root/buildinfo` in its layer. */
export interface BuildInfo {
  /** Names of repositories. */
  readonly ContentSets?: readonly string[] | undefined;
  /** Name, version and release of a Red Hat image. */
  readonly Nvr?: string | undefined;
  readonly Arch?: string | undefined;
}

const indices = z.array(z.number());

/**
 * Returns those whose packages were matched with advisories for another product or release only. Each Red Hat advisory names
 * the products that it is for. A package's repositories and image decide which products it counts as.
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
  const own = new Set(products?.bucket("repository")?.values(isOwn).flatMap(numbersIn));
  if (products === undefined || own.size === 0) return undefined;
  return builds.filter((build) => !productsOf(build, products).some((product) => own.has(product)));
}

/** Looks them up as Trivy does (`pkg/detector/ospkg/redhat`). */
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
 * `rhel-7-server-rpms`, and those with longer support (`…-eus-rpms__9_DOT_2`). A product's repository has another kind of
 * name, such as `rhocp-4.12-for-rhel-9-x86_64-rpms`.
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
