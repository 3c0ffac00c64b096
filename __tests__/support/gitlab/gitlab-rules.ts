import { Ajv } from "ajv";

const TIME = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" };
const ADDRESS = { type: "string", pattern: "^https?://.+" };
const SOME = { type: "string", minLength: 1 };

/** All of these are required, and no others: stricter than GitLab, which ignores keys that it does not know. */
function exactly(required: Readonly<Record<string, unknown>>, optional: Readonly<Record<string, unknown>> = {}) {
  return {
    type: "object",
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

const TOOL = { id: SOME, name: SOME, version: SOME, vendor: exactly({ name: SOME }) };
const DETAIL = exactly({ type: { const: "text" }, name: SOME, value: { type: "string" } });

/**
 * The demands of GitLab's schema 15.2 of container-scanning reports on the fields that we write, in our own words:
 * GitLab publishes it only where no test could fetch it. Newer GitLab versions take only identifiers with at most 255
 * characters.
 */
const RULES = exactly({
  version: { type: "string", pattern: "^15\\.2\\.\\d+$" },
  scan: exactly(
    {
      analyzer: exactly(TOOL, { url: ADDRESS }),
      scanner: exactly(TOOL, { url: ADDRESS }),
      start_time: TIME,
      end_time: TIME,
      status: { enum: ["success", "failure"] },
      type: { const: "container_scanning" },
    },
    { messages: { type: "array", items: exactly({ level: { enum: ["info", "warn", "fatal"] }, value: SOME }) } },
  ),
  vulnerabilities: {
    type: "array",
    items: exactly(
      {
        id: { type: "string", pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" },
        name: { type: "string", minLength: 1, maxLength: 255 },
        severity: { enum: ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
        identifiers: {
          type: "array",
          minItems: 1,
          maxItems: 20,
          items: exactly(
            { type: SOME, name: { ...SOME, maxLength: 255 }, value: { ...SOME, maxLength: 255 } },
            { url: ADDRESS },
          ),
        },
        location: exactly({
          dependency: exactly({ package: exactly({ name: { type: "string" } }), version: { type: "string" } }),
          operating_system: SOME,
          image: SOME,
        }),
      },
      {
        description: { type: "string", maxLength: 1_048_576 },
        solution: { type: "string", minLength: 1, maxLength: 7_000 },
        links: { type: "array", items: exactly({ url: ADDRESS }, { name: { type: "string" } }) },
        details: { type: "object", additionalProperties: DETAIL },
      },
    ),
  },
  remediations: { type: "array", maxItems: 0 },
});

const check = new Ajv({ allErrors: true, strict: true }).compile(RULES);

/** The reasons for which GitLab would refuse a report; empty: there are none. Repeated ids are reported, too. */
export function gitlabMistakes(report: unknown): string[] {
  check(report);
  const mistakes = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const ids = (report as { vulnerabilities?: { id: string }[] }).vulnerabilities?.map(({ id }) => id) ?? [];
  const twice = ids.length - new Set(ids).size;
  return twice === 0 ? mistakes : [...mistakes, `${twice} ids occur again`];
}

/**
 * The demands of GitLab on an entry of its code-quality report, in our own words: its server ignores all entries after
 * the first that lacks one of these fields. Only severities with these names get an icon.
 */
const ENTRY = {
  type: "object",
  required: ["description", "fingerprint", "severity", "location", "check_name"],
  properties: {
    description: SOME,
    check_name: { type: "string" },
    fingerprint: { type: "string", pattern: "^[0-9a-f]{40,64}$" },
    severity: { enum: ["blocker", "critical", "major", "minor", "info"] },
    location: exactly({ path: SOME, lines: exactly({ begin: { type: "integer", minimum: 1 } }) }),
  },
};
const checkEntries = new Ajv({ allErrors: true, strict: true }).compile({ type: "array", items: ENTRY });

/** The reasons for which GitLab would refuse a code-quality report. Repeated fingerprints are reported, too. */
export function codeQualityMistakes(report: unknown): string[] {
  checkEntries(report);
  const mistakes = (checkEntries.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const marks = Array.isArray(report) ? report.map(({ fingerprint }: { fingerprint: string }) => fingerprint) : [];
  const twice = marks.length - new Set(marks).size;
  return twice === 0 ? mistakes : [...mistakes, `${twice} fingerprints occur again`];
}
