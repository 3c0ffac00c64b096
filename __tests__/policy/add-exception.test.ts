import { describe, expect, it } from "vitest";
import { withException } from "../../src/policy/add-exception.ts";
import { parsePolicy } from "../../src/policy/parse.ts";

const TODAY = "2026-11-29";
const ADDED = { id: "CVE-2026-1111", reason: "Why: it's #1.", expires: "2026-12-31" };
const add = (text: string, more = {}) =>
  withException({ text, file: "p.yml", today: TODAY }, { ...ADDED, ...more }).text;
const ITEM = (indent: string) =>
  ["- id: CVE-2026-1111", `  reason: "Why: it's #1."`, "  expires: 2026-12-31"]
    .map((line) => `${indent}${line}\n`)
    .join("");

describe("an exception is added where the others are, and all else stays to the byte", () => {
  it.each<[string, string, string]>([
    [
      "behind the last, before what follows",
      `# Ours.\nversion: 1\nexceptions:\n  - id: CVE-1 # old\n    reason: a\n    expires: 2026-12-01\n    # about CVE-1\n\n# Limits.\nthresholds: {high: 3}\n`,
      `# Ours.\nversion: 1\nexceptions:\n  - id: CVE-1 # old\n    reason: a\n    expires: 2026-12-01\n    # about CVE-1\n${ITEM("  ")}\n# Limits.\nthresholds: {high: 3}\n`,
    ],
    [
      "with dashes that are not indented, and no line end at the end",
      "version: 1\nexceptions:\n- {id: CVE-1, reason: a, expires: 2026-12-01}",
      `version: 1\nexceptions:\n- {id: CVE-1, reason: a, expires: 2026-12-01}\n${ITEM("")}`,
    ],
    [
      "behind a block of text",
      "version: 1\nexceptions:\n    -   id: CVE-1\n        expires: 2026-12-01\n        reason: |\n          a\n          b\nthresholds:\n  high: 1\n",
      `version: 1\nexceptions:\n    -   id: CVE-1\n        expires: 2026-12-01\n        reason: |\n          a\n          b\n${ITEM("    ")}thresholds:\n  high: 1\n`,
    ],
    ["in empty brackets", "version: 1\nexceptions: []\n", `version: 1\nexceptions:\n${ITEM("  ")}`],
    [
      "in empty brackets with a comment",
      "exceptions: [] # none\nversion: 1\n",
      `exceptions: # none\n${ITEM("  ")}version: 1\n`,
    ],
    ["without the key", "version: 1 # the first\n# end\n", `version: 1 # the first\nexceptions:\n${ITEM("  ")}# end\n`],
    [
      "in an indented policy with another end",
      "---\n  version: 1\n  exceptions:\n    - {id: CVE-1, reason: a, expires: 2026-12-01}\n...\n",
      `---\n  version: 1\n  exceptions:\n    - {id: CVE-1, reason: a, expires: 2026-12-01}\n${ITEM("    ")}...\n`,
    ],
  ])("%s", (_, before, after) => {
    expect(add(before)).toBe(after);
  });

  // Proves: policy-add-changes-nothing
  it("keeps the line ends of Windows and a byte order mark", () => {
    const text = "\ufeffversion: 1\r\nexceptions:\r\n  - {id: CVE-1, reason: a, expires: 2026-12-01}\r\n# end\r\n";
    const made = add(text);
    expect(made).toBe(text.replace("# end", `${ITEM("  ").replaceAll("\n", "\r\n")}# end`));
  });

  it("writes every key that was given, and text that YAML would read as something else", () => {
    const given = {
      package: "pkg:npm/%40acme/a",
      paths: ["usr/**"],
      images: ["ghcr.io/acme/*"],
      reason: "first\nsecond: - #\ttab",
      owner: "@acme",
      created: TODAY,
      onlyWhileUnfixed: true,
    };
    const { exceptions } = parsePolicy(add("version: 1\n", given), { file: "p.yml", today: TODAY });
    expect(exceptions).toEqual([{ ...ADDED, ...given, line: 3 }]);
  });

  it.each([
    "true",
    "1e3",
    "~",
    "- a",
    "{a",
    "*a",
    "&a",
    "!a",
    "# a",
    "a # b",
    "a: b",
    "'",
    '"',
    "\\",
    "null",
    "@a",
    "%a",
  ])("keeps the reason %j as it is", (words) => {
    const { exceptions } = parsePolicy(add("version: 1\n", { reason: `${words} x` }), { file: "p", today: TODAY });
    expect(exceptions[0]?.reason).toBe(`${words} x`);
  });
});

describe("is refused", () => {
  const text = "version: 1\nexceptions:\n  - {id: CVE-2026-1111, reason: a, expires: 2026-12-01, package: openssl}\n";

  it("where a live one is the same, but not for another package, and not where that one has ended", () => {
    expect(() => add(text, { id: "cve-2026-1111", package: "openssl" })).toThrow(
      expect.objectContaining({ code: "exception-exists", what: expect.stringContaining("p.yml:3") }),
    );
    expect(add(text, { package: "zlib" })).toContain("package: zlib");
    expect(add(text.replace("2026-12-01", "2026-11-28"), { package: "openssl" })).toContain("2026-12-31");
  });

  // Proves: policy-add-changes-nothing
  it("where the policy is not one, or would not be one", () => {
    expect(() => add("version: 2\n")).toThrow(expect.objectContaining({ code: "policy-invalid" }));
    expect(() => add("version: 1\n", { expires: "2028-01-01" })).toThrow(/at most 365 are allowed/);
    expect(() => add("version: 1\nexception-rules: {require-owner: true}\n")).toThrow(/"owner" is missing/);
  });

  it.each([
    "version: 1\nexceptions: [{id: CVE-1, reason: a, expires: 2026-12-01}] # end\n",
    "version: 1\nexceptions: [\n  # none\n]\n",
    "{version: 1, exceptions: []}\n",
    "{version: 1}\n",
  ])("where brackets leave no line for it: %j", (policy) => {
    expect(() => add(policy)).toThrow(expect.objectContaining({ code: "policy-not-editable" }));
  });

  it("where what would be written is not the same policy with one exception more", () => {
    expect(() => add("version: 1\n", { id: " CVE-1" })).toThrow(
      expect.objectContaining({ code: "policy-not-editable" }),
    );
  });
});
