import { z } from "zod";

// The parts of the report's schema that are about a target: what was scanned, by whom, and how.

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const imageIndex = z.object({
  /** Absent: this is the list of a layout folder itself, which no registry has. */
  digest: z.string().optional(),
  /** Without attestations, in the index's order. Untrusted. */
  images: z.array(z.object({ digest: z.string(), platform: z.string().optional() })),
});

export const artifact = z.object({
  names: z.array(z.string()).describe("By which the policy can mean it: as typed"),
  /** Text from its builder, for people only. */
  claims: z.array(z.string()).optional().describe("What it calls itself; no rule goes by it"),
  /**
   * Content digest (`sha256:…`), never of an index or anything else. Present only if we read the manifest and it leads
   * to `imageId`.
   */
  digest: z.string().optional().describe("Of the manifest that was judged; absent: it is not known"),
  index: imageIndex.optional().describe("The index that the manifest was found in, and all images of it"),
  referenceDigest: z
    .string()
    .optional()
    .describe("What the reference means in its repository by the scanner's word: of an index or of a manifest"),
  /** Claims. */
  reportedDigests: z
    .array(z.string())
    .optional()
    .describe("By which a given report names its image: of manifests or indexes"),
  /** Digest of the image's configuration (`sha256:…`). */
  imageId: z.string().optional(),
  /** `linux/amd64`, from the image's configuration. */
  platform: z.string().optional(),
  os: z.object({ family: z.string(), name: z.string(), endOfLife: z.boolean() }).optional(),
  /** Number of layers. */
  layers: z.int().optional(),
  size: z.int().optional().describe("Bytes of all layers, unpacked"),
  /** ISO 8601. Reproducible builds write a date long past. */
  createdAt: z.string().optional().describe("When the image was made, by its own word"),
  /** 0 may mean that the scanner understood nothing in the image. */
  packages: z.int().optional().describe("How many the scanner saw; absent where a given report lists none"),
});

export const opinionSource = z.object({
  scanner: z.string().describe("Its name in the opinions of findings"),
  version: z.string().optional(),
  scannerSha256: sha256.optional().describe("Of its program, where the run has started it"),
  /** When its vulnerability database was built (ISO 8601). */
  databaseUpdatedAt: z.string().optional(),
  databaseSha256: sha256.optional().describe("Of its vulnerability database's file, as noted when it was downloaded"),
  findings: z.int().nonnegative().describe("Its own number"),
  /** Sorted. */
  sees: z
    .array(z.string())
    .describe("Ecosystems for which it has advisories and could look, and other kinds of findings"),
  listsPackages: z.literal(true).optional().describe("The target's packages are from it"),
  /** Reports of earlier versions of us do not have it. */
  given: z
    .literal(true)
    .optional()
    .describe("It is a report that was given, which only adds to what the run has found; absent: the run made it"),
  failed: z
    .object({ code: z.string(), what: z.string() })
    .optional()
    .describe("Why it has no opinion, where the policy lets the run go on without it"),
});

// Most fields are optional, since a given report says little.
export const provenance = z.object({
  scanner: z.string(),
  scannerVersion: z.string().optional(),
  scannerSha256: sha256.optional().describe("Of the scanner's program; absent: it was not computed"),
  /** When the vulnerability database was built. */
  databaseUpdatedAt: z.string().optional(),
  databaseSha256: sha256
    .optional()
    .describe("Of the vulnerability database's file, as noted when it was downloaded; absent: it was not"),
  /** When the scan was made. For a given report, this is its own claim. */
  scannedAt: z.string().optional(),
  /** `local Docker or Podman`, `the registry`, `a docker save tar`, … */
  source: z.string().optional(),
  readAs: z
    .enum(["reference", "archive", "layout", "folder", "repository", "sbom"])
    .optional()
    .describe("What the scanner was given; absent: it scanned nothing in this run"),
  /** Of an image that is in a registry. A clause. */
  digestUnknown: z.string().optional().describe("Why it is not known which manifest was judged"),
  scanners: z.array(z.string()).optional(),
  skipped: z.array(z.string()).optional(),
  /** Notes that a reader must see: an end-of-life database, another architecture, … */
  notes: z.array(z.string()).optional(),
});

const version = z.object({ name: z.string(), version: z.string() });

export const installed = z
  .object({
    ...version.shape,
    /** The scanner's own word for the package's kind, as we show and store it. An open set: no rule depends on it. */
    type: z.string(),
    /** Package URL as the scanner reported it, with version and qualifiers. */
    purl: z.string().optional(),
    /** Path of its own file or of the lock file that lists it, without a leading slash. */
    path: z.string().optional(),
    system: z.boolean().optional().describe("It belongs to the operating system"),
    /** An operating system's advisories refer to that. */
    source: version.optional().describe("What it was built from"),
    modularity: z.string().optional().describe("Module stream of an RPM"),
    /** That system's advisories then say nothing about it. */
    thirdParty: z.boolean().optional().describe("From another repository than the system's own"),
  })
  .describe("A package that the scanner saw: all that is needed to match it with a later database");
