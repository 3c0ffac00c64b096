import type { Advisory, VulnerabilityRecord } from "../databases/advisories.ts";

// Text that attackers could put into the fields that they control: package names, titles, paths and the image's
// history.

const ESCAPE = "\u001b";
const RIGHT_TO_LEFT = "\u202e";
const ZERO_WIDTH = "\u200b";

/** Each of them does harm if it is rendered without escaping. */
export const hostileTexts = {
  mention: "@acme/security-team",
  codeSpan: "back`tick``s",
  table: "a|b|c",
  html: "<img src=x onerror=alert(1)>",
  link: "[click](https://evil.test)",
  bareLink: "https://evil.test/steal",
  issue: "acme/widget#26",
  marker: "<!-- image-gate name=widget -->",
  unclosedComment: "<!-- image-gate",
  command: "::error::forged",
  stopCommands: "::stop-commands::forged",
  oldCommand: "##[error]forged",
  newline: "one\n::error::forged on its own line\n| a | forged | row |",
  carriageReturn: "one\r::warning::forged after a carriage return",
  ansi: `${ESCAPE}[31mred${ESCAPE}[0m`,
  bidi: `${RIGHT_TO_LEFT}gpj.exe`,
  zeroWidth: `lod${ZERO_WIDTH}ash`,
  lookalike: "l\u043edash",
  details: "</details></td></tr></table>",
  fence: "```\n# forged heading\n```",
} as const;

const idOf = (index: number): string => `CVE-2097-${1000 + index}`;

/**
 * One CRITICAL finding for each of {@link hostileTexts}: a PHP package of that name, as Composer's `installed.json` is
 * the list that Trivy takes any name from, line breaks included.
 */
export const hostileAdvisories: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Advisory>>>>>> =
  {
    "composer::GitHub Security Advisory Composer": Object.fromEntries(
      Object.values(hostileTexts).map((text, index) => [
        text,
        { [idOf(index)]: { PatchedVersions: ["2.0.0"], VulnerableVersions: ["< 2.0.0"] } },
      ]),
    ),
  };

/** Titles and links of the hostile findings: the same texts, and links that no reader should follow. */
export const hostileRecords: Readonly<Record<string, VulnerabilityRecord>> = Object.fromEntries(
  Object.values(hostileTexts).map((text, index) => [
    idOf(index),
    {
      Title: text,
      Description: `${text}\n${text}`,
      Severity: "CRITICAL",
      VendorSeverity: { ghsa: 4, nvd: 4 },
      References: [`https://evil.test/${encodeURIComponent(text)}`, "javascript:alert(1)"],
      PublishedDate: "2097-01-01T00:00:00Z",
      LastModifiedDate: "2097-01-01T00:00:00Z",
    },
  ]),
);
