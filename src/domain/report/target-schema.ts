import { z } from "zod";

// The part of the report's schema that describes a target: its content, its scanners, and its scan.

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const imageIndex = z.object({
  /** Absent: this is the list of a layout folder itself, which no registry has. */
  digest: z.string().optional(),
  /** Without attestations, in the index's order. Untrusted. */
  images: z.array(z.object({ digest: z.string(), platform: z.string().optional() })),
});

export const artifact = z.object({
  names: z.array(z.string()).describe("The names that rules of the policy can match: as typed"),
  /** Text from its builder, for people only. */
  claims: z.array(z.string()).optional().describe("Its own names; rules ignore them"),
  /**
   * Content digest (`sha256:…`), never an index's or another object's. Present only if the manifest was read and leads
   * to `imageId`.
   */
  digest: z.string().optional().describe("The digest of the judged manifest; absent: unknown"),
  index: imageIndex.optional().describe("The index that contains the manifest, and all of its images"),
  referenceDigest: z
    .string()
    .optional()
    .describe("The index's or manifest's digest for the reference in its repository, as the scanner reports it"),
  /** These are only claims. */
  reportedDigests: z
    .array(z.string())
    .optional()
    .describe("The digests of manifests or indexes by which a given report names its image"),
  /** Digest of the image's configuration (`sha256:…`). */
  imageId: z.string().optional(),
  /** `linux/amd64`, from the image's configuration. */
  platform: z.string().optional(),
  os: z.object({ family: z.string(), name: z.string(), endOfLife: z.boolean() }).optional(),
  /** Number of layers. */
  layers: z.int().optional(),
  size: z.int().optional().describe("Bytes of all layers, unpacked"),
  /** ISO 8601. Reproducible builds write a date long past. */
  createdAt: z.string().optional().describe("When the image was made, according to its own metadata"),
  /** 0 may mean that the scanner recognised nothing in the image. */
  packages: z.int().optional().describe("The number that the scanner listed; absent if a given report has no list"),
});

export const opinionSource = z.object({
  scanner: z.string().describe("Its name in the opinions of findings"),
  version: z.string().optional(),
  scannerSha256: sha256.optional().describe("The digest of its program, if the run started it"),
  /** When its vulnerability database was built (ISO 8601). */
  databaseUpdatedAt: z.string().optional(),
  databaseSha256: sha256.optional().describe("The digest of its vulnerability database, recorded at the download"),
  findings: z.int().nonnegative().describe("Its number of findings"),
  /** Sorted. */
  sees: z
    .array(z.string())
    .describe("Ecosystems that it has advisories for and could check, and other kinds of findings"),
  listsPackages: z.literal(true).optional().describe("The target's packages are from it"),
  /** Absent in reports of earlier versions. */
  given: z
    .literal(true)
    .optional()
    .describe("A given report, which only adds findings to the run's own; absent: the run's own scan"),
  failed: z
    .object({ code: z.string(), what: z.string() })
    .optional()
    .describe("Why it has no opinion, if the policy lets the run continue without it"),
});

// Most fields are optional, since a given report has few of them.
export const provenance = z.object({
  scanner: z.string(),
  scannerVersion: z.string().optional(),
  scannerSha256: sha256.optional().describe("The digest of the scanner's program; absent: it was not computed"),
  /** When the vulnerability database was built. */
  databaseUpdatedAt: z.string().optional(),
  databaseSha256: sha256
    .optional()
    .describe("The digest of the vulnerability database's file, recorded at the download; absent: not downloaded"),
  /** When the scan was made. For a given report, according to its own claim. */
  scannedAt: z.string().optional(),
  /** `local Docker or Podman`, `the registry`, `a docker save tar`, … */
  source: z.string().optional(),
  readAs: z
    .enum(["reference", "archive", "layout", "folder", "repository", "sbom"])
    .optional()
    .describe("The form in which the scanner got the target; absent: it scanned nothing in this run"),
  /** For an image that is in a registry. A clause. */
  digestUnknown: z.string().optional().describe("Why the judged manifest is unknown"),
  scanners: z.array(z.string()).optional(),
  skipped: z.array(z.string()).optional(),
  /** Notes for the reader: an outdated database, another architecture, … */
  notes: z.array(z.string()).optional(),
});

const version = z.object({ name: z.string(), version: z.string() });

export const installed = z
  .object({
    ...version.shape,
    /** The scanner's own term for the package's kind, as displayed and stored. An open set: no rule depends on it. */
    type: z.string(),
    /** Package URL as the scanner reported it, with version and qualifiers. */
    purl: z.string().optional(),
    /** Path of the package's own file, or the lock file that lists it, without a leading slash. */
    path: z.string().optional(),
    system: z.boolean().optional().describe("It belongs to the operating system"),
    /** An operating system's advisories refer to the source package. */
    source: version.optional().describe("The source package that it was built from"),
    modularity: z.string().optional().describe("Module stream of an RPM"),
    /** The system's advisories then do not cover it. */
    thirdParty: z.boolean().optional().describe("Not from the system's own repository"),
  })
  .describe("A package that the scanner listed, with all fields that a later database needs to match it");
