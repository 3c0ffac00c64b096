import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunningImage, SourceOutcome } from "../../src/domain/history/running.ts";
import { repositoryName } from "../../src/domain/image/reference.ts";
import { makePlan, readPlan, shardIn, type WrittenPlan } from "../../src/fleet/shard-plan.ts";
import { contentOf } from "../../src/scan/running/index.ts";
import { GateError } from "../../src/system/errors.ts";

const SOURCE = "kubernetes:deploy/**/*.yaml";
const SOURCES: readonly SourceOutcome[] = [{ source: SOURCE, images: 1, notes: [] }];
const digest = (of: unknown) => `sha256:${createHash("sha256").update(String(of)).digest("hex")}`;

/** Images with names as long as in a cloud's registry, each in two places. */
function imageOf(at: number, content = at): RunningImage {
  const name = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team-${at % 30}/service-${at}`;
  const tag = digest(`tag ${at}`).slice(7, 15);
  const where = ["a", "b"].map((cluster) => ({ source: SOURCE, name: `shop-${cluster}/deployment/service-${at}/app` }));
  return { name, reference: `${name}:sha-${tag}`, digest: digest(content), where };
}

const plan = (images: readonly RunningImage[], shards: number, sources = SOURCES) =>
  makePlan({ images, errors: new Map() }, sources, shards);
const read = ({ bytes, digest }: WrittenPlan) => readPlan(bytes, digest);
const imagesIn = (written: WrittenPlan) => read(written).shards.map(({ images }) => images.map(({ image }) => image));
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const sorted = (images: readonly unknown[]) => images.map((each) => JSON.stringify(each)).sort();
/** The known images, in one order. */
const known = (value: object) =>
  Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

function failureOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof GateError) return `[${error.code}] ${error.what}`;
    throw error;
  }
  return "nothing";
}

describe("a plan", () => {
  it("is JSON, whose SHA-256 names it", () => {
    const error = { code: "discovery-unreadable", what: "It cannot be read", remedy: "Mend it." };
    const sources = [...SOURCES, { source: "docker", images: 0, notes: ["No engine."], error }];
    const image = { name: "ghcr.io/acme/app", reference: "ghcr.io/acme/app:1.0", digest: digest(1) };
    const written = plan([{ ...image, where: [{ source: SOURCE, name: "shop/web" }] }], 8, sources);
    expect(JSON.parse(written.bytes.toString())).toEqual({
      version: 1,
      sources,
      shards: [[{ image: { ...image, where: [{ source: SOURCE, name: "shop/web" }] } }]],
    });
    expect(written).toMatchObject({ digest: sha256(written.bytes), shards: ["1/1"] });
    expect(read(written).sources).toEqual(sources);
  });

  it("of five thousand images is read as it was written", () => {
    const images = Array.from({ length: 5000 }, (_, at) => imageOf(at));
    const shards = imagesIn(plan(images, 8));
    expect(shards.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 625));
    expect(sorted(shards.flat().map(known))).toEqual(sorted(images.map(known)));
  });

  it("divides contents evenly, keeps each together, and does not depend on the order in which sources name images", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(60), fc.nat(5)), { minLength: 1, maxLength: 80, selector: ([at]) => at }),
        fc.integer({ min: 1, max: 256 }),
        (numbers, shards) => {
          const images = numbers.map(([at, content]) => imageOf(at, content));
          const written = plan(images, shards);
          expect(plan(images.toReversed(), shards)).toEqual(written);
          const divided = imagesIn(written).map((own) => new Set(own.map(contentOf)));
          const contents = divided.flatMap((own) => [...own]);
          expect(new Set(contents).size).toBe(contents.length);
          expect(divided.length).toBe(Math.min(shards, contents.length));
          const sizes = divided.map(({ size }) => size);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("is read as it was written, whatever the images and places are called", () => {
    const text = fc.string({ unit: "binary", minLength: 1 });
    const image = fc.record(
      {
        reference: text,
        name: text,
        digest: fc.nat(1000).map(digest),
        platform: fc.constant("linux/arm64"),
        imageId: fc.nat(1000).map(digest),
        where: fc.array(fc.record({ source: fc.constant(SOURCE), name: text })),
      },
      { requiredKeys: ["reference", "name", "where"] },
    );
    fc.assert(
      fc.property(fc.array(image, { minLength: 1 }), (images) => {
        expect(sorted(imagesIn(plan(images, 3)).flat().map(known))).toEqual(sorted(images.map(known)));
      }),
    );
  });

  it("keeps why an image could not be resolved", () => {
    const image: RunningImage = { name: repositoryName("nginx:1"), reference: "nginx:1", where: [] };
    const error = { code: "tag-unresolved", what: "Nobody knows", remedy: "Log in." };
    const written = makePlan({ images: [image], errors: new Map([[image, error]]) }, SOURCES, 4);
    expect(read(written).shards[0]?.images).toEqual([{ image, error }]);
  });
});

describe("what is not the plan", () => {
  const image = { image: { reference: "a", name: "a", where: [] } };
  const good = { version: 1, sources: SOURCES, shards: [[image]] };
  const INVALID = "[fleet-plan-invalid] The plan is not the one that `expected` names";
  it.each<[string, string, string]>([
    ["nothing", "", "it is not JSON"],
    ["a list", "[]", "it has a wrong or missing value"],
    ["a plan without a shard", JSON.stringify({ ...good, shards: [] }), "a wrong or missing value at `shards`"],
    ["a newer version", JSON.stringify({ ...good, version: 2 }), "a wrong or missing value at `version`"],
    [
      "an image without a place",
      JSON.stringify({ ...good, shards: [[image, { image: { reference: "a" } }]] }),
      "value at",
    ],
  ])("is refused, although its SHA-256 is right: %s", (_, text, why) => {
    const bytes = Buffer.from(text);
    expect(failureOf(() => readPlan(bytes, sha256(bytes)))).toContain(INVALID);
    expect(failureOf(() => readPlan(bytes, sha256(bytes)))).toContain(why);
  });

  // Proves: shard-s-report-counts
  it("is refused if it has other bytes than the plan's job has said", () => {
    const [one, other] = [plan([imageOf(1)], 2), plan([imageOf(2)], 2)];
    expect(failureOf(() => readPlan(other.bytes, one.digest))).toBe(`${INVALID}: its SHA-256 differs`);
  });

  it("has no other shards than its own", () => {
    const own = read(plan([imageOf(1), imageOf(2)], 2));
    expect(shardIn(own, "2/2").images.map(({ image }) => image.reference)).toEqual([imageOf(2).reference]);
    expect(failureOf(() => shardIn(own, "1/3"))).toBe("[fleet-plan-invalid] The plan has 2 shards, and no shard 1/3");
  });

  it("ends in a plan or in an error of ours, whatever it is", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const bytes = Buffer.from(text);
        expect(failureOf(() => readPlan(bytes, sha256(bytes)))).toMatch(/fleet-plan-invalid/);
      }),
    );
  });
});
