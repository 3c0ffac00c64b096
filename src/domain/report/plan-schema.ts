import { z } from "zod";
import { owner, severity } from "./finding-schema.ts";

// The part of the report's schema that describes the fix plan.

const chain = z.object({
  /** Without a leading slash. */
  path: z.string().describe("The lock file"),
  packages: z
    .array(z.object({ name: z.string(), version: z.string() }))
    .describe("The shortest chain, up to the package itself; only the start and the end if it is very long"),
  /** If true, the author can upgrade it. False: unknown. */
  direct: z.boolean().describe("True if the first is known to be a direct dependency"),
});

export const upgrade = z
  .object({
    package: z.string(),
    type: z.string().describe("The scanner's package type"),
    from: z.string(),
    to: z.string().optional().describe("The version to upgrade to; absent: the order of `alternatives` is unknown"),
    alternatives: z.array(z.string()).optional().describe("The versions named as fixes, if their order is unknown"),
    clears: z.int().positive().describe("Findings that it clears"),
    text: z.string().describe("`package from → to clears n`"),
    /** Without duplicates. */
    ids: z.array(z.string()).describe("Their advisories"),
    owner: owner.optional().describe("The package that bundles it: to be upgraded or replaced"),
    layer: z.string().optional().describe("`diffId` of one of the target's `layers`, if all are in it"),
    /** Without duplicates. */
    paths: z.array(z.string()).optional().describe("Its places"),
    /** Empty for a direct dependency. */
    chains: z.array(chain).optional().describe("The chains that pull it in, one for each lock file"),
  })
  .describe("An upgrade that clears findings that broke a limit");

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
    exploited: z.int().positive().optional().describe("The number of these in CISA's catalog; absent: none"),
    epss: z.number().optional().describe("The highest EPSS score among them"),
    upgrades: z.array(upgrade).optional().describe("The upgrades to make together: each package and version"),
    family: z
      .object({
        kind: z.enum(["source", "group"]).describe("Built from one source, or released together"),
        name: z.string(),
        /** `org.springframework:spring-framework-bom`. */
        bom: z.string().optional().describe("The BOM or parent that sets the version"),
        /** The Spring Boot version that sets the version of all, and the property that overrides it. */
        springBoot: z.object({ version: z.string(), property: z.string() }).optional(),
      })
      .optional(),
    to: z.string().optional().describe("The version for all of `upgrades`"),
    enough: z
      .object({ version: z.string(), clears: z.int().positive(), of: z.int().positive() })
      .optional()
      .describe("A lower version that passes the gate; `to` clears this number of all open findings of the packages"),
    mayStay: z
      .array(z.string())
      .optional()
      .describe("Failing findings without a fix, which this version may still have"),
    check: z
      .object({
        /** Findings that no version clears are in the plan's `noFix`. */
        stays: checked.describe("Failing findings that the version still has"),
        brings: checked.describe("Findings that only the version has, and that would fail"),
      })
      .optional()
      .describe("The result of a scan of the version; absent: it was not scanned"),
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
      .describe("The place of a secret"),
  })
  .describe("One decision");
