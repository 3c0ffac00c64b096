import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/domain/policy/policy.ts";
import { policyFromIgnoreFile } from "../../../src/policy/ignore-files/imported-policy.ts";
import { readIgnoreFile } from "../../../src/policy/ignore-files/read-ignore-file.ts";
import { PolicyError } from "../../../src/policy/mistakes.ts";
import { parsePolicy } from "../../../src/policy/parse.ts";

const OPTIONS = { file: "p.yml", today: "2026-11-24" };
const imported = (text: string, file: string) => policyFromIgnoreFile({ text, file }, OPTIONS);
const plain = (text: string): string => imported(text, ".trivyignore").policy;
const structured = (text: string): string => imported(text, ".trivyignore.yaml").policy;
/** The exceptions' part, without the header. */
const body = (policy: string): string => policy.slice(policy.indexOf("exceptions:"));

/** The policy after a user has completed it. */
function filledIn(policy: string): Policy {
  const full = policy
    .replaceAll("reason: # fill in", "reason: Looked at it.")
    .replaceAll("expires: # fill in", "expires: 2026-12-31")
    .replaceAll("id: # fill in", "id: CVE-1");
  return parsePolicy(full, OPTIONS);
}

const STRUCTURED = `vulnerabilities:
  - id: CVE-2022-40897
    paths: ["usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA"]
    statement: Accept the risk
  - id: CVE-2023-2650
    purls: ["pkg:deb/debian/openssl@3.0.9", "pkg:deb/debian/libssl"]
    expired_at: 2027-01-01
    statement: |
      Two lines,
      # not a comment
misconfigurations:
  - id: AVD-DS-0001
secrets:
  - id: aws-access-key-id
    paths: ["foo/{a,b}.key"]
licenses:
`;

describe("a plain .trivyignore", () => {
  it("keeps ids, comments and dates, and leaves what it does not know to a person", () => {
    const text = `# Accept the risk
# of this
CVE-2018-14618

# about nothing

CVE-2019-14697 exp:2027-01-01 # no impact
  DS002
generic-unwanted-rule exp:2027-02-30
CVE-2018-14618
`;
    expect(plain(text)).toBe(`# Made from an ignore file of Trivy's by image-gate policy import.
# Fill in every empty reason and last day: Image Gate refuses the file until then.
# expires is the last day on which an exception is valid.

version: 1
exceptions:
  # Accept the risk
  # of this
  - id: CVE-2018-14618
    reason: # fill in
    expires: # fill in
  # no impact
  - id: CVE-2019-14697
    reason: # fill in
    expires: 2026-12-31
  # DS002 in Trivy's file, by its former name.
  - id: DS-0002
    reason: # fill in
    expires: # fill in
  # The date in Trivy's file is not a plain day (YYYY-MM-DD).
  - id: generic-unwanted-rule
    reason: # fill in
    expires: # fill in
`);
  });

  it("leaves out a pattern, of which no exception can be made", () => {
    const { entries, leftOut } = readIgnoreFile({ text: "CVE-2018-14618\n# all\nCVE-2018-*\n", file: ".trivyignore" });
    expect(entries.map(({ id }) => id)).toEqual(["CVE-2018-14618"]);
    expect(leftOut).toEqual(["line 3: a pattern: an exception names one id"]);
  });

  it("without an id is a policy without exceptions", () => {
    expect(parsePolicy(plain("# nothing\n"), OPTIONS).exceptions).toEqual([]);
  });
});

describe("a .trivyignore.yaml", () => {
  it("keeps paths, statements and dates, and makes an exception of each package URL", () => {
    expect(body(structured(STRUCTURED))).toBe(`exceptions:
  - id: CVE-2022-40897
    paths:
      - usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA
    reason: Accept the risk
    expires: # fill in
  - id: CVE-2023-2650
    package: pkg:deb/debian/openssl@3.0.9
    reason: |-
      Two lines,
      # not a comment
    expires: 2026-12-31
  - id: CVE-2023-2650
    package: pkg:deb/debian/libssl
    reason: |-
      Two lines,
      # not a comment
    expires: 2026-12-31
  # AVD-DS-0001 in Trivy's file, by its former name.
  - id: DS-0001
    reason: # fill in
    expires: # fill in
  # Check paths: [ ] { } and \\ have a special meaning in Trivy, but are literal here.
  - id: aws-access-key-id
    paths:
      - foo/{a,b}.key
    reason: # fill in
    expires: # fill in
`);
  });

  it.each([
    ["nothing", ""],
    ["empty sections", "vulnerabilities:\nsecrets: []\n"],
  ])("with %s is a policy without exceptions", (_, text) => {
    expect(parsePolicy(structured(text), OPTIONS).exceptions).toEqual([]);
  });

  it("says what it leaves out: keys that Trivy passes over, package URLs where Trivy does not heed them", () => {
    const text = "secrets:\n  - id: a\n    expires: 2027-01-01\n    purls: ['pkg:npm/a']\n";
    expect(body(structured(text))).toBe(`exceptions:
  # Left out, as Trivy ignores it: expires.
  # Trivy uses purls only for vulnerabilities: left out.
  - id: a
    reason: # fill in
    expires: # fill in
`);
  });

  it("leaves an id and a time of day to a person", () => {
    const text = "vulnerabilities:\n  - statement: r\n    expired_at: 2027-01-01T12:00:00Z\n";
    expect(body(structured(text))).toBe(`exceptions:
  # The date in Trivy's file is not a plain day (YYYY-MM-DD).
  - id: # fill in
    reason: r
    expires: # fill in
`);
  });

  it.each([
    ["a section that is not a list", "vulnerabilities: s3cret\n", "1:18: a section must be a list"],
    [
      "an item that is not a mapping",
      "vulnerabilities: [s3cret]\n",
      "1:19: an item does not have the form that Trivy expects",
    ],
    [
      "paths that are no list",
      "secrets:\n  - id: a\n    paths: s3cret\n",
      '3:12: "paths" does not have the form that Trivy expects',
    ],
    ["broken YAML", "secrets: @s3cret\n", "1:10: a value cannot start with this character; put it in quotes"],
    ["a tag", "secrets: !s3cret []\n", "1:18: a tag (!name) is not allowed; put a value that starts with ! in quotes"],
  ])("is refused with its position where it is %s", (_, text, message) => {
    const convert = () => structured(text);
    expect(convert).toThrow(
      expect.objectContaining({
        code: "ignore-file-invalid",
        what: `The ignore file cannot be read:\n.trivyignore.yaml:${message}`,
      }),
    );
  });
});

describe("what comes out", () => {
  it("is refused, with the position of each gap, until it is filled in", () => {
    let error: unknown;
    try {
      parsePolicy(plain("CVE-1\n"), OPTIONS);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as PolicyError).mistakes).toEqual([
      { line: 8, column: 13, message: '"reason" is empty' },
      { line: 9, column: 14, message: '"expires" is empty' },
    ]);
  });

  it("is a policy once it is filled in", () => {
    expect(
      filledIn(structured(STRUCTURED)).exceptions.map(({ id, package: name, reason, expires }) => [
        id,
        name,
        reason,
        expires,
      ]),
    ).toEqual([
      ["CVE-2022-40897", undefined, "Accept the risk", "2026-12-31"],
      ["CVE-2023-2650", "pkg:deb/debian/openssl@3.0.9", "Two lines,\n# not a comment", "2026-12-31"],
      ["CVE-2023-2650", "pkg:deb/debian/libssl", "Two lines,\n# not a comment", "2026-12-31"],
      ["DS-0001", undefined, "Looked at it.", "2026-12-31"],
      ["aws-access-key-id", undefined, "Looked at it.", "2026-12-31"],
    ]);
  });

  it("is a policy with the same ids whatever words and comments the file has", () => {
    const word = fc
      .stringMatching(/^[^\s#\p{Cc}*][^\s\p{Cc}*]{0,20}$/u)
      .map((text) => text.toWellFormed())
      .filter((text) => text.trim() !== "");
    const rest = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replace(/[\r\n]/g, " "));
    const lines = fc.uniqueArray(fc.record({ id: word, above: rest, behind: rest }), {
      maxLength: 8,
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(lines, (entries) => {
        const text = entries
          .map(({ id, above, behind }) => `#${above}\n${id} #${behind.replaceAll("exp:", "")}\n`)
          .join("");
        const former = /^(AVD-|DS\d|KSV\d)/;
        const ids = filledIn(plain(text)).exceptions.map(({ id }) => id);
        expect(ids).toEqual(entries.map(({ id }) => (former.test(id) ? expect.any(String) : id)));
      }),
    );
  });

  it("has no line that a comment or a statement of the file has smuggled in", () => {
    const bad = "x\r  - id: EVIL\u2028  - id: EVIL\u0085  - id: EVIL\u0000";
    const made = [
      plain(`#${bad}\nCVE-1 ${bad.replaceAll("\r", "")}\n`),
      structured(`vulnerabilities: [{id: CVE-1, statement: "x\\n  - id: EVIL\\r  - id: EVIL"}]`),
    ];
    for (const policy of made)
      expect(policy.split(/[\r\n\u2028\u0085]/).filter((line) => /^ {2}- id: EVIL/.test(line))).toEqual([]);
    expect(filledIn(made[0] as string).exceptions.map(({ id }) => id)).toEqual(["CVE-1"]);
  });
});

describe("a file is recognised by its contents", () => {
  it.each([
    ["another mapping", "a.yaml", "s3cret: s3cret\n", "it must have one of these: a section of Trivy's"],
    ["a text as YAML", "a.yaml", "s3cret\n", "it is not a mapping"],
    ["a report", "a.json", '{"version":1,"verdict":"pass","exceptions":[]}', "it must have one of these"],
    ["a policy", "a.yml", "version: 1\nexceptions: []\n", "it must have one of these"],
    ["two tools' keys", "a.yaml", "ignore: []\nsecrets: []\n", "it must have one of these"],
    ["a program", "ids.txt", "\u007fELF\n", "line 1 does not begin with an id"],
  ])("refuses %s, and shows nothing of it", (_, file, text, why) => {
    expect(() => imported(text, file)).toThrow(
      expect.objectContaining({ code: "ignore-file-unknown", what: expect.stringContaining(why) }),
    );
    expect(() => imported(text, file)).not.toThrow(/s3cret/);
  });

  it.each([
    ["list of ids", "ids.txt", "CVE-2024-0001\n"],
    ["list for Trivy with another name", "allow", "# why\nvulnerabilities:\n  - id: CVE-2024-0001\n"],
    ["Grype's, without an ending", "grype", "ignore:\n  - vulnerability: CVE-2024-0001\n"],
    ["Harbor's, without an ending", "answer", '{"items": [{"cve_id": "CVE-2024-0001"}]}'],
  ])("reads a %s", (_, file, text) => {
    expect(filledIn(imported(text, file).policy).exceptions.map(({ id }) => id)).toEqual(["CVE-2024-0001"]);
  });
});

describe("Grype's ignore rules", () => {
  const RULES = `ignore:
  - vulnerability: CVE-2024-0001
    reason: No input reaches it.
    package: { name: "@acme/parser", type: npm, version: 1.2.3 }
  - vulnerability: CVE-2024-0002
    fix-state: not-fixed
    package: { name: libssl3, location: "/usr/lib/**" }
  - package: { name: openssl }
  - vulnerability: CVE-2024-0003
    namespace: debian:distro:debian:12
  - vulnerability: CVE-2024-0004
    package: { name: "kernel-.*" }
  - vulnerability: CVE-2024-0005
    fix-state: wont-fix
`;

  // Proves: policy-import-accepts-no
  it("become exceptions, and what a policy can only say by accepting more is left out and told", () => {
    const { policy, leftOut, exceptions } = imported(RULES, ".grype.yaml");
    expect(exceptions).toBe(2);
    expect(filledIn(policy).exceptions).toMatchObject([
      { id: "CVE-2024-0001", package: "pkg:npm/%40acme/parser@1.2.3", reason: "No input reaches it." },
      { id: "CVE-2024-0002", package: "libssl3", paths: ["usr/lib/**"], onlyWhileUnfixed: true },
    ]);
    expect(leftOut).toEqual([
      "line 8: a rule: it names no vulnerability, and an exception needs one",
      "line 9: CVE-2024-0003: a policy cannot express namespace",
      "line 11: CVE-2024-0004: its package is a pattern, and a policy needs a name",
      "line 13: CVE-2024-0005: a policy cannot express fix-state: wont-fix",
      "CVE-2024-0001: fill in expires",
      "CVE-2024-0002: fill in reason and expires",
    ]);
  });

  it.each(["{version: 1.2.3}", "{type: npm}", "{name: a, type: java-archive}", "{name: a, version: 1.2.3}"])(
    "whose package is %s are left out, since a policy would accept more",
    (about) => {
      const { exceptions, leftOut } = imported(`ignore: [{vulnerability: CVE-1, package: ${about}}]\n`, ".grype.yaml");
      expect(exceptions).toBe(0);
      expect(leftOut).toEqual(["line 1: CVE-1: a policy cannot identify this package"]);
    },
  );

  it.each([
    ["no list", "ignore: CVE-2024-0001\n", '"ignore" must be a list'],
    ["a rule that is a text", "ignore: [CVE-2024-0001]\n", "a rule does not have the form that Grype expects"],
  ])("are refused where there is %s", (_, text, message) => {
    expect(() => imported(text, ".grype.yaml")).toThrow(message);
  });
});

describe("a Harbor allowlist", () => {
  const items = [{ cve_id: "CVE-2024-0001" }, { cve_id: "CVE-2024-0002" }];
  const at = (day: string) => Date.parse(day) / 1000;

  it.each([
    ["the start of a day", at("2026-12-31T00:00:00Z"), "2026-12-30"],
    ["noon", at("2026-12-31T12:00:00Z"), "2026-12-30"],
    ["the last second of a day", at("2026-12-31T23:59:59Z"), "2026-12-31"],
    ["never", null, undefined],
  ])("that ends at %s has the last whole day", (_, end, expires) => {
    const { policy, leftOut } = imported(JSON.stringify({ cve_allowlist: { items, expires_at: end } }), "project.json");
    const gaps = expires === undefined ? "reason and expires" : "reason";
    expect(leftOut).toEqual(items.map(({ cve_id: id }) => `${id}: fill in ${gaps}`));
    if (expires !== undefined)
      expect(filledIn(policy).exceptions.map((each) => each.expires)).toEqual([expires, expires]);
  });
});

describe("what the user gives", () => {
  it("fills what is missing, so that the policy is valid, and changes nothing else", () => {
    const given = { text: "CVE-2024-0001\nCVE-2024-0002 exp:2026-12-02\nCVE-2024-0003 exp:2030-01-01\n", file: "ids" };
    const { policy, leftOut } = policyFromIgnoreFile(given, { ...OPTIONS, reason: "Seen.", until: "2027-01-31" });
    expect(leftOut).toEqual([]);
    expect(parsePolicy(policy, OPTIONS).exceptions.map(({ id, reason, expires }) => [id, reason, expires])).toEqual([
      ["CVE-2024-0001", "Seen.", "2027-01-31"],
      ["CVE-2024-0002", "Seen.", "2026-12-01"],
      ["CVE-2024-0003", "Seen.", "2027-01-31"],
    ]);
    expect(policy).toContain("more than 365 days ahead");
  });
});
