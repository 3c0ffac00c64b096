import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceOutcome } from "../../src/domain/history/running.ts";
import type { RunningImage } from "../../src/domain/history/seen.ts";
import { repositoryName } from "../../src/domain/image/reference.ts";
import type { Matrix } from "../../src/fleet/plan-document.ts";
import { makePlan, readPlan, readShard } from "../../src/fleet/shard-plan.ts";
import { contentOf } from "../../src/scan/running/index.ts";
import { GateError } from "../../src/system/errors.ts";

const SOURCE = "kubernetes:deploy/**/*.yaml";
const SOURCES: readonly SourceOutcome[] = [{ source: SOURCE, images: 1, notes: [] }];
const digest = (of: unknown) => `sha256:${createHash("sha256").update(String(of)).digest("hex")}`;

/** Names as long as those of a cloud's registry, each in two places. */
function imageOf(at: number, content = at): RunningImage {
  const name = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team-${at % 30}/service-${at}`;
  const tag = digest(`tag ${at}`).slice(7, 15);
  const where = ["a", "b"].map((cluster) => ({ source: SOURCE, name: `shop-${cluster}/deployment/service-${at}/app` }));
  return { name, reference: `${name}:sha-${tag}`, digest: digest(content), where };
}

const plan = (images: readonly RunningImage[], shards: number, sources = SOURCES) =>
  makePlan({ images, errors: new Map() }, sources, shards);
const imagesIn = (matrix: Matrix) =>
  readPlan(JSON.stringify(matrix)).shards.map(({ images }) => images.map(({ image }) => image));
const sorted = (images: readonly unknown[]) => images.map((each) => JSON.stringify(each)).sort();
/** What is there, in one order. */
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
  it("of a few images has one line an image, which people can read in the job's log", () => {
    const error = { code: "discovery-unreadable", what: "It cannot be read", remedy: "Mend it." };
    const sources = [...SOURCES, { source: "docker", images: 0, notes: ["No engine."], error }];
    const image = { name: "ghcr.io/acme/app", reference: "ghcr.io/acme/app:1.0", digest: digest(1) };
    const matrix = plan([{ ...image, where: [{ source: SOURCE, name: "shop/web" }] }], 8, sources);
    expect(matrix).toEqual({
      include: [
        {
          shard: "1/1",
          images: [
            `{"version":1,"sources":[{"source":"${SOURCE}","images":1,"notes":[]},{"source":"docker","images":0,"notes":["No engine."],"error":${JSON.stringify(error)}}]}`,
            `{"image":"ghcr.io/acme/app:1.0","digest":"${digest(1)}","at":[[0,"shop/web"]]}`,
          ].join("\n"),
        },
      ],
    });
    expect(readPlan(JSON.stringify(matrix)).sources).toEqual(sources);
  });

  it("of a thousand images fits into a variable of the environment, and so into a step's input", () => {
    const images = Array.from({ length: 1000 }, (_, at) => imageOf(at));
    const matrix = plan(images, 8);
    // Linux: MAX_ARG_STRLEN, with the variable's name and the zero at its end.
    expect("INPUT_EXPECTED=".length + Buffer.byteLength(JSON.stringify(matrix)) + 1).toBeLessThan(128 * 1024);
    const shards = imagesIn(matrix);
    expect(shards.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 125));
    expect(sorted(shards.flat())).toEqual(sorted(images.map((image) => ({ digest: image.digest, ...image }))));
  });

  it("that does not fit is an error, not half a plan", () => {
    const images = Array.from({ length: 5000 }, (_, at) => imageOf(at));
    expect(failureOf(() => plan(images, 8))).toMatch(/^\[fleet-plan-too-large\] The plan of 5000 images has \d+ bytes/);
  });

  it("divides contents evenly, keeps each together, and does not depend on the order in which sources name images", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(60), fc.nat(5)), { minLength: 1, maxLength: 80, selector: ([at]) => at }),
        fc.integer({ min: 1, max: 256 }),
        (numbers, shards) => {
          const images = numbers.map(([at, content]) => imageOf(at, content));
          const matrix = plan(images, shards);
          expect(plan(images.toReversed(), shards)).toEqual(matrix);
          const divided = imagesIn(matrix).map((own) => new Set(own.map(contentOf)));
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
    // To pack and unpack a long plan takes a quarter of a second.
    const oneInFive = fc.nat(4).map((value) => value === 0);
    fc.assert(
      fc.property(fc.array(image, { minLength: 1 }), oneInFive, (images, isLong) => {
        const more = isLong ? Array.from({ length: 400 }, (_, at) => imageOf(at)) : [];
        const all = [...images, ...more];
        const matrix = plan(all, 3);
        expect(matrix.include.every(({ images: own }) => own.startsWith("packed:") === isLong)).toBe(true);
        const read = imagesIn(matrix).flat();
        expect(sorted(read.map(known))).toEqual(sorted(all.map(known)));
        // A job gets its share alone.
        for (const entry of matrix.include) expect(readShard(entry).images.length).toBeGreaterThan(0);
      }),
    );
  });

  it("keeps why an image could not be resolved, and is not asked for a name that the reference says", () => {
    const image: RunningImage = { name: repositoryName("nginx:1"), reference: "nginx:1", where: [] };
    const error = { code: "tag-unresolved", what: "Nobody knows", remedy: "Log in." };
    const matrix = makePlan({ images: [image], errors: new Map([[image, error]]) }, SOURCES, 4);
    expect(matrix.include[0]?.images).not.toContain('"name"');
    expect(readPlan(JSON.stringify(matrix)).shards[0]?.images).toEqual([{ image, error }]);
  });
});

describe("what is not a plan", () => {
  const good = plan([imageOf(1), imageOf(2)], 2);
  const [first, second] = good.include;
  const lines = (...of: unknown[]) => of.map((each) => JSON.stringify(each)).join("\n");
  const head = { version: 1, sources: SOURCES };
  it.each<[string, unknown, string]>([
    ["nothing", "", "it is empty"],
    ["no JSON", "{", "it is not JSON"],
    ["a list", [], "it has a wrong or missing value"],
    ["a matrix without a job", { include: [] }, "a wrong or missing value at `include`"],
    ["a matrix of half its jobs", { include: [first] }, "shard 1 of 1 is missing"],
    ["its jobs in another order", { include: [second, first] }, "shard 1 of 2 is missing"],
    ["one job twice", { include: [first, first] }, "shard 2 of 2 is missing"],
    [
      "a plan without its sources",
      { include: [{ shard: "1/1", images: lines({ image: "a", at: [] }) }] },
      "which sources",
    ],
    [
      "a newer version",
      { include: [{ shard: "1/1", images: lines({ ...head, version: 2 }) }] },
      "a wrong or missing value at `version`",
    ],
    ["a job without images", { include: [{ shard: "1/1", images: lines(head) }] }, "a shard has no image"],
    [
      "a place at no source",
      { include: [{ shard: "1/1", images: lines(head, { image: "a", at: [[7, "x"]] }) }] },
      "at a source that there is not",
    ],
    ["what cannot be unpacked", { include: [{ shard: "1/1", images: "packed:AAAA" }] }, "cannot be unpacked"],
  ])("is refused: %s", (_, value, why) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(failureOf(() => readPlan(text))).toContain("[fleet-plan-invalid] `expected` is not what part `plan` wrote");
    expect(failureOf(() => readPlan(text))).toContain(why);
  });

  it("ends in a plan or in an error of ours, whatever it is", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(failureOf(() => readPlan(text))).toMatch(/fleet-plan-invalid/);
      }),
    );
  });
});
