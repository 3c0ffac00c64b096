import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KINDS } from "../../src/discovery/parse-source.ts";

test("the usage of `npm run rescan` names every kind of source", () => {
  const usage = execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/rescan.ts"), "--help"], {
    encoding: "utf8",
  });
  const sources = /SOURCE {2,}(.*)/.exec(usage)?.[1] ?? "";
  const named = sources.split(/[,\s]+/).map((form) => form.split(":")[0]);
  for (const kind of KINDS) expect(named).toContain(kind);
});
