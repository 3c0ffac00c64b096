import { z } from "zod";
import { GAP_CODES } from "../domain/coverage/gap-codes.ts";
import { isDay } from "../domain/dates.ts";
import { closest } from "../domain/did-you-mean.ts";
import { EMPTY_POLICY } from "../domain/policy/policy.ts";
import { parsePurl } from "../domain/purl.ts";
import { DEFAULT_THRESHOLDS, perSeverityName, SEVERITIES, type Severity, severityName } from "../domain/severity.ts";
import { bySeverity, camelKeys, days, limit, listOf, wants, wantsMapping, wantsText } from "./schema-messages.ts";
import { exploitedLimit, weightKeys } from "./weights-schema.ts";

const MAX_EXCEPTIONS = 5000;
const MAX_TARGETS = 500;
const MAX_GLOBS = 100;
const MAX_GLOB_LENGTH = 500;
const MAX_NAME_LENGTH = 200;
const MAX_PACKAGE_LENGTH = 500;
const MAX_REASON_LENGTH = 2000;

/** Forbids control characters, and halves of surrogate pairs, which no encoding can represent. */
const ONE_LINE = {
  control: /[\p{Cc}\p{Cs}]/u,
  message: "holds a control character or a line break",
  empty: "is empty",
};
const MANY_LINES = { ...ONE_LINE, control: /[^\P{Cc}\n\t]|\p{Cs}/u, message: "holds a control character" };
/**
 * A visible character. A reason of blanks is not a reason. Some blanks count as letters or symbols in Unicode: Hangul's
 * fillers, the empty Braille cell, the musical null note head.
 */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{1D159}])[\p{L}\p{N}\p{P}\p{S}]/u;

function text(kind: string, longest: number, { control, message, empty } = ONE_LINE): z.ZodString {
  return z
    .string(wantsText(kind))
    .trim()
    .min(1, empty)
    .max(longest, `has more than ${longest} characters`)
    .refine((value) => VISIBLE.test(value), empty)
    .refine((value) => !control.test(value), message)
    .meta({ pattern: "\\S" });
}

/** A name that is compared exactly. */
function exactName(kind: string, longest: number): z.ZodString {
  return text(kind, longest).refine((value) => !value.includes("*"), "must be an exact name; * is not a wildcard here");
}

const day = z
  .string(wants("a day, written YYYY-MM-DD"))
  .refine(isDay, "must be a real day, written YYYY-MM-DD")
  .meta({ format: "date", pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

const globs = z
  .array(
    z
      .string(wantsText("a glob"))
      .min(1, "is empty")
      .max(MAX_GLOB_LENGTH, `has more than ${MAX_GLOB_LENGTH} characters`)
      .refine((glob) => VISIBLE.test(glob), "is empty")
      .refine((glob) => !ONE_LINE.control.test(glob), ONE_LINE.message),
    {
      error: ({ input }: { readonly input?: unknown }) =>
        typeof input === "string"
          ? "must be a list, even with one item: write it as [ … ]"
          : wants("a list of globs").error({ input }),
    },
  )
  .min(1, "is an empty list, which matches nothing; leave the key out to match everything")
  .max(MAX_GLOBS, `has more than ${MAX_GLOBS} globs`);

function severityLimit(severity: Severity, isDefault: boolean) {
  const meta = {
    description: `The highest number of open ${severity} findings that still passes; unlimited allows any.`,
    examples: [0, 20, "unlimited"],
  };
  return limit.optional().meta(isDefault ? { ...meta, default: DEFAULT_THRESHOLDS[severity] } : meta);
}

function thresholds(isDefault: boolean) {
  return z
    .strictObject(
      {
        ...perSeverityName((severity) => severityLimit(severity, isDefault)),
        exploited: exploitedLimit,
      },
      wantsMapping("a mapping of severities to limits"),
    )
    .transform(({ exploited, ...limits }) => {
      return { thresholds: bySeverity(limits), ...(exploited !== undefined && { exploited }) };
    });
}

const thresholdsSchema = thresholds(true).meta({
  description: `The highest number of open findings of each severity that still passes. An input (max-${severityName(SEVERITIES[0])}, …) overrides it.`,
});

const targetSchema = z
  .strictObject(
    {
      images: globs.meta({
        description: "Globs on the image reference as typed, with and without its tag or digest.",
        examples: [["ghcr.io/acme/legacy-*"]],
      }),
      thresholds: thresholds(false).meta({
        description: "Limits for these images; a severity that is left out keeps the limit of the whole policy.",
      }),
    },
    wants("a mapping with images and thresholds"),
  )
  .transform(({ images, thresholds: limits }) => ({ images, ...limits }));

const MAX_ISSUE_RULES = 500;
/** A server allows no more. */
const MAX_ASSIGNEES = 10;
const MAX_LABELS = 20;
/** Servers refuse longer labels. */
const MAX_LABEL_LENGTH = 50;

const fixWithinDaysSchema = z.strictObject(
  perSeverityName((severity) =>
    days.optional().meta({
      description: `Days within which a ${severity} finding of a running image must be fixed; day N itself is in time.`,
      examples: [30],
    }),
  ),
  wantsMapping("a mapping of severities to days"),
);

const login = z
  .string(wantsText("a user's login as text"))
  .regex(/^@?[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/, "must be a user's login; a team cannot be assigned");

const issueRuleSchema = z.strictObject(
  {
    images: globs.meta({
      description: "Globs on the image reference, with and without its tag or digest.",
      examples: [["ghcr.io/acme/pdf-*"]],
    }),
    assignees: listOf(login, "a list of logins", MAX_ASSIGNEES)
      .default([])
      .meta({ description: "Users that a new issue is assigned to.", examples: [["octocat"]] }),
    labels: listOf(text("a label as text", MAX_LABEL_LENGTH), "a list of labels", MAX_LABELS)
      .default([])
      .meta({ description: "Labels of a new issue, in addition to image-gate.", examples: [["security"]] }),
  },
  wants("a mapping with images"),
);

const { maxDays, warnDays, requireOwner } = EMPTY_POLICY.exceptionRules;

export const exceptionRulesSchema = z
  .strictObject(
    {
      "max-days": days.default(maxDays).meta({
        description: "Longest duration of an exception in days, from created (or today, if that is absent) to expires.",
      }),
      "warn-days": days
        .default(warnDays)
        .meta({ description: "An exception that ends within this many days is reported as ending soon." }),
      "require-owner": z
        .boolean(wants("true or false"))
        .default(requireOwner)
        .meta({ description: "True if each exception must name its owner." }),
    },
    wants("a mapping"),
  )
  .transform(camelKeys);

const exceptionKeys = z.strictObject(
  {
    id: exactName("an advisory's id as text", MAX_NAME_LENGTH).meta({
      description:
        "The advisory by any of its ids, the check, secret rule or licence, as the report names it, in any case.",
      examples: ["CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q"],
    }),
    package: exactName("a package's name or package URL as text", MAX_PACKAGE_LENGTH)
      .refine((name) => !name.startsWith("pkg:") || parsePurl(name) !== undefined, {
        error: "is not a valid package URL (pkg:TYPE/NAMESPACE/NAME@VERSION)",
      })
      .optional()
      .meta({
        description:
          "The package's name, or its package URL; version and qualifiers of a package URL must agree only where given. Absent: any package.",
        examples: ["org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core"],
      }),
    paths: globs.optional().meta({
      description: "Globs on the finding's path within the image (*, ** and ?). Absent: any path, or none.",
      examples: [["usr/lib/python3/**/sparkly/**"]],
    }),
    images: globs.optional().meta({
      description: "Globs on the image reference as typed, with and without its tag or digest. Absent: any image.",
      examples: [["ghcr.io/acme/pdf-*"]],
    }),
    reason: text("text", MAX_REASON_LENGTH, MANY_LINES).meta({
      description: "Why the finding may run, in words that the next reader understands.",
    }),
    owner: text("a person or a team as text", MAX_NAME_LENGTH, {
      ...ONE_LINE,
      empty: "is empty: name a person or a team, or delete the line",
    })
      .optional()
      .meta({
        description: "The person or team that decided it and will review it.",
        examples: ["@acme/platform"],
      }),
    created: day.optional().meta({ description: "The day of the decision; not in the future." }),
    expires: day.meta({ description: "The last day on which the exception is valid, in UTC; all of that day counts." }),
    "only-while-unfixed": z
      .boolean(wants("true or false"))
      .default(false)
      .meta({ description: "Ends the exception early, on the day a fix exists." }),
  },
  wants("a mapping with id, reason and expires"),
);

export const exceptionSchema = exceptionKeys.transform(camelKeys);

const { images, owner, created, expires } = exceptionKeys.shape;

export const acceptanceSchema = z
  .strictObject(
    {
      gap: z
        .enum(GAP_CODES, { error: ({ input }) => gapMistake(input) })
        .meta({ description: "The gap's code (docs/coverage.md), as the error names it." }),
      paths: globs.optional().meta({
        description: "Globs on the path of the file that was not read (*, ** and ?). Absent: any path, or none.",
        examples: [["test/fixtures/**"]],
      }),
      images,
      reason: text("text", MAX_REASON_LENGTH, MANY_LINES).meta({
        description: "Why it may run despite the gap, in words that the next reader understands.",
      }),
      owner,
      created,
      expires: expires.meta({ description: "The last day on which it is valid, in UTC; all of that day counts." }),
    },
    wants("a mapping with gap, reason and expires"),
  )
  .transform(({ gap: id, ...entry }) => ({ ...entry, id, gap: true, onlyWhileUnfixed: false }));

function gapMistake(input: unknown): string {
  if (typeof input !== "string") return wants("a gap's code as text").error({ input });
  const meant = closest(input, GAP_CODES);
  return `is not a known gap${meant === undefined ? ` (${GAP_CODES.join(", ")})` : ` (did you mean "${meant}"?)`}`;
}

/** The policy file as the user writes it. Rules between keys, and between dates and today, are in rules.ts. */
export const policyFileSchema = z
  .strictObject(
    {
      version: z
        .literal(1, {
          error: ({ input }) => {
            if (input === undefined) return "is missing (version: 1)";
            const other = typeof input === "number" ? `; this Image Gate reads no policy of version ${input}` : "";
            return `must be the number 1${other}`;
          },
        })
        .meta({ description: "Version of this format." }),
      thresholds: thresholdsSchema.optional(),
      ...weightKeys,
      "ignore-unfixed": z.boolean(wants("true or false")).optional().meta({
        description:
          "True if vulnerabilities without a fix are shown but not counted. The input ignore-unfixed overrides it.",
        default: false,
      }),
      targets: listOf(targetSchema, "a list of targets", MAX_TARGETS)
        .optional()
        .meta({ description: "Other limits for some images; the first item whose images match counts.", default: [] }),
      "fix-within-days": fixWithinDaysSchema.optional().meta({
        description:
          "Deadlines for findings of running images, from the first day on which one was present and had a fix. Verdicts ignore them.",
      }),
      issues: listOf(issueRuleSchema, "a list of mappings with images, assignees and labels", MAX_ISSUE_RULES)
        .optional()
        .meta({
          description:
            "The people to notify about a running image that does not pass; the first item whose images match counts.",
          default: [],
        }),
      "exception-rules": exceptionRulesSchema.optional().meta({ description: "The rules for every exception." }),
      exceptions: listOf(exceptionSchema, "a list of exceptions", MAX_EXCEPTIONS)
        .optional()
        .meta({ description: "Written, dated decisions to let a finding through.", default: [] }),
      coverage: listOf(acceptanceSchema, "a list of accepted gaps", MAX_EXCEPTIONS).optional().meta({
        description: "Written, dated decisions to judge a target although a part of it was not scanned.",
        default: [],
      }),
    },
    wantsMapping("a mapping that begins with version: 1"),
  )
  .meta({
    title: "Image Gate policy",
    description: "Thresholds and time-limited exceptions for Image Gate (.github/image-gate.yml).",
  });

export type PolicyFile = z.output<typeof policyFileSchema>;

/**
 * JSON Schema (draft 2020-12) of the policy file, for editors. It includes neither today's date nor the rules between
 * keys.
 */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(policyFileSchema, {
    io: "input",
    // For transformed values, the library leaves out defaults and examples.
    override: ({ zodSchema, jsonSchema }) => void Object.assign(jsonSchema, z.globalRegistry.get(zodSchema)),
  });
  return { $schema, $id: "urn:image-gate:policy:1", ...rest };
}
