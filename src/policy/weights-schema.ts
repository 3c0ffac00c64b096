import { z } from "zod";
import { perSeverityName, type Severity } from "../domain/severity.ts";
import { bySeverity, days, limit, listOf, wants, wantsMapping, withoutSign } from "./schema-messages.ts";

// Keys that make findings count more or less than their severity suggests.

const MAX_URL_LENGTH = 2000;
const SCORE = "must be a number from 0 to 1, such as 0.5";

/** Limit for findings in CISA's catalog, in addition to the limits by severity. */
export const exploitedLimit = limit.optional().meta({
  description:
    "The highest number of open findings known to be exploited (CISA's KEV), of any severity, that still passes.",
  examples: [0],
});

function source(what: string) {
  return z
    .string(wants("a URL as text"))
    .max(MAX_URL_LENGTH, `has more than ${MAX_URL_LENGTH} characters`)
    .refine(isSource, "must be a URL with https:// or http://, without a login in it")
    .optional()
    .meta({ description: `URL of a copy of ${what}.` });
}

function isSource(text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

function grace(severity: Severity) {
  return days.optional().meta({
    description: `Whole days in UTC for which a ${severity} finding does not count after its advisory became public.`,
    default: 0,
  });
}

/** The message for a scanner without another name. */
const SCANNER = "must be a scanner's name, as scan-with has them";
const MAX_SCANNERS = 20;

const scannerName = z
  .string(wants("a scanner's name, as scan-with has them"))
  .regex(/^[A-Za-z][A-Za-z0-9 ._-]{0,49}$/, SCANNER);

/** Names of the optional scanners. Both ways of running Grype count as one scanner. */
function optionalScanners(needs: Readonly<Record<string, string>>): string[] | undefined {
  const names = Object.keys(needs).filter((name) => needs[name] === "optional");
  return names.length === 0 ? undefined : names.map((name) => name.toLowerCase().replace(/-match$/, ""));
}

/** These keys at the top of the policy file. */
export const weightKeys = {
  epss: z
    .strictObject(
      {
        above: withoutSign(z.number(wants("a number from 0 to 1, such as 0.5")).min(0, SCORE).max(1, SCORE)).meta({
          description: "The score (FIRST's EPSS, 0 to 1) above which a finding is counted here.",
          examples: [0.5],
        }),
        max: limit.meta({
          description: "The highest number of open findings with such a score that still passes.",
          examples: [0],
        }),
      },
      wantsMapping("a mapping with above and max"),
    )
    .optional()
    .meta({ description: "A limit on findings that attackers are likely to exploit." }),
  "exploit-data": z
    .strictObject(
      {
        kev: source("CISA's catalog of known exploited vulnerabilities, as JSON"),
        epss: source("FIRST's EPSS scores, as CSV, with gzip or without"),
      },
      wantsMapping("a mapping with kev and epss"),
    )
    .optional()
    .meta({
      description: "The sources of KEV and EPSS. Without a limit, the data are fetched and shown.",
    }),
  count: z.enum(["all", "introduced"], wants("all or introduced")).optional().meta({
    description: "The findings that count: all, or only those that the change introduces, if there is a baseline.",
    default: "all",
  }),
  agreement: z.enum(["any", "all"], wants("any or all")).optional().meta({
    description:
      "any: a finding counts if one scanner reports it; all: only if all scanners with advisories for its kind of package do.",
    default: "any",
  }),
  "severity-from": listOf(scannerName, "a list of scanners, as scan-with has them", MAX_SCANNERS)
    .min(1, "is an empty list; leave the key out to let the highest severity count")
    .refine((names) => new Set(names.map((name) => name.toLowerCase())).size === names.length, "has a scanner twice")
    .optional()
    .meta({
      description:
        "The scanners whose severity counts if several report a finding, first choice first. Absent: the highest.",
    }),
  "scan-with": z
    .record(
      scannerName,
      z.enum(["required", "optional"], wants("required or optional")),
      wantsMapping("a mapping of scanners"),
    )
    .transform(optionalScanners)
    .optional()
    .meta({
      description:
        "optional: if the scanner fails, a run continues without its opinion. A scanner is required by default.",
      examples: [{ grype: "optional" }],
    }),
  "grace-days": z
    .strictObject(perSeverityName(grace), wantsMapping("a mapping of severities to days"))
    .transform(bySeverity)
    .optional()
    .meta({ description: "How long a finding of each severity does not count after its advisory became public." }),
};
