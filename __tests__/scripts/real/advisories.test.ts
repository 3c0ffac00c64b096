import { expect, test } from "vitest";
import { contentsOf } from "../../../scripts/real/advisories/advisory.ts";
import { readGoEntries } from "../../../scripts/real/advisories/go.ts";
import { readMavenTable } from "../../../scripts/real/advisories/maven.ts";
import { readPypiData } from "../../../scripts/real/advisories/pypi.ts";
import { readTable, tableAdvisories } from "../../../scripts/real/advisories/table.ts";

const table = readTable();
const languages = Object.entries(table.languages);
const debian = Object.entries(table.debian);

const ID = /^(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3}|GO-\d{4}-\d{4,})$/;
const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];
const VERSION = "[0-9v][0-9A-Za-z.+~-]*";
const RANGE = new RegExp(`^((>=|>) ?${VERSION}(, (<|<=) ?${VERSION})?|(<|<=|=) ?${VERSION})$`);

test("each advisory of the table has an identifier, a severity, a title, and ranges or a vendor's word", () => {
  expect(languages.map(([name]) => name).sort()).toEqual(["go", "maven", "npm", "pip"]);
  for (const [language, rows] of languages)
    for (const [name, id, severity, title, ranges] of rows) {
      expect(id, name).toMatch(ID);
      expect(SEVERITIES, id).toContain(severity);
      expect(title.trim(), id).toBe(title);
      expect(title, id).not.toBe("");
      expect(ranges.length, `${language} ${id}`).toBeGreaterThan(0);
      for (const range of ranges) expect(range, `${name} ${id}`).toMatch(RANGE);
    }
  for (const [release, rows] of debian) {
    expect(release).toMatch(/^debian \d+$/);
    for (const [, id, severity, title, fix] of rows) {
      expect(id).toMatch(ID);
      expect(SEVERITIES, id).toContain(severity);
      expect(title, id).not.toBe("");
      expect(fix, id).toMatch(/^(affected|will_not_fix|fix_deferred|end_of_life|(\d+:)?\d[0-9A-Za-z.+~-]*)$/);
    }
  }
});

test("what the table calls exploited is its own CVE, or of a source that is fetched", () => {
  for (const [id, due] of Object.entries(table.exploited)) {
    expect(id).toMatch(/^CVE-\d{4}-\d{4,}$/);
    expect(due, id).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
  const known = languages.flatMap(([, rows]) => rows.map(([, id]) => id));
  expect(Object.keys(table.exploited).filter((id) => known.includes(id)).length).toBeGreaterThan(5);
});

test("the table names no advisory twice for one package", () => {
  const keys = [...languages, ...debian].flatMap(([where, rows]) => rows.map(([name, id]) => `${where} ${name} ${id}`));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test("a range of the table that ends before a version is fixed in it, one that ends with a version is not", () => {
  const { language } = tableAdvisories({
    about: "",
    exploited: {},
    severities: {},
    debian: {},
    languages: {
      pip: [],
      maven: [],
      go: [],
      npm: [["a", "CVE-2020-1000", "HIGH", "t", ["< 1.2", ">= 2, < 2.1", "<= 3"]]],
    },
  });
  expect(language).toMatchObject([{ patched: ["1.2", "2.1"], vulnerable: ["< 1.2", ">= 2, < 2.1", "<= 3"] }]);
});

test("Debian's word becomes Trivy's status, and a version a fix", () => {
  const { debian: read } = tableAdvisories({
    about: "",
    exploited: {},
    severities: {},
    languages: { pip: [], maven: [], go: [], npm: [] },
    debian: {
      "debian 12": [
        ["zlib", "CVE-2020-1001", "CRITICAL", "t", "will_not_fix"],
        ["tar", "CVE-2020-1002", "LOW", "t", "affected"],
        ["curl", "CVE-2020-1003", "HIGH", "t", "7.88.1-10+deb12u1"],
      ],
    },
  });
  expect(read).toEqual({
    "debian 12": {
      zlib: { "CVE-2020-1001": { Status: 5 } },
      tar: { "CVE-2020-1002": { Status: 2, Severity: 1 } },
      curl: { "CVE-2020-1003": { FixedVersion: "7.88.1-10+deb12u1" } },
    },
  });
});

test("Maven's table: branches of an advisory are merged, and a first version of 0 means no lower bound", () => {
  const { language, facts } = readMavenTable(
    [
      'CVE-2020-1,2020-01-01T00:00:00Z,"A title, with a comma",org.a:b,0,1.2,,MODERATE,CWE-1;CWE-2,0.5',
      "CVE-2020-1,2020-01-01T00:00:00Z,A title,org.a:b,2.0,2.1,,MODERATE,CWE-1,0.5",
      "CVE-2020-2,2020-01-01T00:00:00Z,Another,org.a:b,0,,3.0,LOW,,0.1",
    ].join("\n"),
  );
  expect(language).toEqual([
    {
      language: "maven",
      package: "org.a:b",
      id: "CVE-2020-1",
      vulnerable: ["< 1.2", ">= 2.0, < 2.1"],
      patched: ["1.2", "2.1"],
    },
    { language: "maven", package: "org.a:b", id: "CVE-2020-2", vulnerable: ["<= 3.0"], patched: [] },
  ]);
  expect(facts["CVE-2020-2"]).toMatchObject({ severity: "LOW", cwe: [] });
  expect(facts["CVE-2020-1"]).toMatchObject({ severity: "MEDIUM" });
});

test("PyPI's data: an advisory without a CVE keeps GitHub's id", () => {
  const row = { cve: "", severity: "HIGH", cwe: "CWE-Unknown", advisory: "A title", fixed_in: "2.0", v: ">=1.0,<2.0" };
  const { language, facts } = readPypiData(JSON.stringify({ a: [{ ...row, id: "GHSA-2222-3333-4444" }] }));
  expect(language).toEqual([
    {
      language: "pip",
      package: "a",
      id: "GHSA-2222-3333-4444",
      vulnerable: [">=1.0, <2.0"],
      patched: ["2.0"],
      vendorIds: ["GHSA-2222-3333-4444"],
    },
  ]);
  expect(facts["GHSA-2222-3333-4444"]).toEqual({ title: "A title", severity: "HIGH", cwe: [] });
});

const entry = {
  id: "GO-2020-0001",
  published: "2020-01-01T00:00:00Z",
  aliases: ["GHSA-2222-3333-4444", "CVE-2020-1"],
  summary: "A title",
  affected: [
    {
      package: { name: "example.test/a" },
      ranges: [{ events: [{ introduced: "0" }, { fixed: "1.1.0" }, { introduced: "1.2.0" }, { fixed: "1.2.3" }] }],
    },
    { package: { name: "example.test/b" }, ranges: [{ events: [{ introduced: "1.0.0" }] }] },
  ],
};

test("Go's entries: the CVE is the id, each fix a branch, and what is not fixed stays open", () => {
  const { language } = readGoEntries(JSON.stringify([entry, { ...entry, id: "GO-2020-0002", withdrawn: "2021" }]));
  const common = { language: "go", id: "CVE-2020-1", vendorIds: ["GO-2020-0001"] };
  expect(language).toEqual([
    { ...common, package: "example.test/a", vulnerable: ["< 1.1.0", ">= 1.2.0, < 1.2.3"], patched: ["1.1.0", "1.2.3"] },
    { ...common, package: "example.test/b", vulnerable: [">= 1.0.0"], patched: [] },
  ]);
});

test("Go's entries have no severity: the table's stays", () => {
  const known = { language: [], debian: {}, facts: { "CVE-2020-1": { title: "", severity: "HIGH" } }, records: {} };
  const { records, advisories } = contentsOf([known, readGoEntries(JSON.stringify([entry]))]);
  expect(records["CVE-2020-1"]).toMatchObject({ Title: "A title", Severity: "HIGH", VendorSeverity: { nvd: 3 } });
  expect(Object.keys(advisories)).toEqual(["go::GitHub Security Advisory Go"]);
});
