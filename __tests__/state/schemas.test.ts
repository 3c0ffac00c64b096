import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { mergeRun } from "../../src/domain/history/merge.ts";
import { type ImageRecord, imageSchema } from "../../src/domain/history/record.ts";
import { imagePath, imageText, indexSchema, readStored } from "../../src/state/documents.ts";
import { simulateYear } from "../support/runs/simulated-year.ts";

const ajv = new Ajv2020({ strict: true });
const schema = (name: string) =>
  ajv.compile(
    JSON.parse(readFileSync(new URL(`../../schema/state-${name}.schema.json`, import.meta.url), "utf8")) as object,
  );
const isImage = schema("image");
const isIndex = schema("index");

function accepts(schema: z.ZodType, document: unknown): boolean {
  try {
    readStored(Buffer.from(JSON.stringify(document)), schema, "it", "the memory");
    return true;
  } catch {
    return false;
  }
}

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** The document with one value removed, replaced or added, for every place in it. */
function* damages(value: Json): Generator<Json> {
  yield* [7, "?", [], { more: 1 }];
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries())
      for (const other of damages(each)) yield value.map((kept, index) => (index === at ? other : kept));
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, unknown: 1 };
    for (const [key, each] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const other of damages(each)) yield { ...value, [key]: other };
    }
  }
}

describe("the schemas of the state", () => {
  let records: ReadonlyMap<string, ImageRecord> = new Map();
  for (const { seen } of simulateYear({ names: 8, weeks: 30 }))
    records = new Map(mergeRun(records, seen).map(({ image, after }) => [image, after]));
  const documents = [...records.values()].map(
    (record) => JSON.parse(imageText(record)) as { findings: Json[] } & { [key: string]: Json },
  );

  it("accept what is written", () => {
    expect(documents.filter((document) => !isImage(document))).toEqual([]);
    const files = Object.fromEntries([...records.keys()].map((name) => [imagePath(name), "0".repeat(64)]));
    expect(isIndex({ version: 1, updated: "2026-01-05T03:00:00.000Z", files })).toBe(true);
  });

  it("refuse each value that is missing, wrong or unknown, as the reader does", () => {
    const richest = documents
      .flatMap(({ findings }) => findings)
      .toSorted((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)
      .slice(0, 3);
    const small = {
      ...documents[0],
      gaps: 1,
      "gone-since": "2026-02-01T03:00:00.000Z",
      findings: richest,
    } as unknown as Json;
    const differ = [...damages(small)].filter((each) => isImage(each) !== accepts(imageSchema, each));
    // The schema does not express that an end has a reason, and that only the last episode is open.
    const beyond = differ.filter(
      (each) => isImage(each) && /wrong or missing value at `findings\[\d\]\.episodes/.test(messageOf(each)),
    );
    expect(differ.filter((each) => !beyond.includes(each))).toEqual([]);
    const index = { version: 1, updated: "2026-01-05T03:00:00.000Z", files: { [imagePath("a")]: "0".repeat(64) } };
    expect([...damages(index)].filter((each) => isIndex(each) !== accepts(indexSchema, each))).toEqual([]);
  });
});

function messageOf(document: Json): string {
  try {
    readStored(Buffer.from(JSON.stringify(document)), imageSchema, "it", "the memory");
    return "";
  } catch (thrown) {
    return (thrown as Error).message;
  }
}
