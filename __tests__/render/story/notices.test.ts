import { expect, test } from "vitest";
import { renderLog } from "../../../src/render/log/log.ts";
import { markdown } from "../../../src/render/print/markdown.ts";
import { textLine } from "../../../src/render/print/text.ts";
import * as notices from "../../../src/render/story/notices.ts";
import { finding, judged, target, view } from "../build.ts";

const nothingSeenWords = (of: Parameters<typeof notices.nothingSeenWords>[0]) => textLine(notices.nothingSeenWords(of));
const uncomparedWords = (of: Parameters<typeof notices.uncomparedWords>[0]) => textLine(notices.uncomparedWords(of));
const noticesOf = (...of: Parameters<typeof notices.noticesOf>) => markdown(...notices.noticesOf(...of));

test("says why more counts than the change brings in", () => {
  const words = (due: number | undefined) => uncomparedWords({ ...target(), due });
  expect(words(undefined)).toBe("");
  expect(words(1)).toContain("1 finding counts though the baseline has it: what was let through for a time");
  expect(words(12)).toContain("12 findings count though the baseline has them: ");
  expect(renderLog(view([{ ...target(), due: 2 }])).split("\n")).toContain(
    "The policy has count: introduced, and 2 findings count though the baseline has them: what was let through for a time, broke a limit or is exploited counts.",
  );
  expect(renderLog(view([target()]))).not.toContain("count: introduced");
  expect(uncomparedWords({ ...target(), uncompared: true })).toContain("there is nothing to compare with");
});

test("says that a report lists no packages, and never that the scanner recognised none", () => {
  const unlisted = { artifact: { packages: undefined } };
  const empty = target([], unlisted);
  expect(nothingSeenWords(empty)).toMatch(
    /^This report lists no packages.* No findings then means "nothing was looked at"/,
  );
  expect(noticesOf(empty, view([empty]))).toContain("**This report lists no packages");
  expect(renderLog(view([empty]))).toContain(`\n${nothingSeenWords(empty)}\n`);
  // The findings show that packages were scanned.
  const found = target([judged()], unlisted);
  expect(nothingSeenWords(found)).toBe("");
  expect(noticesOf(found, view([found]))).toBe("");
  const secret = target([judged(finding({ kind: "secret", package: undefined }))], unlisted);
  expect(nothingSeenWords(secret)).toContain("lists no packages");
  expect(renderLog(view([found]))).not.toContain("lists no packages");
  for (const each of [empty, found, secret]) expect(renderLog(view([each]))).not.toContain("recognised no packages");
});

test("says nothing of packages where they were not asked for, neither in the comment nor in the log", () => {
  const provenance = { scanner: "Trivy", scanners: ["secret"] };
  const secrets = target([], { artifact: { packages: 0 }, provenance });
  expect(noticesOf(secrets, view([secrets]))).toBe("");
  expect(renderLog(view([secrets]))).not.toContain("recognised no packages");
  const asked = target([], { artifact: { packages: 0 }, provenance: { ...provenance, scanners: ["vuln"] } });
  expect(renderLog(view([asked]))).toContain("\nTrivy recognised no packages in this image. No findings then means");
});
