import { describe, expect, it, test } from "vitest";
import { packageRows } from "../../../src/domain/rows/package-rows.ts";
import { renderComment, renderSummary } from "../../../src/render/documents.ts";
import { findingLines } from "../../../src/render/log/table.ts";
import { printText } from "../../../src/render/print/text.ts";
import { distinctPaths } from "../../../src/render/rows/distinct-paths.ts";
import { packagesSection } from "../../../src/render/story/findings.ts";
import { SHORT } from "../../../src/render/story/form.ts";
import { cpuMs } from "../../support/patience.ts";
import { finding, judged, target, view } from "../build.ts";

describe("paths that look alike", () => {
  it.each<[string, readonly string[], number, Readonly<Record<string, string>>]>([
    [
      "are told apart by the folders in which they differ",
      ["app/node_modules/lodash/package.json", "app/node_modules/a/node_modules/lodash/package.json"],
      20,
      {
        "app/node_modules/lodash/package.json": "app/…",
        "app/node_modules/a/node_modules/lodash/package.json": "app/node_modules/a/…",
      },
    ],
    [
      "are told apart by what is in the middle",
      ["x/a/y/z.json", "x/b/y/z.json"],
      0,
      { "x/a/y/z.json": "…/a/…", "x/b/y/z.json": "…/b/…" },
    ],
    ["keep a name each", ["a", "a/b"], 0, { a: "a", "a/b": "a/b" }],
    ["are none if their ends differ", ["long/folder/of/one/a.json", "long/folder/of/one/b.json"], 10, {}],
    ["are none if there is room for all of them", ["a/x.json", "b/x.json"], 40, {}],
    ["are none if they are one", ["a/x.json", "a/x.json"], 0, {}],
  ])("%s", (_, paths, most, told) => {
    expect(Object.fromEntries(distinctPaths(paths, most))).toEqual(told);
  });

  it("always have texts of their own, however long they are", () => {
    const paths = Array.from(
      { length: 500 },
      (_, at) => `${"f/".repeat(at % 7)}${"n".repeat(60)}${at}/${"m".repeat(60)}/p.json`,
    );
    const told = distinctPaths(paths, 30);
    expect(new Set(paths.map((path) => told.get(path) ?? path)).size).toBe(500);
  });
});

/** A finding in a copy of lodash, of a report without layers or of one layer. */
const copy = (folder: string, layer?: { diffId: string; number: number }) =>
  judged(
    finding({
      id: "CVE-2021-23337",
      package: { name: "lodash", version: "4.17.20", type: "node-pkg" },
      path: `${folder}/node_modules/lodash/package.json`,
      layer,
      fixedVersions: ["4.17.21"],
    }),
  );
const DEEP = "srv/applications/storefront/packages/checkout";
const COPIES = [copy(`${DEEP}/services/payments-gateway`), copy(`${DEEP}/services/invoice-documents`)];

describe("two copies of one npm package", () => {
  const rowsWith = (text: string, name: string) => text.split("\n").filter((line) => line.includes(name));

  test("are two rows of a comment and of a summary that no reader takes for one", () => {
    for (const render of [renderComment, renderSummary]) {
      const rows = rowsWith(render(view([target(COPIES)])), "`lodash`").filter((row) => row.startsWith("|"));
      expect(rows.length).toBeGreaterThanOrEqual(2);
      expect(new Set(rows).size).toBe(rows.length);
      expect(rows.some((row) => row.includes("payments-gateway"))).toBe(true);
      expect(rows.some((row) => row.includes("invoice-documents"))).toBe(true);
    }
  });

  test("are two lines of the log that tell where each is", () => {
    const lines = printText(findingLines(COPIES, 10_000)).split("\n").slice(1);
    expect(lines).toHaveLength(2);
    expect(new Set(lines).size).toBe(2);
    expect(lines.join("\n")).toMatch(/payments-gateway[\s\S]*invoice-documents/);
  });

  test("are as before if their rows differ already", () => {
    const [one, other] = [
      copy("app", { diffId: "sha256:a", number: 1 }),
      copy("app/x", { diffId: "sha256:b", number: 2 }),
    ];
    const text = renderComment(view([target([one, other])]));
    const rows = rowsWith(text, "`lodash`").filter((row) => row.startsWith("|"));
    expect(rows.every((row) => !row.includes("package.json") && !row.includes("app"))).toBe(true);
  });

  test("are told apart in bounded time, also if there are thousands", () => {
    const many = Array.from({ length: 5_000 }, (_, at) => copy(`${DEEP}/services/${at}`));
    const start = cpuMs();
    const common = { open: 1, folded: () => "", elsewhere: "", rank: 0, form: SHORT };
    const section = packagesSection({ ...common, rows: packageRows(many) });
    const lines = printText(findingLines(many, 1_000_000)).split("\n");
    const rows = [...lines.slice(1), ...many.map((_, at) => section.row(at))];
    expect(new Set(rows).size).toBe(10_000);
    expect(cpuMs() - start).toBeLessThan(10_000);
  });
});
