import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { isObject } from "../../../domain/json/is-object.ts";
import { coverageRow, gap } from "../../../domain/report/coverage-schema.ts";
import type { ScanResult } from "../../../domain/target.ts";
import { tryOr } from "../../../system/errors.ts";

// A stored SBOM is Trivy's CycloneDX with one additional property, for data that CycloneDX cannot hold. It is on a
// branch or in a folder, so its reader trusts nothing in it.

/** The property of `metadata` that contains our facts as JSON. */
const PROPERTY = "image-gate:scan";
const VERSION = 3;
/** A genuine image with 2,000 packages has 3 MB. Larger ones are not stored, to limit unpacking. */
const MOST_BYTES = 64 * 1024 * 1024;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const unread = z.object({
  path: z.string().optional(),
  kind: z.enum(["packages", "config", "no-package"]),
  why: z.string(),
});

const accounted = z.object({
  accounting: z.object({ gaps: z.array(gap), notes: z.array(coverageRow) }),
  marks: z.array(z.object({ path: z.string(), layer: z.number(), vendor: z.string() })),
});

/** Facts from the scan of an image, apart from the components of its SBOM. */
const factsSchema = z.object({
  version: z.literal(VERSION),
  /** The scanned digest of the image, of an index or a manifest. */
  digest,
  /** From the image's configuration. */
  platform: z.string().optional(),
  /** The judged manifest, and the index that it was found in. */
  manifest: digest.optional(),
  index: z
    .object({ digest: digest.optional(), images: z.array(z.object({ digest, platform: z.string().optional() })) })
    .optional(),
  digestUnknown: z.string().optional(),
  baseName: z.string().optional(),
  baseDigest: z.string().optional(),
  scannedAt: z.string().optional(),
  scannerVersion: z.string(),
  leftOut: z.object({ "skip-dirs": z.array(z.string()), "skip-files": z.array(z.string()) }),
  /** Trivy's messages while it read the image. */
  heard: z.object({
    unread: z.array(unread),
    unreadMore: z.number(),
    understood: z.boolean(),
    repositories: z.array(z.string()),
    otherWarnings: z.array(z.string()),
    baseLayers: z.number(),
    accounted: accounted.optional(),
  }),
  /**
   * Trivy's report without findings. Its packages have a `BOMRef`, `<result>-<package>`, which is the component's
   * `bom-ref`.
   */
  report: z.looseObject({
    Results: z.array(
      z.object({
        Target: z.string().optional(),
        Class: z.string(),
        Type: z.string().optional(),
        Packages: z.array(z.looseObject({})),
      }),
    ),
  }),
});

export type Facts = z.infer<typeof factsSchema>;

/** The reason why a stored SBOM cannot be used: a clause. */
export class Incompatible extends Error {
  override readonly name = "Incompatible";
}

/**
 * @param text Trivy's CycloneDX
 * @throws Incompatible if it is too large
 */
export function pack(text: string, facts: Omit<Facts, "version">): Buffer {
  const document = JSON.parse(text) as { metadata?: { properties?: unknown[] } };
  const property = { name: PROPERTY, value: JSON.stringify({ version: VERSION, ...facts }) };
  const properties = [...(document.metadata?.properties ?? []), property];
  const bytes = Buffer.from(JSON.stringify({ ...document, metadata: { ...document.metadata, properties } }));
  if (bytes.length > MOST_BYTES) throw new Incompatible(`it would have more than ${MOST_BYTES / 1024 / 1024} MiB`);
  return gzipSync(bytes, { level: 9 });
}

const documentSchema = z.object({
  metadata: z.object({ properties: z.array(z.looseObject({ name: z.unknown(), value: z.unknown() })) }),
});

/** @throws Incompatible */
export function unpack(packed: Buffer): Facts {
  const text = tryOr(() => gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8"), "");
  const document = documentSchema.safeParse(jsonIn(text)).data;
  const [own, ...more] = document?.metadata.properties.filter(({ name }) => name === PROPERTY) ?? [];
  const facts = jsonIn(own?.value);
  if (!isObject(facts) || more.length > 0) throw new Incompatible("it was not made by Image Gate");
  if (facts.version !== VERSION) throw new Incompatible("another release of Image Gate has made it");
  const read = factsSchema.safeParse(facts);
  if (!read.success) throw new Incompatible("it is damaged");
  return read.data;
}

function jsonIn(text: unknown): unknown {
  return tryOr(() => JSON.parse(text as string), undefined);
}

/** Facts of a scan's result that are not in Trivy's report: the registry's answers about the image. */
export function factsOf({ artifact, build, provenance }: ScanResult) {
  return {
    platform: artifact.platform,
    manifest: artifact.digest,
    index: artifact.index && { digest: artifact.index.digest, images: [...artifact.index.images] },
    digestUnknown: provenance.digestUnknown,
    baseName: build?.baseName,
    baseDigest: build?.baseDigest,
    scannedAt: provenance.scannedAt,
  };
}

/** The same result with the registry's answers from when the SBOM was made. */
export function withFacts(result: ScanResult, facts: Facts): ScanResult {
  const { artifact, build, provenance } = result;
  const { manifest, index, digestUnknown, baseName, baseDigest } = facts;
  return {
    ...result,
    artifact: { ...artifact, ...(manifest && { digest: manifest }), ...(index && { index }) },
    ...(build && { build: { ...build, baseName, baseDigest } }),
    provenance: { ...provenance, ...(digestUnknown && { digestUnknown }) },
  };
}
