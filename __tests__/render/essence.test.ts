import { describe, expect, it } from "vitest";
import { renderComment } from "../../src/render/comment.ts";
import { essence } from "../../src/render/essence.ts";
import { finding, judged, target, view } from "./build.ts";

const run = (id: number) => `https://github.com/acme/widget/actions/runs/${id}`;
const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));

function comment(id: number, hour: number, commit = "a".repeat(40)): string {
  const scanned = target([judged(finding())]);
  const provenance = { ...scanned.scan.provenance, databaseUpdatedAt: at(1).toISOString() };
  const one = { ...scanned, scan: { ...scanned.scan, provenance } };
  return renderComment(view([one], { runUrl: run(id), now: at(hour), commit }));
}

describe("essence", () => {
  it("is the same for two runs that tell the same of one commit", () => {
    expect(comment(1, 3)).not.toBe(comment(2, 9));
    expect(essence(comment(1, 3))).toBe(essence(comment(2, 9)));
  });

  it("is another for another commit or another finding", () => {
    expect(essence(comment(1, 3))).not.toBe(essence(comment(1, 3, "b".repeat(40))));
    const other = renderComment(view([target([judged(finding({ id: "CVE-2020-9999" }))])]));
    expect(essence(comment(1, 3))).not.toBe(essence(other));
  });
});
