import { z } from "zod";
import { GIVEN_REPORT, TARGET_KINDS } from "../target.ts";
import { coverage } from "./coverage-schema.ts";
import type { ReadOf } from "./fields.ts";
import { finding, layer, severity } from "./finding-schema.ts";
import { planStep } from "./plan-schema.ts";
import { exception, policyChange } from "./policy-schema.ts";
import { artifact, installed, opinionSource, provenance, sha256 } from "./target-schema.ts";

// The one schema of Image Gate's own JSON report: the writer, its JSON Schema and the one reader (`read.ts`) come from
// it. Fields that a newer gate adds are left out when it is read, so that its objects are not strict.

const limit = z.union([z.int().nonnegative(), z.literal("unlimited")]);
const row = {
  open: z.int().nonnegative().describe("Findings that count"),
  limit: limit.describe("The highest number that passes"),
  accepted: z.int().nonnegative().describe("Findings that a live exception covers"),
  notCounted: z
    .int()
    .nonnegative()
    .describe("Findings without a fix, in their grace period, or that the change did not bring in"),
  broken: z.boolean().describe("More open findings than the limit allows"),
};
export const severityRow = z.object({ severity, ...row }).describe("One severity of a target");

const counts = z.record(severity, z.int().nonnegative());
const surface = z
  .object({
    shells: z.array(z.string()),
    compilers: z.array(z.string()),
    packageManagers: z.array(z.string()),
  })
  .describe("What an attacker finds in it, by its packages; absent where they do not tell");
export const baseFigures = z.object({
  reference: z.string(),
  findings: counts,
  size: z.int().optional().describe("Bytes of all layers, unpacked"),
  surface: surface.optional(),
});

export const base = z
  .object({
    /** From the input, the image's own label or annotation, or its history. */
    found: z.enum(["input", "annotation", "history"]).optional().describe("How; absent where no base was found"),
    /** Absent if only the history shows it. */
    reference: z.string().optional(),
    /** Its manifest's digest, from the registry or as the image claims. */
    digest: z.string().optional(),
    /** 0 if no base was found. */
    layers: z.int().nonnegative().describe("How many of the image's layers are the base's, from the first on"),
    /** Absent if no base was found. */
    counts: z.object({ base: counts, own: counts }).optional().describe("All findings by whose they are"),
    /** Absent if it was not scanned. */
    inUse: baseFigures.optional().describe("The base as the image was built on it"),
    newer: z
      .object({
        reference: z.string(),
        digest: z.string().optional(),
        /** Whole days since it was made. Absent if it does not say, or has a date long past (reproducible builds). */
        ageDays: z.int().nonnegative().optional(),
        clears: z.int().nonnegative().describe("Findings of the base that the newer one lacks"),
        of: z.int().nonnegative().describe("All findings of the base"),
        brings: z.int().nonnegative().describe("Findings that only the newer one has"),
      })
      .optional()
      .describe("What the base's tag means today, where that is another image"),
    candidates: z.array(z.union([baseFigures, z.object({ reference: z.string(), problem: z.string() })])),
    /** In sentences: a warning that does not change the verdict. */
    problem: z.string().optional().describe("What went wrong in finding it"),
    /** A sentence. */
    note: z.string().optional().describe("What was left out on purpose"),
  })
  .describe("The image that it was built on");
const baseline = z
  .object({
    kind: z.enum(["run", "report", GIVEN_REPORT, "sbom", "image", "none"]),
    why: z.string().optional().describe("Of `none`: why there is nothing to compare with"),
    trouble: z.boolean().optional().describe("Of `none`: there may be something, and it could not be had or used"),
    /** The image that it describes, if it says so. Untrusted. */
    image: z.string().optional(),
    platform: z.string().optional().describe("The platform that it is for; absent: it does not say"),
    given: z.string().optional().describe("The reference or file, as it was named"),
    /** Of a run: its branch and commit. */
    branch: z.string().optional(),
    commit: z.string().optional(),
    run: z.string().optional().describe("Link to the workflow run that made it"),
    /** ISO 8601, if it says so. */
    madeAt: z.string().optional(),
    /** What a reader must know before trusting the comparison: it is from another image, it has no paths, … */
    notes: z.array(z.string()).optional(),
    counts: z
      .object({
        new: z.int(),
        fixed: z.int(),
        unchanged: z.int(),
        newlyDisclosed: z.int(),
        unseen: z.int().optional().describe("Nobody could look whether they are still there; absent: none"),
      })
      .optional()
      .describe("Findings of all severities"),
    systemChange: z
      .object({ from: z.string(), to: z.string() })
      .optional()
      .describe("The operating system, where it is another one than the baseline's"),
  })
  .describe("What the target was compared with");
export const exploitRow = z
  .object({
    kind: z.enum(["exploited", "epss"]),
    above: z.number().optional().describe("The score above which `epss` counts"),
    ...row,
  })
  .describe("A limit on what attackers use; its findings are in the severities' rows too");

const described = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

const evidenceFile = z.object({
  path: z.string().describe("Relative to the folder of this report, if it is in it"),
  sha256: sha256.describe("Of its bytes"),
});

const target = z.object({
  label: z.string().describe("The target as people see it: as typed, with the platform where one was asked for"),
  kind: z.enum(TARGET_KINDS),
  input: z.string(),
  as: z.string().optional().describe("The reference that was typed behind a file: `app.tar as ghcr.io/acme/app:1.2`"),
  platform: z.string().optional().describe("The platform that was asked for"),
  verdict: z.enum(["pass", "fail", "error"]),
  error: described.optional(),
  rows: z.array(severityRow).optional().describe("Absent where the scan did not happen"),
  exploitRows: z.array(exploitRow).optional().describe("Absent where the policy has no such limit"),
  uncompared: z
    .boolean()
    .optional()
    .describe("Only what the change brings in was to count, and there was nothing to compare with"),
  coverage: coverage.optional().describe("Absent where the scan did not happen"),
  artifact: artifact.optional(),
  layers: z.array(layer).optional().describe("Those that findings sit in, each once"),
  base: base.optional(),
  packages: z.array(installed).optional().describe("All packages, by which a later run compares"),
  baseline: baseline.optional(),
  suppressed: z.int().optional().describe("Rows that the scanner itself suppressed"),
  opinions: z
    .array(opinionSource)
    .optional()
    .describe("The scanners whose opinions were merged; absent: it is one scanner's result"),
  provenance: provenance.optional(),
  files: z
    .object({
      scannerReport: evidenceFile.optional().describe("The scanner's report"),
      cyclonedx: evidenceFile.optional().describe("Its SBOM, if `reports` asks for one"),
    })
    .optional()
    .describe("What was written about it alongside this report; absent unless the run's verdict is `pass`"),
});

export const fixed = finding
  .pick({ target: true, kind: true, id: true, severity: true, title: true, url: true, package: true, path: true })
  .describe("A finding of the baseline by the database of this run; its package or version went");
/** Version 1 had indexes in place of upgrades, of the DiffIDs of layers, and of the lines of exceptions. */
export const REPORT_VERSION = 2;

/** Image Gate's JSON report. Changing or removing a field needs a new `version`; adding one does not. */
export const reportSchema = z
  .object({
    version: z.literal(REPORT_VERSION),
    verdict: z.enum(["pass", "fail", "error"]),
    reason: z.string().describe("The verdict's one line"),
    reasons: z
      .array(
        z.union([
          finding.pick({ target: true }).extend(severityRow.pick({ severity: true, open: true, limit: true }).shape),
          finding
            .pick({ target: true })
            .extend(exploitRow.pick({ kind: true, above: true, open: true, limit: true }).shape),
          finding.pick({ target: true }).extend(described.shape),
        ]),
      )
      .describe("Each broken limit and each target that could not be scanned"),
    name: z.string(),
    mode: z.enum(["enforce", "warn"]),
    count: z.enum(["all", "introduced"]).optional().describe("Which findings count, by the policy; absent: all"),
    generatedAt: z.string().describe("ISO 8601, UTC"),
    targets: z.array(target),
    findings: z.array(finding).describe("All of them"),
    fixed: z.array(fixed).optional().describe("What the baseline had; absent where there is no baseline"),
    unseen: z
      .array(fixed)
      .optional()
      .describe("What the baseline had, and nobody could look whether it is still there; absent: none"),
    plan: z.array(planStep).optional().describe("The fix plan: what matters most first, target by target"),
    exceptions: z.array(exception),
    policyChanges: z
      .union([z.array(policyChange), z.object({ unreadable: z.string() })])
      .optional()
      .describe("What the pull request changes in the policy; absent where there is no pull request"),
    notes: z.array(z.string()).optional().describe("What a reader must know of the whole run"),
    provenance: z.object({
      policy: z.string().optional().describe("Path of the policy file; absent where there is none"),
      policySha256: sha256.optional().describe("Of the policy file's bytes; absent where there is none"),
      policyFrom: z.enum(["workspace", "base", "default-branch"]),
      commit: z.string().optional(),
      run: z.string().optional().describe("Link to the workflow run"),
    }),
  })
  .meta({ title: "Image Gate report" });

/** See {@link reportSchema}. */
export type Report = ReadOf<typeof reportSchema>;
