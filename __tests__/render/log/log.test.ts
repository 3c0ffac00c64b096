import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { renderLog } from "../../../src/render/log/log.ts";
import { progressLine } from "../../../src/render/log/progress.ts";
import { width as columns } from "../../../src/render/print/text.ts";
import { harmless } from "../../../src/system/harmless-text.ts";
import { finding, judged, target, view } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { sample } from "../samples.ts";

describe("renderLog", () => {
  test.each([
    "fail",
    "pass",
    "error-inside",
    "several-targets",
    "end-of-life",
    "kinds",
    "compared",
    "dockerfile",
    "fix-plan",
  ])("golden: %s", (name) => expect(`${renderLog(sample(name))}\n`).toMatchFileSnapshot(`../golden/log-${name}.txt`));

  test("ends with the one line of the reason", () => {
    for (const name of ["fail", "pass", "error", "several-targets"]) {
      const made = sample(name);
      expect(renderLog(made).split("\n").at(-1)).toBe(made.verdict.reason);
    }
  });

  test("keeps its limit with 50,000 findings and says what is left", () => {
    const log = renderLog(sample("huge"));
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(55_000);
    const rows = log.match(/^ {2}(CRITICAL|HIGH) /gm)?.length ?? 0;
    const left = Number(/^([\d,]+) more failing findings left out here/m.exec(log)?.[1]?.replace(",", ""));
    expect(rows + left).toBe(20_000);
  });

  test("says what is not known and what was left out, as the comment does: a pass alone would look like more", () => {
    const rows = [
      { subject: "Lock files", status: "looked", detail: "1" },
      { subject: "composer", status: "not-known", detail: "1 package; the scanner has no advisories for them" },
      { subject: "Dependencies for development", status: "not-asked", detail: "of npm" },
      { subject: "Secrets", status: "not-asked", detail: "" },
    ] as const;
    expect(renderLog(view([{ ...target(), coverage: { rows, gaps: [] } }]))).toContain(
      [
        "Coverage: without the parts that the run leaves out",
        "    Lock files: 1",
        "    not known: composer: 1 package; the scanner has no advisories for them",
        "    not asked for: Dependencies for development: of npm",
        "    not asked for: Secrets",
        "",
      ].join("\n"),
    );
  });

  test("keeps to 150 columns in its table", () => {
    for (const name of ["fail", "old-image", "kinds"]) {
      const rows = renderLog(sample(name))
        .split("\n")
        .filter((line) => /^ {2}(severity|CRITICAL|HIGH) /.test(line));
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(150);
    }
  });

  test("keeps to 150 columns and in line with names that are wide, or have marks without a width", () => {
    const long = ["漢字パッケージの名前".repeat(9), "e\u0301\u0301".repeat(30), "🎉".repeat(60)];
    const names = [...long, "한국어", "ａｂｃ", "a"];
    const findings = names.map((name) => {
      const path = `opt/${name}/${name}.jar`;
      return judged(finding({ package: { name, version: name }, fixedVersions: [name], path }));
    });
    const rows = renderLog(view([target(findings)]))
      .split("\n")
      .filter((line) => /^ {2}(severity|HIGH) /.test(line));
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(150);
    // The column after the widest one begins at the same place in each.
    const starts = rows.map((row) => columns(/^ {2}\S+ +\S+ +\S+ +/.exec(row)?.[0] ?? ""));
    expect(new Set(starts).size).toBe(1);
  });

  /** The rows of a table of these findings, each cut into its cells. */
  const rowsOf = (...findings: Parameters<typeof judged>[0][]) =>
    renderLog(view([target(findings.map((each) => judged(each)))]))
      .split("\n")
      .filter((line) => /^ {2}(CRITICAL|HIGH) /.test(line))
      .map((line) => line.trim().split(/ {2,}/));
  const ROOTFS = `ADD file:2f7b1e0c${"3a5d4e6f8091a2b3".repeat(4).slice(0, 56)} in / `;
  const layer = (instruction: string, source?: { file: string; line: number }) => {
    return { diffId: "sha256:1", number: 1, instruction, source };
  };
  const jar = (path: string) =>
    finding({
      package: { name: "org.apache.logging.log4j:log4j-core", version: "2.14.1", type: "jar" },
      fixedVersions: ["2.15.0", "2.12.2", "2.3.1"],
      path,
      owner: { ecosystem: "Python", name: "sparkly", version: "1.0.0" },
    });
  const wide = finding({ package: { version: "1:1.2.13.dfsg-1" }, fixedVersions: [], status: "will_not_fix" });

  test("shows the version that the plan names, and says in words why there is none", () => {
    const older = { package: { version: "2.0.0", type: "npm" }, fixedVersions: ["1.9.0", "1.8.0"] };
    expect([jar("a.jar"), wide, finding(older)].map((each) => rowsOf(each)[0]?.slice(3, 5))).toEqual([
      ["2.14.1", "2.15.0"],
      ["1:1.2.13.dfsg-1", "vendor will not fix it"],
      ["2.0.0", "fixed in older versions only"],
    ]);
    const log = renderLog(view([target([judged(wide), judged({ ...wide, severity: "CRITICAL" })])]));
    expect(log).toContain("No fix: libssl3 1:1.2.13.dfsg-1 (1 CRITICAL, 1 HIGH: vendor will not fix it).");
  });

  test("cuts a package's name only where the line would be longer than 150 columns", () => {
    const secret = finding({ kind: "secret", title: "GitHub Personal Access Token", package: undefined, path: "a" });
    expect(rowsOf(secret)[0]).toContain("GitHub Personal Access Token");
    expect(rowsOf(jar("a.jar"))[0]).toContain("org.apache.logging.log4j:log4j-core");
    const long = finding({ path: `opt/${"folder/".repeat(20)}a.jar` });
    expect(
      rowsOf(jar("a.jar"), { ...wide, package: { ...wide.package, version: "1".repeat(90) } } as never, long)[0]?.[2],
    ).toMatch(/^org\.ap.*….*log4j-core$/);
  });

  test("names the layer by its instruction, otherwise by the Dockerfile's line", () => {
    const source = { file: "docker/images/Dockerfile", line: 12 };
    expect(rowsOf(finding({ layer: layer(ROOTFS) }))[0]?.at(-1)).toBe("layer 1 ADD file:2f7b1e0c… in /");
    expect(rowsOf(finding({ layer: layer(ROOTFS, source) }))[0]?.at(-1)).toBe("docker/images/Dockerfile:12");
  });

  test("keeps the name of a file whole, and drops its folders", () => {
    const path = "usr/local/lib/python3.12/site-packages/sparkly/jars/log4j-core-2.14.1.jar";
    expect(rowsOf(jar(path))[0]?.at(-1)).toBe("…/sparkly/jars/log4j-core-2.14.1.jar");
    const python = finding({ path: "usr/local/lib/python3.12/site-packages/setuptools-65.5.0.dist-info/METADATA" });
    expect(rowsOf(python, jar(path), wide)[0]?.at(-1)).toMatch(/^….*info\/METADATA$/);
  });

  test("has what attackers do before the place, within the line", () => {
    const exploitation = { kev: { dueDate: "2026-12-01", ransomware: true }, epss: 0.72 };
    const rows = renderLog(view([target([judged(jar("a/b.jar"), { exploitation }), judged(wide)])])).split("\n");
    const [row = ""] = rows.filter((line) => line.includes("log4j-core  "));
    expect(row).toMatch(/ {2}exploit.*b\.jar$/);
    expect(row.length).toBeLessThanOrEqual(150);
  });
});

describe("a log in colours", () => {
  const ESCAPE = "\u001b";
  const inColours = (name: string) => renderLog(sample(name), { colours: true });

  test("has the severity of each row, the answer of each target and of the last line in colour, and nothing else", () => {
    const text = inColours("fail");
    const styled = [...text.matchAll(/((?:\u001b\[\d+m)+)([A-Za-z]+)(?:\u001b\[\d+m)+/g)].map(
      ([, codes = "", word]) => `${codes.replace(/[^\dm]/g, "")} ${word}`,
    );
    const rows = renderLog(sample("fail")).match(/^ {2}(CRITICAL|HIGH) /gm)?.length ?? 0;
    expect(rows).toBeGreaterThan(2);
    expect(styled).toHaveLength(rows + 2);
    expect(new Set(styled)).toEqual(new Set(["1m31m CRITICAL", "31m HIGH", "1m31m fail"]));
    expect(inColours("pass")).toContain(`${ESCAPE}[1m${ESCAPE}[32mpass${ESCAPE}[39m`);
    expect(inColours("error-inside")).toContain(`${ESCAPE}[1m${ESCAPE}[31merror${ESCAPE}[39m`);
  });

  test.each(["fail", "hostile", "several-targets", "kinds"])("of %s is the log, colours aside", (name) => {
    expect(stripVTControlCharacters(inColours(name))).toBe(renderLog(sample(name)));
  });
});

const ended = { count: 3, of: 20, label: "ghcr.io/acme/app:1", milliseconds: 2_140 };

describe("progressLine", () => {
  test("says which, how many of all, what was found and how long it took", () => {
    expect(progressLine({ ...ended, result: { findings: 5 } })).toBe("[3/20] ghcr.io/acme/app:1: 5 findings in 2.1 s");
    expect(progressLine({ ...ended, result: { error: "image-not-found" } })).toBe(
      "[3/20] ghcr.io/acme/app:1: error [image-not-found] in 2.1 s",
    );
  });

  test("stays one line that is not a command, whatever the image is called", () => {
    for (const label of [...HOSTILE, "x\n::error::forged", "##[error]forged"]) {
      const line = progressLine({ ...ended, label, result: { findings: 1 } });
      expect(line).not.toMatch(/[\r\n\u2028\u202e\u001b]|##\[/);
      expect(line).toMatch(/^\[3\/20\] /);
      expect(line.length).toBeLessThan(1_200);
      // The text is already harmless, so the log changes nothing.
      expect(harmless(line)).toBe(line);
    }
  });
});
