import fc from "fast-check";
import { expect, test } from "vitest";
import { gathered } from "../../../src/discovery/gather.ts";
import { chooseTags } from "../../../src/discovery/registries/registry.ts";
import { compareSemver } from "../../../src/domain/versions/order.ts";

const repository = "ghcr.io/acme/app";
const chosen = (all: readonly string[], tags?: string, newest = 1) =>
  chooseTags(all, { repository, tags, newest }, { note: () => {} });
const notesOn = async (all: readonly string[], tags?: string) =>
  (await gathered("registry", (found) => void chooseTags(all, { repository, tags, newest: 1 }, found))).notes;

test.each([
  [["1.9.0", "1.10.0", "1.2.0"], "1.10.0"],
  [["v1.9", "v1.10"], "v1.10"],
  [["1.28-rc.1", "1.27"], "1.28-rc.1"],
  [["1.28-rc.1", "1.28"], "1.28"],
  [["2.0-alpine", "2.0"], "2.0"],
  [["1", "1.0", "1.0.0"], "1.0.0"],
  [["latest", "0.1", "main"], "0.1"],
])("of %j the newest is %s", (all, newest) => {
  expect(chosen(all)).toEqual([newest]);
  expect(chosen([...all].reverse())).toEqual([newest]);
});

test("a pattern chooses the kind, and newest=N how many", () => {
  const all = ["1.27-alpine", "1.28-alpine", "1.28", "2.0-alpine", "2.0"];
  expect(chosen(all, "1.*-alpine", 5)).toEqual(["1.28-alpine", "1.27-alpine"]);
  expect(chosen(all, "?.0", 5)).toEqual(["2.0"]);
});

test("several spellings of a version count once, as the longest", () => {
  expect(chosen(["1", "1.0", "1.0.0", "0.9"], undefined, 3)).toEqual(["1.0.0", "0.9"]);
});

test("what is passed over is reported", async () => {
  expect(await notesOn(["2.0", "1.0", "latest", "sha256-ab.sig"])).toEqual([
    "ghcr.io/acme/app has 4 tags, of which 4 fit *; those that count are 2.0.",
    "These tags of ghcr.io/acme/app are not versions, and are skipped: latest, sha256-ab.sig.",
  ]);
  expect(await notesOn(["2.0"])).toEqual([]);
  expect(chosen(["2.0"], "3*")).toEqual([]);
  expect(await notesOn(["2.0"], "3*")).toEqual(["No tag of ghcr.io/acme/app fits 3*; it has 1."]);
});

test("a tag that is not a version counts if the line names it, and never as the newest", () => {
  expect(chosen(["1.0", "latest"], "latest")).toEqual(["latest"]);
  expect(() => chosen(["main", "latest"])).toThrow(
    /\[discovery-no-version\].*latest, main.*registry:ghcr.io\/acme\/app:latest/,
  );
});

test("which tags count does not depend on the order in which a registry lists them", () => {
  const tag = fc.oneof(fc.stringMatching(/^v?\d{1,2}(\.\d{1,2}){0,2}(-[a-z]{1,3})?$/), fc.constant("latest"));
  fc.assert(
    fc.property(fc.uniqueArray(tag, { minLength: 1 }), fc.integer({ min: 1, max: 5 }), (all, newest) => {
      fc.pre(all.some((each) => each !== "latest"));
      const tags = chosen(all, undefined, newest);
      expect(tags).toEqual(chosen([...all].sort(), undefined, newest));
      const versions = all.filter((each) => each !== "latest");
      const different = versions.filter((a, at) => versions.findIndex((b) => compareSemver(a, b) === 0) === at);
      expect(tags.length).toBe(Math.min(newest, different.length));
    }),
  );
});
