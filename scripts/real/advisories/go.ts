import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../command.ts";
import type { Advisories, AdvisoryFacts, LanguageAdvisory } from "./advisory.ts";

/** Go's vulnerability database is its own module. */
const MODULE = "golang.org/x/vulndb@v0.0.0-20261105234957-e22db6528018";

/** Fetches the module by Go; all its entries as one JSON array. */
export async function fetchGoEntries(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "real-go-"));
  try {
    writeFileSync(join(folder, "go.mod"), "module example.test/none\n");
    const { Dir } = JSON.parse(await must("go", ["mod", "download", "-json", MODULE], { cwd: folder }));
    const entries = join(Dir, "data/osv");
    return `[${readdirSync(entries)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readFileSync(join(entries, name), "utf8"))
      .join(",")}]`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Entry {
  readonly id: string;
  readonly withdrawn?: string;
  readonly published: string;
  readonly aliases?: readonly string[];
  readonly summary?: string;
  readonly affected: readonly {
    readonly package: { readonly name: string };
    readonly ranges?: readonly {
      readonly events: readonly { readonly introduced?: string; readonly fixed?: string }[];
    }[];
  }[];
}

/** Entries in the Open Source Vulnerability format. They do not say how severe they are. */
export function readGoEntries(text: string): Advisories {
  const language: LanguageAdvisory[] = [];
  const facts: Record<string, AdvisoryFacts> = {};
  for (const { id: own, withdrawn, aliases = [], summary = "", published, affected } of JSON.parse(text) as Entry[]) {
    if (withdrawn !== undefined) continue;
    const id = aliases.find((each) => each.startsWith("CVE-")) ?? aliases[0] ?? own;
    facts[id] = { title: summary, published };
    for (const { package: about, ranges = [] } of affected) {
      const branches = ranges.flatMap(({ events }) => branchesOf(events));
      language.push({
        language: "go",
        package: about.name,
        id,
        vulnerable: branches.map(({ range }) => range),
        patched: branches.flatMap(({ fixed }) => fixed ?? []),
        vendorIds: [own],
      });
    }
  }
  return { language, debian: {}, facts, records: {} };
}

function branchesOf(events: readonly { readonly introduced?: string; readonly fixed?: string }[]) {
  const branches: { range: string; fixed?: string }[] = [];
  let first = "0";
  for (const { introduced, fixed } of events) {
    if (introduced !== undefined) first = introduced;
    if (fixed === undefined) continue;
    branches.push({ range: first === "0" ? `< ${fixed}` : `>= ${first}, < ${fixed}`, fixed });
    first = "";
  }
  if (first !== "") branches.push({ range: `>= ${first}` });
  return branches;
}
