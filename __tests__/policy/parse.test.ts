import { describe, expect, it } from "vitest";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { PolicyError } from "../../src/policy/mistakes.ts";
import { decodePolicy, parsePolicy } from "../../src/policy/parse.ts";
import { GateError } from "../../src/system/errors.ts";
import { FULL, MISSHAPEN, VALID } from "./examples.ts";

const OPTIONS = { file: "p.yml", today: "2026-11-24" };

function refusal(text: string, today = OPTIONS.today): PolicyError {
  try {
    parsePolicy(text, { ...OPTIONS, today });
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("the policy was accepted");
}

/** Each mistake as `line:column: message`. */
function mistakes(text: string, today?: string): string[] {
  return refusal(text, today).mistakes.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

const exceptions = (...items: string[]): string =>
  `version: 1\nexceptions:\n${items.map((i) => `  - ${i}\n`).join("")}`;
const one = (fields: string): string => exceptions(`{id: A, reason: r, expires: 2026-12-01, ${fields}}`);

describe("a valid policy", () => {
  it("names optional scanners in any case, and Grype as the input names it", () => {
    const read = (key: string) => parsePolicy(`version: 1\nscan-with: {${key}: optional}\n`, OPTIONS).optionalScanners;
    expect(["grype", "Grype", "grype-match", "Trivy"].map(read)).toEqual([["grype"], ["grype"], ["grype"], ["trivy"]]);
  });

  it("becomes the domain's policy, with the line of each item", () => {
    expect(parsePolicy(FULL, OPTIONS)).toEqual({
      thresholds: { CRITICAL: 0, HIGH: 2, MEDIUM: 20, LOW: "unlimited", UNKNOWN: 5 },
      ignoreUnfixed: true,
      targets: [{ images: ["ghcr.io/acme/legacy-*"], thresholds: { HIGH: 40 }, line: 10 }],
      exceptionRules: { maxDays: 90, warnDays: 7, requireOwner: true },
      exceptions: [
        {
          id: "CVE-2021-44228",
          package: "org.apache.logging.log4j:log4j-core",
          paths: ["usr/lib/python3/**/sparkly/**"],
          images: ["ghcr.io/acme/pdf-*"],
          reason: "Renderer gets no user input; vendor ships the fix in 2.4.",
          owner: "@acme/platform",
          created: "2026-11-01",
          expires: "2026-12-15",
          onlyWhileUnfixed: true,
          line: 17,
        },
        {
          id: "CVE-2021-44228",
          package: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar",
          reason: "Two lines\nof reason.",
          owner: "@acme/pdf",
          expires: "2027-02-22",
          onlyWhileUnfixed: false,
          line: 27,
        },
      ],
    });
  });

  it("that says nothing but its version is the empty policy", () => {
    expect(parsePolicy("version: 1\n", OPTIONS)).toEqual(EMPTY_POLICY);
  });

  it("says what weighs more or less than its severity", () => {
    expect(parsePolicy(VALID["what weighs more or less"] ?? "", OPTIONS)).toEqual({
      ...EMPTY_POLICY,
      exploited: 0,
      epss: { above: 0.5, max: "unlimited" },
      exploitData: { kev: "http://mirror.local:8080/kev.json", epss: "https://a.b/c.csv.gz?x=1" },
      count: "introduced",
      graceDays: { CRITICAL: 0, UNKNOWN: 36_500 },
      targets: [{ images: ["a"], thresholds: {}, exploited: 3, line: 7 }],
    });
  });

  it.each([
    ["JSON, which is YAML", {}],
    ["a document marker and a comment", {}],
    ["no data of its own", { exploitData: {} }],
    [
      "quoted keys and values",
      { exceptions: [{ id: "X", reason: "r", expires: "2026-12-01", onlyWhileUnfixed: false, line: 3 }] },
    ],
    [
      "deadlines and issues",
      {
        fixWithinDays: { critical: 7, high: 30, unknown: 0 },
        issues: [
          {
            images: ["ghcr.io/acme/*"],
            assignees: ["octocat", "@hub-bot", "x_acme", "dependabot[bot]"],
            labels: ["security"],
          },
          { images: ["**"], assignees: [], labels: [] },
        ],
      },
    ],
  ])("is read as it is meant: %s", (name, says) => {
    expect(parsePolicy(VALID[name] ?? "", OPTIONS)).toEqual({ ...EMPTY_POLICY, ...says });
  });

  it.each([
    ["a byte order mark", `\ufeff${FULL}`],
    ["Windows line ends", FULL.replaceAll("\n", "\r\n")],
    ["no line end at its end", FULL.trimEnd()],
  ])("reads the same with %s", (_, text) => {
    expect(parsePolicy(text, OPTIONS)).toEqual(parsePolicy(FULL, OPTIONS));
  });

  it("keeps a date without quotes a text, and -0 a 0", () => {
    const policy = parsePolicy(`${one("created: 2026-11-01")}thresholds: {high: -0}\n`, OPTIONS);
    expect(policy.exceptions[0]?.created).toBe("2026-11-01");
    expect(Object.is(policy.thresholds.HIGH, 0)).toBe(true);
  });

  it("takes the line of an item's first key for the item's, whatever is before it", () => {
    const text =
      "version: 1\nexceptions:\n  - # why\n\n    id: A\n    reason: r\n    expires: 2026-12-01\n  -\n    {id: B, reason: r, expires: 2026-12-01}\n  - ? id\n    : C\n    reason: r\n    expires: 2026-12-01\n";
    expect(parsePolicy(text, OPTIONS).exceptions.map(({ line }) => line)).toEqual([5, 9, 10]);
  });
});

const URL = "must be a URL with https:// or http://, without a login in it";
const INDENTED =
  "something is missing or wrongly indented: a dash before an item, a colon and a space behind a key, a comma, a closing quote or bracket";
const EMPTY = '1:1: the file is empty; it begins with "version: 1"';
const LIMIT = "must be a whole number from 0 up, or unlimited";
const DAY = "must be a real day, written YYYY-MM-DD";
const ALIAS =
  "YAML reads a value that starts with * as an alias (*name), which is not allowed; put it in quotes, or write the value out";

describe("a mistake is reported with its position and what was meant", () => {
  it.each<[string, ...string[]]>([
    ["", EMPTY],
    ["# nothing\n\n# here\n", EMPTY],
    ["---\n", EMPTY],
    [
      "TOKEN=s3cret\nB=c\n",
      "1:1: the file must be a mapping that begins with version: 1; a colon needs a space behind it",
    ],
    ["# x\n- a\n", "2:1: the file must be a mapping that begins with version: 1"],
    ["# x\nthresholds: {}\n", '2:1: "version" is missing (version: 1)'],
    ["version: 2\n", '1:10: "version" must be the number 1; this Image Gate reads no policy of version 2'],
    ['version: "1"\n', '1:10: "version" must be the number 1'],
    ["version: !!int 1\n", "1:16: a tag (!name) is not allowed; put a value that starts with ! in quotes"],
    ["version: !x!y 1\n", "1:10: a tag (!name) is not allowed; put a value that starts with ! in quotes"],
    ["%YAML 1.1\n---\nversion: 1\n", "1:1: a YAML directive (a line that starts with %) is not allowed"],
    [`version: ${"[".repeat(200)}`, "1:73: this is nested too deeply"],
  ])("in the file %j: %s", (text, ...expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  it.each<[string, ...string[]]>([
    ["---\nversion: 1", "2:1: a second YAML document; a policy file has only one"],
    ["treshold: {}", '2:1: unknown key "treshold" (did you mean "thresholds"?)'],
    ["thresholds: {hgih: 1}", '2:14: unknown key "hgih" (did you mean "high"?)'],
    ["ignore_unfixed: true", '2:1: unknown key "ignore_unfixed" (did you mean "ignore-unfixed"?)'],
    ["exploited: 0", '2:1: unknown key "exploited" (it belongs under "thresholds")'],
    ["thresholds: {kev: 0}", '2:14: unknown key "kev" (did you mean "exploited"?)'],
    ["epss: {score: 0.5, max: 0}", '2:7: "above" is missing', '2:8: unknown key "score"'],
    ["epss: {above: 50, max: 0}", '2:15: "above" must be a number from 0 to 1, such as 0.5'],
    ["epss: 0.5", '2:7: "epss" must be a mapping with above and max'],
    ["exploit-data: {kev: 'https://me:s3cret@host/kev.json'}", `2:21: "kev" ${URL}`],
    ["exploit-data: {epss: mirror/epss.csv}", `2:22: "epss" ${URL}`],
    ["exploit-data: {epss: 'file:///etc/passwd'}", `2:22: "epss" ${URL}`],
    ["count: new", '2:8: "count" must be all or introduced'],
    ["fix-within-days: {high: -1}", '2:25: "high" must not be negative'],
    [
      "issues: [{images: ['**'], assignees: ['@acme/platform']}]",
      '2:39: an item of "assignees" must be a user\'s login; a team cannot be assigned',
    ],
    ["issues: [{images: ['**'], assignee: octocat}]", '2:27: unknown key "assignee" (did you mean "assignees"?)'],
    ["grace-days: {high: -1}", '2:20: "high" must not be negative'],
    ["grace-days: {high: 36501}", '2:20: "high" must be at most 36500'],
    ["thresholds: {HIGH: 1}", '2:14: unknown key "HIGH" (did you mean "high"?)'],
    ["severity: HIGH", '2:1: unknown key "severity" (did you mean "thresholds"?)'],
    ["max-high: 1", '2:1: unknown key "max-high" (did you mean "high" under "thresholds"?)'],
    ["high: 1", '2:1: unknown key "high" (it belongs under "thresholds")'],
    ["max-days: 1", '2:1: unknown key "max-days" (it belongs under "exception-rules")'],
    [
      "vulnerabilities: []",
      '2:1: unknown key "vulnerabilities" (image-gate policy import turns a .trivyignore.yaml into a policy)',
    ],
    ["xylophone: 1", '2:1: unknown key "xylophone"'],
    ["__proto__: {a: 1}", '2:1: unknown key "__proto__"'],
    ["constructor: 1", '2:1: unknown key "constructor"'],
    ["thresholds: {high: 1, high: 2}", '2:23: duplicate key "high"; keep only one'],
    ["7: x", "2:1: a key must be plain text"],
    ["[a]: x", "2:1: a key must be plain text"],
    [": x", "2:1: a key must be plain text"],
    ["*v : x", "2:1: a key must be plain text"],
    ["targets: [{images: [a], thresholds: {<<: *t}}]", "2:38: merge keys (<<) are not allowed; write the keys out"],
    ["thresholds:\n  high: -1", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high: 0.5", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high: .inf", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high: .nan", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high: 1e300", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high: '5'", `3:9: "high" ${LIMIT}`],
    ["thresholds:\n  high:", '3:8: "high" is empty'],
    ["exceptions:", '2:12: "exceptions" is empty'],
    ["exceptions: {id: A}", '2:13: "exceptions" must be a list of exceptions'],
    ["exceptions: [A]", '2:14: an item of "exceptions" must be a mapping with id, reason and expires'],
    ["targets:\n  - thresholds: {}", '3:5: "images" is missing'],
    ["ignore-unfixed: yes", '2:17: "ignore-unfixed" must be true or false'],
    [
      "thresholds:\n  high:0",
      '3:3: "thresholds" must be a mapping of severities to limits; a colon needs a space behind it',
    ],
    ["exception-rules: {max-days: 1.5}", '2:29: "max-days" must be a whole number of days'],
    ["exception-rules: {warn-days: -1}", '2:30: "warn-days" must not be negative'],
    ["exception-rules: {max-days: 36501}", '2:29: "max-days" must be at most 36500'],
    [
      "thresholds: !!binary aGk=",
      "2:22: a tag (!name) is not allowed; put a value that starts with ! in quotes",
      '2:22: "thresholds" must be a mapping of severities to limits; a colon needs a space behind it',
    ],
    [
      "exceptions:\n  - {id: A, paths: &p ['a/**'], reason: r, expires: 2026-12-01}\n  - {id: B, paths: *p, reason: r, expires: 2026-12-01}",
      "3:23: an anchor (&name) is not allowed; put a value that starts with & in quotes",
      `4:20: ${ALIAS}`,
    ],
    ["thresholds:\n\thigh: 1", "3:1: a tab in the indentation; use spaces"],
    ['ignore-unfixed: "true', `3:1: ${INDENTED}`],
    ["exceptions: [", "3:1: wrong indentation, or a quote or a bracket above this is not closed"],
    ["# \u0000", "2:3: a control character; this is not a text file"],
    [
      "exceptions:\n  - {id: A, reason: r, created: 2026-11-01, expires: 2027-01-31}\nexception-rules: {max-days: 90}",
      '3:54: "expires" is 91 days after "created"; at most 90 are allowed ("max-days"), so 2027-01-30',
    ],
    [
      "exceptions:\n  - {id: A, reason: r, expires: 2026-12-01}\nexception-rules: {require-owner: true}",
      '3:5: "owner" is missing, which "exception-rules" require',
    ],
    [
      "exceptions:\n  - {id: A, paths: [a, b], reason: r, expires: 2026-12-01}\n  - {expires: 2026-12-01, id: A, reason: r, paths: [b, a]}",
      "4:5: this exception is the same as the one in line 3",
    ],
  ])("in the file %j: %s", (text, ...expected) => {
    expect(mistakes(`version: 1\n${text}\n`)).toEqual(expected);
  });

  it.each<[string, ...string[]]>([
    ["version: 1", '3:45: unknown key "version" (it belongs at the top of the file)'],
    ["expiry: 1", '3:45: unknown key "expiry" (did you mean "expires"?)'],
    ["cve: x", '3:45: unknown key "cve" (did you mean "id"?)'],
    ["paths: a/**", '3:52: "paths" must be a list, even with one item: write it as [ … ]'],
    ["paths: []", '3:52: "paths" is an empty list, which matches nothing; leave the key out to match everything'],
    ['paths: [a, ""]', '3:56: an item of "paths" is empty'],
    ['paths: ["  "]', '3:53: an item of "paths" is empty'],
    ["images: [5]", '3:54: an item of "images" must be a glob; put it in quotes'],
    [`paths: ['${"*a".repeat(300)}']`, '3:53: an item of "paths" has more than 500 characters'],
    [`paths: [${"a,".repeat(101)}]`, '3:52: "paths" has more than 100 globs'],
    ["package: 'pkg:npm/'", '3:54: "package" is not a valid package URL (pkg:TYPE/NAMESPACE/NAME@VERSION)'],
    ["package: 'pkg:npm/%zz'", '3:54: "package" is not a valid package URL (pkg:TYPE/NAMESPACE/NAME@VERSION)'],
    ["package: 'log4j-*'", '3:54: "package" must be an exact name; * is not a wildcard here'],
    ["created: 2026-11-26", '3:54: "created" is in the future (today is 2026-11-24 in UTC)'],
    ["paths: [**/x]", `3:53: ${ALIAS}`],
  ])("in an exception's fields %j: %s", (text, ...expected) => {
    expect(mistakes(one(text))).toEqual(expected);
  });

  it.each<[string, ...string[]]>([
    ["{id: 5, reason: r, expires: 2026-12-01}", '3:10: "id" must be an advisory\'s id as text; put it in quotes'],
    ["{id: 'CVE-*', reason: r, expires: 2026-12-01}", '3:10: "id" must be an exact name; * is not a wildcard here'],
    [`{id: ${"A".repeat(201)}, reason: r, expires: 2026-12-01}`, '3:10: "id" has more than 200 characters'],
    ['{id: "A\\e", reason: r, expires: 2026-12-01}', '3:10: "id" holds a control character or a line break'],
    ['{id: A, reason: "a\\nb\\0", expires: 2026-12-01}', '3:21: "reason" holds a control character'],
    [`{id: A, reason: ${"A".repeat(2001)}, expires: 2026-12-01}`, '3:21: "reason" has more than 2000 characters'],
    ["{id: A, reason: , expires: 2026-12-01}", '3:21: "reason" is empty'],
    ['{id: A, reason: "  ", expires: 2026-12-01}', '3:21: "reason" is empty'],
    ["id: A\n    expires: 2026-12-01", '3:5: "reason" is missing'],
    ["{reason: r, expires: 2026-12-01}", '3:5: "id" is missing'],
    ["{id: A, reason: r}", '3:5: "expires" is missing'],
    ["id: A\n   reason: r", `4:1: ${INDENTED}`],
    ['{id: A, reason: "\\u200b\\u202e", expires: 2026-12-01}', '3:21: "reason" is empty'],
    [
      '{id: A, reason: r, owner: "\\U000E0041\\u3164", expires: 2026-12-01}',
      '3:31: "owner" is empty: name a person or a team, or delete the line',
    ],
    ['{id: "A\\uD800", reason: r, expires: 2026-12-01}', '3:10: "id" holds a control character or a line break'],
    ["{id: A, reason: r, expires: 2026-02-30}", `3:33: "expires" ${DAY}`],
    ["{id: A, reason: r, expires: 2027-02-29}", `3:33: "expires" ${DAY}`],
    ["{id: A, reason: r, expires: 2026-12-01T00:00:00Z}", `3:33: "expires" ${DAY}`],
    ["{id: A, reason: r, expires: 01.12.2026}", `3:33: "expires" ${DAY}`],
    ["{id: A, reason: r, expires: 20261201}", '3:33: "expires" must be a day, written YYYY-MM-DD'],
    ["{id: A, reason: r, created: 2026-11-02, expires: 2026-11-01}", '3:54: "expires" is before "created"'],
    [
      "{id: A, reason: r, expires: 2027-11-25}",
      '3:33: "expires" is 366 days after today; at most 365 are allowed ("max-days"), so 2027-11-24',
    ],
    [
      "id: A\n    reason: r\n    owner: @acme/x\n    expires: 2026-12-01",
      "5:12: a value cannot start with this character; put it in quotes",
    ],
    [
      "id: A\n    reason: this: that\n    expires: 2026-12-01",
      '4:13: a value that holds ": " must be in quotes; a nested mapping starts on its own line',
    ],
  ])("in the exception %j: %s", (text, ...expected) => {
    expect(mistakes(exceptions(text))).toEqual(expected);
  });

  it("counts columns after a byte order mark and with Windows line ends as an editor does", () => {
    expect(mistakes("\ufeffversion: 2\r\nx-y-z: 1\r\n")).toEqual([
      '1:10: "version" must be the number 1; this Image Gate reads no policy of version 2',
      '2:1: unknown key "x-y-z"',
    ]);
  });

  // Proves: blank-reason-does-not
  it.each(["3164", "115f", "1160", "ffa0", "2800", "180e", "200b", "fe0f", "034f"])(
    "takes a reason of U+%s alone, which shows nothing, for empty",
    (code) => {
      const policy = exceptions(`{id: A, reason: "\\u${code} \\u${code}", expires: 2026-12-01}`);
      expect(mistakes(policy)).toEqual(['3:21: "reason" is empty']);
    },
  );

  // Proves: policy-not-fully-understood
  it.each(Object.entries(MISSHAPEN))("is an error and nothing else: %s", (_, text) => {
    expect(refusal(text)).toBeInstanceOf(GateError);
    expect(refusal(text).code).toBe("policy-invalid");
  });
});

describe("dates at their limits", () => {
  it.each([
    ["tomorrow's created, which is another time zone's today", one("created: 2026-11-25")],
    ["an exception of one day", exceptions("{id: A, reason: r, created: 2026-11-01, expires: 2026-11-01}")],
    [
      "exactly max-days",
      `${exceptions("{id: A, reason: r, created: 2026-11-01, expires: 2027-01-30}")}exception-rules: {max-days: 90}\n`,
    ],
    ["365 days from today without a rule", exceptions("{id: A, reason: r, expires: 2027-11-24}")],
    [
      "one that has ended long ago, without created",
      `${exceptions("{id: A, reason: r, expires: 2020-01-01}")}exception-rules: {max-days: 1}\n`,
    ],
    ["29 February of a leap year", exceptions("{id: A, reason: r, expires: 2024-02-29}")],
  ])("accepts %s", (_, text) => {
    expect(parsePolicy(text, OPTIONS).exceptions).toHaveLength(1);
  });

  it("becomes valid as today moves on", () => {
    const text = exceptions("{id: A, reason: r, expires: 2027-11-25}");
    expect(mistakes(text, "2026-11-24")).toHaveLength(1);
    expect(parsePolicy(text, { file: "p.yml", today: "2026-11-25" }).exceptions).toHaveLength(1);
  });
});

describe("the error", () => {
  const text = `version: 1
exception-rules: {max-days: 10}
thresholds: {hihg: 1, low: -1}
exceptions:
  - {id: A, reason: r, expires: 2026-12-24}
  - {id: B, reason: "", expiry: 2026-12-01}
  - {id: C, reason: r, expires: 2026-12-01, owner: !x y}
`;

  it("lists every mistake at once, in the order of the file, as text and as data", () => {
    const error = refusal(text);
    expect(error.what).toBe(`The policy file has 7 mistakes:
p.yml:3:14: unknown key "hihg" (did you mean "high"?)
p.yml:3:28: "low" must be a whole number from 0 up, or unlimited
p.yml:5:33: "expires" is 30 days after today; at most 10 are allowed ("max-days"), so 2026-12-04
p.yml:6:5: "expires" is missing
p.yml:6:21: "reason" is empty
p.yml:6:25: unknown key "expiry" (did you mean "expires"?)
p.yml:7:55: a tag (!name) is not allowed; put a value that starts with ! in quotes`);
    expect(error.file).toBe("p.yml");
    expect(error.mistakes).toHaveLength(7);
    expect(error.mistakes[0]).toEqual({ line: 3, column: 14, message: 'unknown key "hihg" (did you mean "high"?)' });
  });

  it("holds nothing against broken rules of the file's own", () => {
    const broken = `version: 1\nexception-rules: {max-days: x}\nexceptions: [{id: A, reason: r, expires: 2036-12-24}]\n`;
    expect(mistakes(broken)).toEqual(['2:29: "max-days" must be a whole number of days']);
  });

  it("lists thirty and counts the rest", () => {
    const error = refusal(`version: 1\n${Array.from({ length: 100 }, (_, i) => `k${i}zzzzz: 1\n`).join("")}`);
    expect(error.mistakes).toHaveLength(30);
    expect(error.what.split("\n")).toHaveLength(32);
    expect(error.what).toContain("has 100 mistakes");
    expect(error.what).toMatch(/\nand 70 more$/);
  });

  // Proves: file-runner-cannot-read
  it.each([
    ["/proc/self/environ", "PATH=/bin\0TOKEN=s3cret\0"],
    ["an env file", "TOKEN=s3cret\nKEY=s3cret\n"],
    ["an env file in YAML's form", "TOKEN: s3cret\nversion: s3cret\nexceptions: s3cret\nthresholds: {high: s3cret}\n"],
    ["a key file", "-----BEGIN PRIVATE KEY-----\ns3cret: |\n  s3cret\n-----END\n"],
    ["JSON with a token for a key", '{"s3cret s3cret": 1, "s3cret_s3cret_s3cret_s3cret_s3cret_s3cret": [{"a b": 1}]}'],
    ["YAML that does not parse", 'a: [s3cret\nb: *s3cret\nc: !s3cret @s3cret\n"s3cret\n'],
    ["aliases, anchors and tags", "a: *s3cret\nb: &s3cret !s3cret x\n? [s3cret]\n: s3cret\n"],
    [
      "every value wrong",
      one("package: 'pkg:s3cret', owner: [s3cret], created: s3cret, paths: s3cret, images: [*s3cret]").replace(
        "id: A",
        "id: 's3cret*'",
      ),
    ],
  ])("never quotes what is in the file: %s", (_, content) => {
    expect(refusal(content).message).not.toContain("s3cret");
  });
});

describe("limits", () => {
  const many = (count: number): string =>
    exceptions(...Array.from({ length: count }, (_, i) => `{id: CVE-2026-${i}, reason: r, expires: 2026-12-01}`));

  it("takes 5,000 exceptions", () => {
    expect(parsePolicy(many(5000), OPTIONS).exceptions).toHaveLength(5000);
  });

  it("refuses one more", () => {
    expect(mistakes(many(5001))).toEqual(['3:3: "exceptions" has more than 5000 items']);
  });
});

describe("coverage", () => {
  const read = (item: string) =>
    parsePolicy(`version: 1\ncoverage:\n  - ${item}\n`, { file: "p.yml", today: "2026-11-24" });

  it("is a list of accepted gaps with the rules of exceptions", () => {
    const [accepted] =
      read("{gap: os-unknown, images: [a], reason: Arch, owner: me, expires: 2026-12-31}").coverage ?? [];
    expect(accepted).toMatchObject({ id: "os-unknown", gap: true, images: ["a"], owner: "me", line: 3 });
  });

  it.each([
    ["{gap: os-unknwon, reason: x, expires: 2026-12-31}", 'is not a known gap (did you mean "os-unknown"?)'],
    ["{gap: CVE-2024-1, reason: x, expires: 2026-12-31}", "is not a known gap"],
    ["{id: os-unknown, reason: x, expires: 2026-12-31}", 'it belongs under "exceptions"'],
    ["{gap: os-unknown, expires: 2026-12-31}", '"reason" is missing'],
    ["{gap: os-unknown, reason: x}", '"expires" is missing'],
    ["{gap: os-unknown, reason: x, expires: 2028-12-31}", "at most 365 are allowed"],
    ["{gap: os-unknown, reason: x, created: 2027-01-01, expires: 2027-01-02}", "in the future"],
    ["{gap: os-unknown, package: x, reason: x, expires: 2026-12-31}", 'unknown key "package"'],
  ])("%s: %s", (item, message) => {
    expect(() => read(item)).toThrow(message);
  });

  it("refuses two that are equal, and asks for owners if they are required", () => {
    const one = "{gap: os-unknown, reason: x, expires: 2026-12-31}";
    expect(() => read(`${one}\n  - ${one}`)).toThrow("this accepted gap is the same as the one in line 3");
    expect(() => read(`${one}\nexception-rules: {require-owner: true}`)).toThrow('"owner" is missing');
  });
});

function badLine(bytes: Uint8Array): number | undefined {
  try {
    decodePolicy(bytes, "p.yml");
    return undefined;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    expect(error.what).toContain("this is not UTF-8 text (save the file as UTF-8)");
    return error.mistakes[0]?.line;
  }
}

it("decodes UTF-8 and drops a byte order mark", () => {
  expect(decodePolicy(Buffer.from("\ufeffversion: 1 # é 🦊\n"), "p.yml")).toBe("version: 1 # é 🦊\n");
});

it.each<[string, Uint8Array, number | undefined]>([
  ["UTF-8 that holds the replacement character itself", Buffer.from("a\n\ufffd\n"), undefined],
  ["Latin-1 on the third line", Buffer.concat([Buffer.from("a\nb\n# "), Buffer.from([0xe9, 0x0a])]), 3],
  ["a sequence that the file's end cuts short", Buffer.from("a\né").subarray(0, 3), 2],
  ["an encoded surrogate", Buffer.from([0xed, 0xa0, 0x80]), 1],
  ["an overlong form", Buffer.from([0xc0, 0xaf]), 1],
  ["UTF-16 with its byte order mark", Buffer.from("\ufeffversion: 1", "utf16le"), 1],
  ["nothing", Buffer.alloc(0), undefined],
])("finds the line of the first bytes that are not UTF-8: %s", (_, bytes, line) => {
  expect(badLine(bytes)).toBe(line);
});
