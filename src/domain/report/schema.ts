import { z } from "zod";
import { GIVEN_REPORT, TARGET_KINDS } from "../target.ts";
import { coverage } from "./coverage-schema.ts";
import type { ReadOf } from "./fields.ts";
import { finding, layer, severity } from "./finding-schema.ts";
import { planStep } from "./plan-schema.ts";
import { exception, policyChange } from "./policy-schema.ts";
import { artifact, installed, opinionSource, provenance, sha256 } from "./target-schema.ts";

// The only schema of Image Gate's own JSON report: its writer, its JSON Schema and its only reader (`read.ts`) use it.
// The objects are not strict, since the reader must ignore fields that a newer gate adds.

const limit = z.union([z.int().nonnegative(), z.literal("unlimited")]);
const row = {
  open: z.int().nonnegative().describe("Findings that count"),
  limit: limit.describe("The highest number that passes"),
  accepted: z.int().nonnegative().describe("Findings that a live exception covers"),
  notCounted: z
    .int()
    .nonnegative()
    .describe("Findings without a fix, in their grace period, or not introduced by the change"),
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
  .describe("Packages in it that help an attacker; absent if the packages do not show that");
export const baseFigures = z.object({
  reference: z.string(),
  findings: counts,
  size: z.int().optional().describe("Bytes of all layers, unpacked"),
  surface: surface.optional(),
});

export const base = z
  .object({
    /** From the input, the image's label or annotation, or its history. */
    found: z.enum(["input", "annotation", "history"]).optional().describe("The source; absent if no base was found"),
    /** Absent if the base is only visible in the history. */
    reference: z.string().optional(),
    /** Its manifest's digest, from the registry or as the image claims. */
    digest: z.string().optional(),
    /** 0 if no base was found. */
    layers: z.int().nonnegative().describe("The number of the base's layers, which are the image's first ones"),
    /** Absent if no base was found. */
    counts: z.object({ base: counts, own: counts }).optional().describe("All findings by the part that added them"),
    /** Absent if it was not scanned. */
    inUse: baseFigures.optional().describe("The version of the base that the image was built on"),
    newer: z
      .object({
        reference: z.string(),
        digest: z.string().optional(),
        /** Whole days since it was made. Absent without a date, or with one long past (reproducible builds). */
        ageDays: z.int().nonnegative().optional(),
        clears: z.int().nonnegative().describe("Findings of the base that the newer one lacks"),
        of: z.int().nonnegative().describe("All findings of the base"),
        brings: z.int().nonnegative().describe("Findings that only the newer one has"),
      })
      .optional()
      .describe("The image that the base's tag refers to today, if that is another one"),
    candidates: z.array(z.union([baseFigures, z.object({ reference: z.string(), problem: z.string() })])),
    /** Full sentences: a warning that does not change the verdict. */
    problem: z.string().optional().describe("The problem in finding it"),
    /** A sentence. */
    note: z.string().optional().describe("The steps that were skipped on purpose"),
  })
  .describe("The image that it was built on");
const baseline = z
  .object({
    kind: z.enum(["run", "report", GIVEN_REPORT, "sbom", "image", "none"]),
    why: z.string().optional().describe("For `none`: why there is no baseline"),
    trouble: z.boolean().optional().describe("For `none`: there may be one, but it could not be fetched or used"),
    /** The image that it describes, if it names one. Untrusted. */
    image: z.string().optional(),
    platform: z.string().optional().describe("Its platform; absent: unknown"),
    given: z.string().optional().describe("The reference or file, as given"),
    /** For a run: its branch and commit. */
    branch: z.string().optional(),
    commit: z.string().optional(),
    run: z.string().optional().describe("Link to the workflow run that made it"),
    /** ISO 8601, if it has a date. */
    madeAt: z.string().optional(),
    /** Warnings about the comparison: it is with another image, the baseline has no paths, … */
    notes: z.array(z.string()).optional(),
    counts: z
      .object({
        new: z.int(),
        fixed: z.int(),
        unchanged: z.int(),
        newlyDisclosed: z.int(),
        unseen: z.int().optional().describe("Findings that could not be checked again; absent: none"),
      })
      .optional()
      .describe("Findings of all severities"),
    systemChange: z
      .object({ from: z.string(), to: z.string() })
      .optional()
      .describe("The operating system, if it differs from the baseline's"),
  })
  .describe("The target's baseline");
export const exploitRow = z
  .object({
    kind: z.enum(["exploited", "epss"]),
    above: z.number().optional().describe("The score above which `epss` counts"),
    ...row,
  })
  .describe("A limit on exploited vulnerabilities; its findings are in the severities' rows too");

const described = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

const evidenceFile = z.object({
  path: z.string().describe("Relative to the folder of this report, if the file is in it"),
  sha256: sha256.describe("The digest of its bytes"),
});

const target = z.object({
  label: z.string().describe("The target's displayed name: as typed, with the platform if one was requested"),
  kind: z.enum(TARGET_KINDS),
  input: z.string(),
  as: z.string().optional().describe("The reference that was typed after a file: `app.tar as ghcr.io/acme/app:1.2`"),
  platform: z.string().optional().describe("The requested platform"),
  verdict: z.enum(["pass", "fail", "error"]),
  error: described.optional(),
  rows: z.array(severityRow).optional().describe("Absent if the scan did not happen"),
  exploitRows: z.array(exploitRow).optional().describe("Absent if the policy has no such limit"),
  uncompared: z
    .boolean()
    .optional()
    .describe("Only findings that the change introduces should count, but there was no baseline"),
  coverage: coverage.optional().describe("Absent if the scan did not happen"),
  artifact: artifact.optional(),
  layers: z.array(layer).optional().describe("The layers with findings, without duplicates"),
  base: base.optional(),
  packages: z.array(installed).optional().describe("All packages, for the comparison in a later run"),
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
      cyclonedx: evidenceFile.optional().describe("Its SBOM, if `reports` requests one"),
    })
    .optional()
    .describe("The files that were written about it with this report; absent unless the run's verdict is `pass`"),
});

export const fixed = finding
  .pick({ target: true, kind: true, id: true, severity: true, title: true, url: true, package: true, path: true })
  .describe("A finding of the baseline, according to this run's database, whose package or version is gone");
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
    count: z.enum(["all", "introduced"]).optional().describe("The findings that count; absent: all"),
    generatedAt: z.string().describe("ISO 8601, UTC"),
    targets: z.array(target),
    findings: z.array(finding).describe("All findings"),
    fixed: z.array(fixed).optional().describe("Findings of the baseline that are gone; absent if there is no baseline"),
    unseen: z
      .array(fixed)
      .optional()
      .describe("Findings of the baseline that could not be checked again; absent: none"),
    plan: z.array(planStep).optional().describe("The fix plan: the most important steps first, target by target"),
    exceptions: z.array(exception),
    policyChanges: z
      .union([z.array(policyChange), z.object({ unreadable: z.string() })])
      .optional()
      .describe("The pull request's changes to the policy; absent if there is no pull request"),
    notes: z.array(z.string()).optional().describe("Notes about the whole run"),
    provenance: z.object({
      policy: z.string().optional().describe("Path of the policy file; absent if there is none"),
      policySha256: sha256.optional().describe("The digest of the policy file; absent if there is none"),
      policyFrom: z.enum(["workspace", "base", "default-branch"]),
      commit: z.string().optional(),
      run: z.string().optional().describe("Link to the workflow run"),
    }),
  })
  .meta({ title: "Image Gate report" });

/** See {@link reportSchema}. */
export type Report = ReadOf<typeof reportSchema>;
