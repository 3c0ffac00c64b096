import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type BuildInfo, ofOtherProducts } from "../../../../src/scanners/trivy/database/buckets.ts";
import type { Database } from "../../../../src/scanners/trivy/database/database.ts";
import { type Bucket, bbolt } from "../../../support/databases/bbolt.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";

const folder = temporaryFolder("products");
afterAll(() => folder.remove());

/** Many, so that the buckets have several levels of pages. */
const fillers = (name: string): [string, string][] =>
  [...Array(20_000).keys()].map((index) => [`${name}-${String(index).padStart(6, "0")}-rpms`, "[7]"]);

const REPOSITORIES: readonly [string, string][] = [
  ["rhel-7-server-rpms", "[20]"],
  ["rhel-7-server-ose-3.11-rpms", "[21]"],
  ["rhel-8-for-x86_64-baseos-rpms", "[10]"],
  ["rhel-9-for-aarch64-baseos-e4s-rpms__9_DOT_0", "[3]"],
  ["rhel-9-for-x86_64-appstream-rpms", "[1]"],
  ["rhel-9-for-x86_64-baseos-rpms", "[0]"],
  ["rhocp-4.12-for-rhel-9-x86_64-rpms", "[4]"],
  ["ubi-9-baseos-rpms", "[0]"],
];

function databaseOf(root: Bucket): Database {
  writeFileSync(join(folder.path, "trivy.db"), bbolt(root));
  return { folder: folder.path, updatedAt: new Date(0), nextUpdate: new Date(0) };
}

const database = databaseOf(
  new Map([
    [
      "Red Hat CPE",
      new Map([
        [
          "nvr",
          new Map([...fillers("image"), ["ose-container-1-1-x86_64", "[4]"], ["ubi9-container-9-1-x86_64", "[0,1]"]]),
        ],
        ["repository", new Map([...REPOSITORIES, ...fillers("a"), ...fillers("z")])],
      ]),
    ],
  ]),
);
const sets = (...ContentSets: readonly string[]): BuildInfo => ({ ContentSets });
const image = (Nvr: string): BuildInfo => ({ Nvr, Arch: "x86_64" });

const OWN: readonly [string, BuildInfo][] = [
  ["9", sets("rhel-9-for-x86_64-baseos-rpms")],
  ["9", sets("rhel-9-for-x86_64-baseos-rpms__9")],
  ["9", sets("ubi-9-baseos-rpms")],
  ["9", sets("rhel-9-for-aarch64-baseos-e4s-rpms__9_DOT_0")],
  ["9", sets("unknown", "rhocp-4.12-for-rhel-9-x86_64-rpms", "rhel-9-for-x86_64-baseos-rpms")],
  ["7", sets("rhel-7-server-rpms")],
];
const OTHER: readonly [string, BuildInfo][] = [
  ["9", sets("rhocp-4.12-for-rhel-9-x86_64-rpms")],
  ["9", sets("rhel-8-for-x86_64-baseos-rpms")],
  ["9", sets("rhel-9-for-x86_64-appstream-rpms")],
  ["9", sets("a-000000-rpms", "z-019999-rpms")],
  ["8", sets("rhel-9-for-x86_64-baseos-rpms")],
  ["7", sets("rhel-7-server-ose-3.11-rpms")],
];

describe("what a Red Hat package came from", () => {
  it.each(OWN)("is release %s's own: %j", (major, build) => {
    expect(ofOtherProducts([build], major, database)).toEqual([]);
    expect(ofOtherProducts([build], major, undefined)).toEqual([]);
  });

  // Proves: nor-content-manifest
  it.each(OTHER)("is not release %s's: %j", (major, build) => {
    expect(ofOtherProducts([build], major, database)).toEqual([build]);
    expect(ofOtherProducts([build], major, undefined)).toEqual([build]);
  });

  it("is known for an image from the database alone", () => {
    const [own, other, none] = [image("ubi9-container-9-1"), image("ose-container-1-1"), image("unknown-1-1")];
    expect(ofOtherProducts([own, other, none], "9", database)).toEqual([other, none]);
    expect(ofOtherProducts([own, other, none], "9", undefined)).toEqual([]);
  });

  it("is not the release's only because a name in the image looks like it", () => {
    const named = sets("rhel-9-for-x86_64-baseos-made-up-rpms", "rhocp-4.12-for-rhel-9-x86_64-rpms");
    expect(ofOtherProducts([named], "9", database)).toEqual([named]);
  });

  it("is judged by names if the database knows no repository of the release, or cannot be read", () => {
    const [other, own] = [sets("rhocp-4.12-for-rhel-9-x86_64-rpms"), sets("rhel-10-for-x86_64-baseos-rpms__10")];
    const builds = [other, own, sets(), image("ubi9-container-9-1")];
    expect(ofOtherProducts(builds, "10", database)).toEqual([other]);
    const unreadable = { ...database, folder: "/none" };
    expect(ofOtherProducts([...builds, sets("rhel-9-for-x86_64-baseos-rpms")], "9", unreadable)).toEqual([other, own]);
  });
});
