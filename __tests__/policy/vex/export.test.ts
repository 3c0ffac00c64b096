import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { exportVex as command } from "../../../src/cli/policy/export-vex.ts";
import type { Exception } from "../../../src/domain/exception.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { reportSchema } from "../../../src/domain/report/schema.ts";
import { readingAt } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { readVexDocuments } from "../../../src/enrichment/vex/read.ts";
import { type ExportOptions, exportedVex } from "../../../src/policy/vex/document.ts";
import { renderReport } from "../../../src/render/json/report.ts";
import { typing } from "../../cli/typed.ts";
import { makeException, makeFinding, makePolicy, makeSettings, scanned } from "../../domain/make.ts";
import { LIBSSL } from "../../enrichment/vex/documents.ts";
import { view } from "../../render/build.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { vulnerabilityDatabase, writeDatabases } from "../../support/databases/database.ts";
import { debian12, saveImage } from "../../support/images/images.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const exportVex = typing(command, "file");

const NOW = new Date("2026-11-24T15:00:00Z");

function exported(exceptions: readonly Exception[], change: Partial<ExportOptions> = {}) {
  const options = { now: NOW, author: "Acme Security", status: "not_affected", ...change } as const;
  return exportedVex(makePolicy({ exceptions }), options);
}
const products = (change: Partial<Exception>, report?: ExportOptions["report"]) => {
  const { document, leftOut } = exported([makeException(change)], { report });
  return document?.statements[0]?.products ?? leftOut[0];
};

/** Our report of a run in which the exceptions cover a finding in `ghcr.io/acme/app`. */
function reportOf(exceptions: readonly Exception[]) {
  const verdict = judge([scanned([makeFinding()])], makeSettings({ policy: makePolicy({ exceptions }) }));
  return reportSchema.parse(JSON.parse([...renderReport({ ...view(), verdict })].join("")));
}

describe("an exception as OpenVEX", () => {
  it("is a document that says what was decided, by whom and until when", () => {
    const exception = makeException({ package: "pkg:deb/debian/libssl3", owner: "@acme/platform" });
    const { document, leftOut } = exported([exception]);
    expect(leftOut).toEqual([]);
    expect(document).toEqual({
      "@context": "https://openvex.dev/ns/v0.2.0",
      "@id": expect.stringMatching(/^https:\/\/openvex\.dev\/docs\/public\/vex-[0-9a-f]{64}$/),
      author: "Acme Security",
      timestamp: "2026-11-24T15:00:00.000Z",
      version: 1,
      tooling: "Image Gate, image-gate policy export-vex",
      statements: [
        {
          vulnerability: { name: "CVE-2024-0001" },
          products: [{ "@id": "pkg:deb/debian/libssl3", subcomponents: [{ "@id": "pkg:deb/debian/libssl3" }] }],
          status: "not_affected",
          impact_statement: "Risk accepted until 2026-12-31, by @acme/platform: Not reachable.",
        },
      ],
    });
  });

  it("is `affected` with an action statement where that is wanted", () => {
    const { document } = exported([makeException({ package: LIBSSL })], { status: "affected" });
    expect(document?.statements[0]).toMatchObject({
      status: "affected",
      action_statement: expect.stringContaining("until 2026-12-31"),
    });
    expect(document?.statements[0]).not.toHaveProperty("impact_statement");
  });

  it.each([
    [["ghcr.io/acme/app"], "pkg:oci/app?repository_url=ghcr.io/acme/app"],
    [["ghcr.io/acme/app:1.0"], "pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1.0"],
    [["alpine"], "pkg:oci/alpine?repository_url=index.docker.io/library/alpine"],
    [["localhost:5000/app@sha256:ab"], "pkg:oci/app@sha256%3Aab?repository_url=localhost:5000/app"],
  ])("names the images %s as %s", (images, purl) => {
    expect(products({ images })).toEqual([{ "@id": purl }]);
    expect(products({ images, package: LIBSSL })).toEqual([{ "@id": purl, subcomponents: [{ "@id": LIBSSL }] }]);
  });

  it.each<[string, Partial<Exception>, string]>([
    ["paths", { package: LIBSSL, paths: ["a/**"] }, "OpenVEX has no paths"],
    ["a fix that may come", { package: LIBSSL, onlyWhileUnfixed: true }, "only while there is no fix"],
    ["an end that is past", { package: LIBSSL, expires: "2026-11-23" }, "it has ended"],
    ["a package by name", { package: "libssl3" }, "names no package URL"],
    ["any package anywhere", {}, "names no package URL"],
    ["images by a glob", { package: LIBSSL, images: ["ghcr.io/acme/*"] }, "images by a glob"],
  ])("with %s is left out rather than widened, and it is reported", (_, change, why) => {
    expect(products(change)).toMatch(new RegExp(`^line 1: CVE-2024-0001 is left out: .*${why}`));
  });

  it("finds what names and globs mean in a report", () => {
    const byName = makeException({ package: "libssl3" });
    const byGlob = makeException({ images: ["ghcr.io/acme/*"] });
    expect(products(byName, reportOf([byName]))).toEqual([{ "@id": LIBSSL, subcomponents: [{ "@id": LIBSSL }] }]);
    expect(products(byGlob, reportOf([byGlob]))).toEqual([
      { "@id": "pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1.0", subcomponents: [{ "@id": LIBSSL }] },
    ]);
    expect(products(byName, reportOf([]))).toContain("the report has no package");
    const besideIt = makeException({ id: "CVE-2024-0009", package: "zlib1g" });
    expect(products(byName, reportOf([byName, besideIt]))).toContain("several exceptions on its line");
  });

  it("is read by ourselves as it was meant", () => {
    using folder = temporaryFolder("export-vex");
    const world = testWorld(folder.path);
    const { document } = exported([makeException({ package: "pkg:deb/debian/libssl3", images: ["ghcr.io/acme/app"] })]);
    writeFileSync(join(world.workspace, "own.json"), JSON.stringify(document));
    const matcher = createVexMatcher(
      readVexDocuments(
        [{ name: "own.json", bytes: readFileSync(join(world.workspace, "own.json")) }],
        readingAt(new Date()),
      ),
    );
    const covers = (name: string) => {
      const verdict = judge([scanned([makeFinding()], name)], makeSettings({ vex: matcher.statementOf }));
      return verdict.answer === "pass";
    };
    expect([covers("ghcr.io/acme/app:2"), covers("ghcr.io/acme/web:2")]).toEqual([true, false]);
  });
});

/** The requirements of OpenVEX 0.2 for a document and its statements, in our own words. */
const uri = { type: "string", format: "uri" };
const component = { type: "object", properties: { "@id": uri }, required: ["@id"], additionalProperties: false };
const text = { type: "string", minLength: 1 };
const list = (items: unknown) => ({ type: "array", minItems: 1, uniqueItems: true, items });
const OPENVEX = {
  type: "object",
  properties: {
    "@context": uri,
    "@id": uri,
    author: text,
    timestamp: { type: "string", format: "date-time" },
    version: { type: "integer", minimum: 1 },
    tooling: text,
    statements: list({
      type: "object",
      properties: {
        vulnerability: { type: "object", properties: { name: text }, required: ["name"], additionalProperties: false },
        products: list({ ...component, properties: { "@id": uri, subcomponents: list(component) } }),
        status: { enum: ["not_affected", "affected"] },
        impact_statement: text,
        action_statement: text,
      },
      required: ["vulnerability", "products", "status"],
      additionalProperties: false,
      oneOf: [
        { properties: { status: { const: "not_affected" } }, required: ["impact_statement"] },
        { properties: { status: { const: "affected" } }, required: ["action_statement"] },
      ],
    }),
  },
  required: ["@context", "@id", "author", "timestamp", "version", "statements"],
  additionalProperties: false,
};

it.each(["not_affected", "affected"] as const)("is valid OpenVEX 0.2, as %s", (status) => {
  const isValid = addFormats.default(new Ajv2020({ allErrors: true, strict: false })).compile(OPENVEX);
  const { document } = exported(
    [
      makeException({ package: LIBSSL }),
      makeException({ images: ["ghcr.io/acme/app@sha256:ab", "alpine:3"], package: "pkg:npm/%40acme/a@1.0.0+b" }),
      makeException({ package: LIBSSL }),
    ],
    { status },
  );
  isValid(document);
  expect(isValid.errors).toBeNull();
  expect(document?.statements).toHaveLength(2);
});

describe("the command", () => {
  const policy = (id: string) =>
    `version: 1\nexceptions:\n  - {id: ${id}, package: "pkg:deb/debian/libssl3", reason: Seen., expires: 2099-12-31}\n  - {id: X, paths: [a], reason: Seen., expires: 2099-12-31}\nexception-rules: {max-days: 36500}\n`;

  it("writes what the real Trivy honours: the finding goes, and no other", async () => {
    using folder = temporaryFolder("export-vex");
    const trivy = await ensureTrivy();
    writeDatabases(join(folder.path, "cache"), { vulnerability: vulnerabilityDatabase({ now: new Date() }) });
    const image = saveImage(join(folder.path, "image.tar"), debian12());
    const scan = (...more: string[]): string[] => {
      const fixed = [
        "--skip-db-update",
        "--skip-version-check",
        "--disable-telemetry",
        "--scanners",
        "vuln",
        "--quiet",
      ];
      const args = ["image", "--cache-dir", join(folder.path, "cache"), "--format", "json", ...fixed, "--input", image];
      const report = JSON.parse(execFileSync(trivy, [...args, ...more], { cwd: folder.path, encoding: "utf8" }));
      const results: { Vulnerabilities?: { VulnerabilityID: string; PkgName: string }[] }[] = report.Results;
      return results
        .flatMap((each) => each.Vulnerabilities ?? [])
        .map((each) => `${each.VulnerabilityID} ${each.PkgName}`);
    };
    const before = scan();
    const [id = ""] = before.find((each) => each.endsWith(" libssl3"))?.split(" ") ?? [];
    expect(id).toMatch(/^CVE-/);
    writeFileSync(join(folder.path, "policy.yml"), policy(id));
    const at = { workspace: folder.path, temp: folder.path, now: () => new Date() };
    const { out, err } = exportVex({ file: "policy.yml" }, at);
    expect(err).toBe("line 4: X is left out: OpenVEX has no paths\n");
    writeFileSync(join(folder.path, "own.json"), out);
    expect(scan("--vex", join(folder.path, "own.json"))).toEqual(before.filter((each) => each !== `${id} libssl3`));
    expect(JSON.parse(readFileSync(join(folder.path, "own.json"), "utf8")).statements).toHaveLength(1);
  }, 600_000);

  it.each([
    ["a policy that is not there", { file: "gone.yml" }, "file-missing"],
    ["no policy at the default place", {}, "file-missing"],
    ["a file that is not a policy", { file: "bad.yml" }, "policy-invalid"],
    ["a policy without exceptions", { file: "none.yml" }, "nothing-to-export"],
    ["a file that is not a report", { file: "none.yml", report: "bad.yml" }, "document-damaged"],
  ])("refuses %s", (_, given, code) => {
    using folder = temporaryFolder("export-vex");
    writeFileSync(join(folder.path, "bad.yml"), "a: b\n");
    writeFileSync(join(folder.path, "none.yml"), "version: 1\n");
    const at = { workspace: folder.path, temp: folder.path, now: () => NOW };
    expect(() => exportVex(given, at)).toThrow(expect.objectContaining({ code }));
  });
});
