import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { must } from "../command.ts";
import { type Advisories, type AdvisoryFacts, type LanguageAdvisory, severityOf } from "./advisory.ts";

/** A package of Maven Central that holds GitHub's advisories of Java as a table. */
const PACKAGE = "org.openrewrite.recipe:rewrite-java-security:3.26.0";
const MEMBER = "advisories-maven.csv";

/** Fetches the table by Maven. */
export async function fetchMavenTable(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "real-maven-"));
  try {
    const copy = [
      "dependency:copy",
      `-Dartifact=${PACKAGE}`,
      `-DoutputDirectory=${folder}`,
      "-Dmdep.stripVersion=true",
    ];
    await must("mvn", ["--batch-mode", "--quiet", ...copy], { cwd: folder });
    await must("python3", ["-m", "zipfile", "-e", join(folder, "rewrite-java-security.jar"), folder]);
    return readFileSync(join(folder, MEMBER), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Columns: id, day, title, package, first version, version with the fix, last version without it, severity, weaknesses,
 * EPSS.
 */
export function readMavenTable(text: string): Advisories {
  const rows: string[][] = parse(text, { relax_column_count: true });
  const byPackage = new Map<
    string,
    { language: "maven"; package: string; id: string; vulnerable: string[]; patched: string[] }
  >();
  const facts: Record<string, AdvisoryFacts> = {};
  for (const [
    id = "",
    published = "",
    title = "",
    name = "",
    first = "",
    fixed = "",
    last = "",
    severity = "",
    cwe = "",
  ] of rows) {
    const key = `${name} ${id}`;
    const advisory = byPackage.get(key) ?? { language: "maven", package: name, id, vulnerable: [], patched: [] };
    byPackage.set(key, advisory);
    advisory.vulnerable.push(rangeOf(first, fixed, last));
    if (fixed !== "") advisory.patched.push(fixed);
    facts[id] = { title, severity: severityOf(severity), published, cwe: cwe.split(";").filter((each) => each !== "") };
  }
  const language: LanguageAdvisory[] = [...byPackage.values()];
  return { language, debian: {}, facts, records: {} };
}

function rangeOf(first: string, fixed: string, last: string): string {
  const from = first === "" || first === "0" ? [] : [`>= ${first}`];
  const to = fixed !== "" ? [`< ${fixed}`] : last !== "" ? [`<= ${last}`] : [];
  const range = [...from, ...to].join(", ");
  return range === "" ? ">= 0" : range;
}
