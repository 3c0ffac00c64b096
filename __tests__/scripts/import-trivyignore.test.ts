import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { policyFromIgnoreFile } from "../../scripts/import-trivyignore/convert.ts";
import { IgnoreFileError } from "../../scripts/import-trivyignore/entry.ts";
import type { Policy } from "../../src/domain/policy/policy.ts";
import { PolicyError, parsePolicy } from "../../src/policy/parse.ts";

const OPTIONS = { file: "p.yml", today: "2026-11-24" };
const plain = (text: string): string => policyFromIgnoreFile(text, ".trivyignore");
const structured = (text: string): string => policyFromIgnoreFile(text, ".trivyignore.yaml");
/** The exceptions' part, without the header. */
const body = (policy: string): string => policy.slice(policy.indexOf("exceptions:"));

/** What a person does with the result. */
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
    expect(plain(text)).toBe(`# Made from an ignore file of Trivy's by npm run import-trivyignore.
# Fill in every reason and last day that is empty: Image Gate refuses the file until then.
# expires is the last day on which an exception holds. A date of Trivy's ends at the start of its day,
# so the last day here is the day before it.

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

  it("without an id is a policy without exceptions", () => {
    expect(parsePolicy(plain("# nothing\n"), OPTIONS).exceptions).toEqual([]);
  });
});

describe("a .trivyignore.yaml", () => {
  it("keeps paths, statements and dates, and makes an exception of each package URL", () => {
    expect(body(structured(STRUCTURED))).toBe(`exceptions:
  # Trivy's vulnerabilities
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
  # Trivy's misconfigurations
  # AVD-DS-0001 in Trivy's file, by its former name.
  - id: DS-0001
    reason: # fill in
    expires: # fill in
  # Trivy's secrets
  # Check paths: [ ] { } and \\ have a meaning for Trivy, but stand for themselves here.
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
  # Trivy's secrets
  # Left out, as Trivy leaves it out: expires.
  # Trivy heeds purls for vulnerabilities alone: left out.
  - id: a
    reason: # fill in
    expires: # fill in
`);
  });

  it("leaves an id and a time of day to a person", () => {
    const text = "vulnerabilities:\n  - statement: r\n    expired_at: 2027-01-01T12:00:00Z\n";
    expect(body(structured(text))).toBe(`exceptions:
  # Trivy's vulnerabilities
  # The date in Trivy's file is not a plain day (YYYY-MM-DD).
  - id: # fill in
    reason: r
    expires: # fill in
`);
  });

  it.each([
    ["a section that is no list", "vulnerabilities: s3cret\n", "1:18: a section must be a list"],
    [
      "an item that is no mapping",
      "vulnerabilities: [s3cret]\n",
      "1:19: an item is not of the kind that Trivy expects",
    ],
    [
      "paths that are no list",
      "secrets:\n  - id: a\n    paths: s3cret\n",
      '3:12: "paths" is not of the kind that Trivy expects',
    ],
    [
      "another file",
      "s3cret: s3cret\n",
      "1:1: none of Trivy's sections is here (vulnerabilities, misconfigurations, secrets, licenses)",
    ],
    [
      "a text",
      "s3cret\n",
      "1:1: none of Trivy's sections is here (vulnerabilities, misconfigurations, secrets, licenses)",
    ],
    ["broken YAML", "secrets: @s3cret\n", "1:10: a value cannot start with this character; put it in quotes"],
    ["a tag", "secrets: !s3cret []\n", "1:18: a tag (!name) is not allowed; put a value that starts with ! in quotes"],
  ])("is refused with its position where it is %s", (_, text, message) => {
    const convert = () => structured(text);
    expect(convert).toThrow(IgnoreFileError);
    expect(convert).toThrow(new IgnoreFileError(`.trivyignore.yaml:${message}`));
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
      { line: 9, column: 13, message: '"reason" is empty' },
      { line: 10, column: 14, message: '"expires" is empty' },
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

describe("the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "import-trivyignore-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const script = fileURLToPath(new URL("../../scripts/import-trivyignore.ts", import.meta.url));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { ...process.env, INIT_CWD: folder } });
  const input = join(folder, ".trivyignore");
  writeFileSync(input, "CVE-1\n");

  it("writes to the standard output, and finds files where the user is", () => {
    expect(
      execFileSync(process.execPath, [script, ".trivyignore"], {
        encoding: "utf8",
        env: { ...process.env, INIT_CWD: folder },
      }),
    ).toBe(plain("CVE-1\n"));
  });

  it("writes a file once, and never over another", () => {
    expect(run(".trivyignore", "--output", "gate.yml").status).toBe(0);
    expect(readFileSync(join(folder, "gate.yml"), "utf8")).toBe(plain("CVE-1\n"));
    writeFileSync(join(folder, "gate.yml"), "mine");
    const second = run(".trivyignore", "--output", "gate.yml");
    expect([second.status, second.stderr]).toEqual([1, "gate.yml exists and is left as it is\n"]);
    expect(readFileSync(join(folder, "gate.yml"), "utf8")).toBe("mine");
  });

  it.each<[string, string[], string]>([
    ["no file", [], "Usage: npm run import-trivyignore -- FILE [--output POLICY]\n"],
    ["two files", ["a", "b"], "Usage: npm run import-trivyignore -- FILE [--output POLICY]\n"],
    ["an unknown option", ["--force", "a"], "Usage: npm run import-trivyignore -- FILE [--output POLICY]\n"],
    ["a missing file", ["nowhere"], "nowhere cannot be read\n"],
    ["a folder that is not there", [".trivyignore", "--output", "no/where.yml"], "no/where.yml cannot be written\n"],
  ])("says what is wrong: %s", (_, args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout, stderr]).toEqual([1, "", message]);
  });

  it("refuses what is not UTF-8, and writes nothing", () => {
    writeFileSync(join(folder, "latin"), Buffer.from([0xe9]));
    const { status, stderr } = run("latin", "--output", "out.yml");
    expect([status, stderr]).toEqual([1, "latin is not UTF-8 text\n"]);
    expect(existsSync(join(folder, "out.yml"))).toBe(false);
  });
});
