import { z } from "zod";
import { owner, severity } from "./finding-schema.ts";

// The parts of the report's schema that are about the fix plan.

const chain = z.object({
  /** Without a leading slash. */
  path: z.string().describe("The lock file"),
  packages: z
    .array(z.object({ name: z.string(), version: z.string() }))
    .describe("The shortest chain, up to the package itself; of a very long one the first and the end"),
  /** If so, the author can raise it. False: not known. */
  direct: z.boolean().describe("Whether the first is known to be a direct dependency"),
});

export const upgrade = z
  .object({
    package: z.string(),
    type: z.string().describe("The scanner's package type"),
    from: z.string(),
    to: z.string().optional().describe("The version to raise it to; absent: the order of `alternatives` is not known"),
    alternatives: z
      .array(z.string())
      .optional()
      .describe("The versions named as fixes, where their order is not known"),
    clears: z.int().positive().describe("Findings that it clears"),
    text: z.string().describe("`package from → to clears n`"),
    /** Each once. */
    ids: z.array(z.string()).describe("Their advisories"),
    owner: owner.optional().describe("The package that bundles it: to be upgraded or replaced"),
    layer: z.string().optional().describe("`diffId` of one of the target's `layers`, where all are in it"),
    /** Each once. */
    paths: z.array(z.string()).optional().describe("Where it is"),
    /** None for a direct dependency. */
    chains: z.array(chain).optional().describe("What brings it in, one for each lock file"),
  })
  .describe("What clears findings that broke a limit");

const checked = z.array(
  z.object({
    /** The package's name. */
    package: z.string(),
    id: z.string(),
    severity,
    /** As the scanner reported it. Untrusted. */
    url: z.string().optional(),
  }),
);

export const planStep = z
  .object({
    target: z.int().nonnegative().describe("Index into `targets`"),
    kind: z.enum(["upgrade", "base", "secret"]),
    text: z.string().describe("The step in words, on one line"),
    clears: z.int().nonnegative().describe("Failing findings that it clears"),
    ids: z.array(z.string()).describe("Their advisories or rules"),
    exploited: z.int().positive().optional().describe("How many of these are in CISA's catalog; absent: none"),
    epss: z.number().optional().describe("The highest EPSS score among them"),
    upgrades: z.array(upgrade).optional().describe("What is raised together: each package and version"),
    family: z
      .object({
        kind: z.enum(["source", "group"]).describe("Built from one source, or released together"),
        name: z.string(),
        /** `org.springframework:spring-framework-bom`. */
        bom: z.string().optional().describe("The BOM or parent that sets the version"),
        /** The version of Spring Boot that sets the version of all, and the property that overrides it. */
        springBoot: z.object({ version: z.string(), property: z.string() }).optional(),
      })
      .optional(),
    to: z.string().optional().describe("The version for all of `upgrades`"),
    enough: z
      .object({ version: z.string(), clears: z.int().positive(), of: z.int().positive() })
      .optional()
      .describe(
        "A lower version that is enough for the gate; of the packages' open findings, what does not fail included, `to` clears so many",
      ),
    mayStay: z
      .array(z.string())
      .optional()
      .describe("Failing findings without a fix: nobody looked whether the version has them"),
    check: z
      .object({
        /** The plan's `noFix` has those that no version clears. */
        stays: checked.describe("Failing findings that the version still has"),
        brings: checked.describe("Findings that only the version has, and that would fail"),
      })
      .optional()
      .describe("What a scan of the version said; absent: it was not scanned"),
    command: z.string().optional().describe("Safe to paste into a shell"),
    line: z.object({ text: z.string(), file: z.string().optional() }).optional().describe("A line for a file"),
    rebuildOn: z.string().optional().describe("The newer base image"),
    places: z
      .array(
        z.object({
          path: z.string(),
          line: z.int().optional(),
          layer: z.string().optional().describe("`diffId` of one of the target's `layers`"),
        }),
      )
      .optional()
      .describe("Where a secret was found"),
  })
  .describe("One decision");
