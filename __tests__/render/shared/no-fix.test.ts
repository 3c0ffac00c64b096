import { expect, test } from "vitest";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { renderHtml } from "../../../src/render/html/html.ts";
import { renderLog } from "../../../src/render/log/log.ts";
import { finding, judged, target, view } from "../build.ts";
import { FACTS } from "../facts.ts";
import { renderComment } from "../fitted.ts";

const PERL = ["perl", "perl-base", "libperl5.36", "perl-modules-5.36"];

/** A view of packages of one source, of which some have findings with two statuses. */
function unfixed() {
  const installed = PERL.map(
    (name): InstalledPackage => ({
      name,
      version: "5.36.0-7",
      type: "debian",
      system: true,
      source: { name: "perl", version: "5.36.0-7" },
    }),
  );
  const on = (name: string, id: string, status: string) =>
    judged(
      finding({
        id,
        status,
        severity: "HIGH",
        package: { name, version: "5.36.0-7", type: "debian" },
        fixedVersions: [],
      }),
    );
  const made = target([
    ...PERL.map((name) => on(name, "CVE-2023-31484", "affected")),
    on("perl", "CVE-2023-47100", "will_not_fix"),
  ]);
  return view([{ ...made, scan: { ...made.scan, packages: installed } }]);
}

test("what has no fix is one entry for each source, with all statuses, in comment, log and HTML", () => {
  const of = (text: string) => text.split("\n").filter((line) => /perl.*no fix yet/.test(line));
  expect(renderComment(unfixed())).toContain(
    "**No fix:** `perl` (4 packages) 5.36.0-7 (5 HIGH: no fix yet, vendor will not fix it). Remove",
  );
  expect(of(renderLog(unfixed())).filter((line) => line.includes("packages"))).toEqual([
    "No fix: perl (4 packages) 5.36.0-7 (5 HIGH: no fix yet, vendor will not fix it). Remove or replace, or accept for a time.",
  ]);
  const page = [...renderHtml(unfixed(), FACTS)].join("");
  expect(
    page.match(/<b>No fix:<\/b> perl \(4 packages\) 5\.36\.0-7 \(5 HIGH: no fix yet, vendor will not fix it\)\./g),
  ).toHaveLength(1);
});
