import { describe, expect, it } from "vitest";
import type { JudgedCoverage } from "../../../src/domain/coverage.ts";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { renderWholeMarkdown } from "../../../src/render/documents.ts";
import { renderGitlab } from "../../../src/render/formats/gitlab.ts";
import { renderJunit } from "../../../src/render/formats/junit.ts";
import { renderHtml } from "../../../src/render/html/html.ts";
import { renderLog } from "../../../src/render/log/log.ts";
import { exception, failed, judged, target, use, view } from "../build.ts";
import { renderComment, renderSummary } from "../fitted.ts";

const acceptance = exception({
  id: "os-unknown",
  gap: true,
  owner: "@acme/web",
  expires: "2027-01-31",
  reason: "Arch",
});
const WHAT = "nothing was recognised in @acme <img src=x>";

const rows: JudgedCoverage["rows"] = [
  { subject: "Operating system", status: "gap", detail: WHAT },
  { subject: "node-pkg", status: "looked", detail: "3 packages in 1 file" },
  { subject: "Secrets", status: "not-asked", detail: "" },
];
const gap = { code: "os-unknown", what: WHAT, remedy: "Keep it." } as const;
const accepted = { ...target([judged()]), coverage: { rows, gaps: [{ gap, accepted: acceptance }] } };
const open = { ...failed({ code: "os-unknown", what: WHAT }), coverage: { rows, gaps: [{ gap }] } };
const whole = { ...target(), coverage: { rows: rows.slice(1), gaps: [] } };

describe("what was looked at", () => {
  it("is folded where it was all, and open where it was not", () => {
    expect(renderComment(view([whole]))).toContain("<details><summary>Coverage: complete</summary>");
    expect(renderComment(view([accepted]))).toContain("<details open><summary>Coverage: 1 gap accepted</summary>");
    expect(renderComment(view([open]))).toContain("<details open><summary>Coverage: 1 gap not accepted</summary>");
    const unknown = { ...whole, coverage: { ...whole.coverage, rows: [{ ...rows[1], status: "not-known" } as never] } };
    expect(renderComment(view([unknown]))).toContain("<summary>Coverage, as far as it is known</summary>");
  });

  it("has one row for all that was not asked for", () => {
    const more = ["Misconfigurations", "Licences"].map(
      (subject) => ({ subject, status: "not-asked", detail: "" }) as const,
    );
    const text = renderComment(
      view([{ ...whole, coverage: { ...whole.coverage, rows: [...rows.slice(1), ...more] } }]),
    );
    expect(text).toContain("- ➖ not asked for: Secrets, Misconfigurations, Licences\n");
    expect(text.match(/not asked for/g)).toHaveLength(1);
  });

  it("of an accepted gap, owner, last day and reason are wherever there is a place", () => {
    const seen = view([accepted], { exceptions: [use({ exception: acceptance })] });
    const facts = { tool: { name: "Image Gate", version: "1", url: "https://example.test" }, endedAt: seen.now };
    const texts = {
      comment: renderComment(seen),
      summary: renderSummary(seen),
      whole: [...renderWholeMarkdown(seen)].join(""),
      html: [...renderHtml(seen, facts as never)].join(""),
      log: renderLog(seen),
      junit: [...renderJunit(seen)].join(""),
      gitlab: [...renderGitlab(seen, facts as never)].join(""),
      annotations: annotationsOf(seen)
        .map(({ message }) => message)
        .join("\n"),
    };
    for (const [name, text] of Object.entries(texts)) {
      for (const said of ["acme/web", "2027-01-31", "Arch"]) expect(text, name).toContain(said);
      expect(text, name).toMatch(/os-unknown|not completely scanned|Not looked at/);
    }
    for (const text of [texts.comment, texts.summary, texts.whole, texts.html])
      expect(text).not.toContain("<img src=x>");
  });

  it("of a gap that was not accepted, there is something to paste into the policy, with the image and without its tag", () => {
    const text = renderComment(view([open]));
    expect(text).toContain('coverage:\n  - gap: os-unknown\n    images: ["ghcr.io/acme/app"]\n    reason: ""');
    const unread = { ...gap, code: "packages-unreadable", path: "a/b.jar" } as const;
    const file = { ...open, coverage: { rows, gaps: [{ gap: unread, ended: acceptance }] } };
    expect(renderComment(view([file]))).toContain('  - gap: packages-unreadable\n    paths: ["a/b.jar"]');
    expect(renderComment(view([file]))).toContain("ended on 2027");
    expect(renderComment(view([accepted]))).not.toContain("coverage:\n");
  });

  it("is cut where there is too much of it", () => {
    const gaps = Array.from({ length: 60 }, (_, index) => ({
      gap: { ...gap, code: "packages-unreadable", path: `lib/${index}.jar` } as const,
      accepted: acceptance,
    }));
    const many = view([{ ...accepted, coverage: { rows, gaps } }]);
    expect(renderComment(many)).toContain("_40 more rows left out here._");
    expect(renderComment(many)).not.toContain("lib/59.jar");
    expect(renderLog(many)).toContain("40 more rows left out here.");
    expect(annotationsOf(many).filter(({ message }) => message.includes("not completely scanned"))).toHaveLength(1);
  });
});
