import { describe, expect, it } from "vitest";
import { checkPolicy as checking } from "../../../src/cli/policy/check.ts";
import { importPolicy as importing } from "../../../src/cli/policy/import.ts";
import { typing } from "../typed.ts";
import { cliWorld } from "../world.ts";

const checkPolicy = typing(checking, "file");
const importPolicy = typing(importing, "file");

const POLICY = `version: 1
thresholds: { high: 5 }
exceptions:
  - { id: CVE-2024-0001, reason: a, expires: 2026-11-28 }
  - { id: CVE-2024-0002, reason: b, expires: 2026-12-01 }
  - { id: CVE-2024-0003, reason: c, expires: 2027-06-01 }
`;

describe("policy check", () => {
  it("says that a policy is valid, its limits, and what has ended or ends soon", () => {
    using world = cliWorld({ "p.yml": POLICY });
    expect(checkPolicy({ file: "p.yml" }, world)).toEqual({
      out: `p.yml is valid: 3 exceptions.
Limits: critical 0, high 5, medium unlimited, low unlimited, unknown unlimited.
line 4: CVE-2024-0001 has ended on 2026-11-28
line 5: CVE-2024-0002 ends on 2026-12-01, in 2 days
`,
      err: "",
      code: 0,
    });
  });

  it("takes the default place without a file, and is an error without one there", () => {
    using world = cliWorld({ ".github/image-gate.yml": "version: 1\n" });
    expect(checkPolicy({}, world).out).toMatch(/^\.github\/image-gate\.yml is valid: 0 exceptions\.\n/);
    using empty = cliWorld();
    expect(() => checkPolicy({}, empty)).toThrow(expect.objectContaining({ code: "file-missing" }));
  });

  it("is an error with every mistake and its place; as JSON an answer with the code 2", () => {
    using world = cliWorld({ "p.yml": "version: 1\nthreshold: {}\nexceptions: [{id: CVE-1}]\n" });
    const places = [
      { line: 2, column: 1, message: 'unknown key "threshold" (did you mean "thresholds"?)' },
      { line: 3, column: 14, message: '"reason" is missing' },
      { line: 3, column: 14, message: '"expires" is missing' },
    ];
    expect(() => checkPolicy({ file: "p.yml" }, world)).toThrow(
      expect.objectContaining({ code: "policy-invalid", mistakes: places }),
    );
    const { out, err, code } = checkPolicy({ file: "p.yml", json: true }, world);
    expect([JSON.parse(out), code]).toEqual([{ file: "p.yml", valid: false, mistakes: places, due: [] }, 2]);
    expect(err).toMatch(/^\[policy-invalid\] /);
  });

  it.each([
    ["a missing file", "none.yml", "file-missing"],
    ["a folder", ".", "file-not-regular"],
    ["bytes that are no text", "bytes", "policy-invalid"],
  ])("refuses %s", (_, file, code) => {
    using world = cliWorld({ bytes: Buffer.from([0xff, 0xfe]) });
    expect(() => checkPolicy({ file }, world)).toThrow(expect.objectContaining({ code }));
  });
});

describe("policy import", () => {
  it("writes the policy to standard output, and what is left out to standard error", () => {
    using world = cliWorld({ ".grype.yaml": "ignore:\n  - vulnerability: CVE-2024-0001\n  - package: {name: a}\n" });
    const { out, err, code } = importPolicy({ file: ".grype.yaml" }, world);
    expect(out).toContain("- id: CVE-2024-0001\n    reason: # fill in\n    expires: # fill in\n");
    expect(err).toBe(`1 exception; left out, or to be filled in:
  line 3: a rule: it names no vulnerability, and an exception needs one
  CVE-2024-0001: fill in reason and expires
`);
    expect(code).toBe(0);
  });

  it("makes a policy that is valid where reason and last day are given", () => {
    using world = cliWorld({ ".trivyignore": "CVE-2024-0001\n" });
    const given = { file: ".trivyignore", reason: "Seen.", until: "2026-12-31" };
    const { out, err } = importPolicy(given, world);
    expect(err).toBe("1 exception; nothing is left out.\n");
    using made = cliWorld({ "p.yml": out });
    expect(checkPolicy({ file: "p.yml" }, made).code).toBe(0);
  });

  it.each([
    ["a day that is none", { until: "2026-02-30" }],
    ["a day that has passed", { until: "2026-11-28" }],
    ["a day past the longest term", { until: "2027-11-30" }],
    ["a reason without words", { reason: " - " }],
  ])("refuses %s", (_, options) => {
    using world = cliWorld({ ".trivyignore": "CVE-2024-0001\n" });
    expect(() => importPolicy({ file: ".trivyignore", ...options }, world)).toThrow(
      expect.objectContaining({ code: "option-invalid" }),
    );
  });

  it("refuses a file that is not UTF-8", () => {
    using world = cliWorld({ latin: Buffer.from([0xe9]) });
    expect(() => importPolicy({ file: "latin" }, world)).toThrow(expect.objectContaining({ code: "file-not-text" }));
  });
});
