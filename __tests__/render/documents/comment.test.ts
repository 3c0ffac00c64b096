import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JudgedTarget } from "../../../src/domain/verdict.ts";
import { marker } from "../../../src/render/documents.ts";
import { partOf } from "../../../src/render/part.ts";
import type { View } from "../../../src/render/view.ts";
import { failed, finding, judged, target, view } from "../build.ts";
import { renderComment, renderSummary } from "../fitted.ts";
import { many, SAMPLES, sample } from "../samples.ts";
import { expectSound } from "../sound.ts";

test("of several targets, up to three that fail and up to three in error are open", () => {
  const opens = (fails: number, errors: number) => {
    const targets = [
      ...Array.from({ length: fails }, (_, at) =>
        target([judged()], { label: `fail-${at}:1`, thresholds: { HIGH: 0 } }),
      ),
      ...Array.from({ length: errors }, (_, at) => failed({ what: `there is no gone-${at}:1` }, `gone-${at}:1`)),
      target([], { label: "pass:1" }),
    ];
    const folds = renderComment(view(targets)).matchAll(/<details open><summary>\S+ <code>(\w+)/g);
    return [...folds].map(([, name]) => name).join(" ");
  };
  expect(opens(3, 1)).toBe("gone fail fail fail");
  expect(opens(1, 4)).toBe("fail");
  expect(opens(4, 3)).toBe("gone gone gone");
});

/** The number of advisories in a row: the named ones and the number after `and`. */
function advisoriesIn(row: string): number {
  const [, , , cell = ""] = row.split(/(?<!\\)\|/);
  const [, alone] = /^ ([\d,]+) $/.exec(cell) ?? [];
  if (alone !== undefined) return Number(alone.replace(",", ""));
  return (cell.match(/CVE-\d+-\d+(?!\d|\))/g)?.length ?? 0) + Number(/(?<=\S) and (\d+) more/.exec(cell)?.[1] ?? 0);
}

const names = Object.keys(SAMPLES).filter((name) => name !== "huge");

describe("golden comments", () => {
  test.each(names.filter((name) => name !== "old-image"))("%s", async (name) => {
    const markdown = renderComment(sample(name));
    expectSound(markdown);
    await expect(markdown).toMatchFileSnapshot(`../golden/comment-${name}.md`);
  });
  test("old-image, in little room", async () => {
    const markdown = renderComment(sample("old-image"), 9_000);
    expectSound(markdown);
    await expect(markdown).toMatchFileSnapshot("../golden/comment-old-image.md");
  });
});

describe("golden summaries", () => {
  test.each(["fail", "pass", "error", "several-targets"])("%s", async (name) => {
    const markdown = renderSummary(sample(name));
    expectSound(markdown);
    await expect(markdown).toMatchFileSnapshot(`../golden/summary-${name}.md`);
  });
});

describe("renderComment", () => {
  // Proves: forges-no-marker-no
  test("begins with the marker, and no other HTML comment opens, whatever the names", () => {
    for (const name of names) {
      const view = sample(name);
      const markdown = renderComment(view);
      expect(markdown.split("\n")[0]).toBe(marker(view.name));
      expect(markdown.match(/<!--/g)).toHaveLength(1);
    }
  });

  // Proves: many-findings-hide-none
  test("keeps any limit, marker included, and its totals stay right", () => {
    const severity = fc.constantFrom("CRITICAL" as const, "HIGH" as const, "MEDIUM" as const, "LOW" as const);
    const counts = fc.uniqueArray(fc.tuple(severity, fc.integer({ min: 0, max: 120 })), {
      minLength: 1,
      maxLength: 4,
      selector: ([of]) => of,
    });
    fc.assert(
      fc.property(counts, fc.integer({ min: 3_500, max: 40_000 }), (groups, limit) => {
        const findings = groups.flatMap(([of, count]) => many(count, of));
        const made = view([target(findings)]);
        const markdown = renderComment(made, limit);
        expect(markdown.length).toBeLessThanOrEqual(limit);
        const shown = markdown.match(/^\| [🔴🟠🟡⚪].*/gmu)?.reduce((sum, row) => sum + advisoriesIn(row), 0) ?? 0;
        const left = [...markdown.matchAll(/_[\d,]+ rows? left out here \((.*?)\)/g)].reduce(
          (sum, [, list = ""]) =>
            sum + (list.match(/\d[\d,]*/g) ?? []).reduce((all, each) => all + Number(each.replace(",", "")), 0),
          0,
        );
        expect(shown + left).toBe(findings.length);
        expectSound(markdown);
      }),
      { numRuns: 60 },
    );
  });

  test("shows every failing row, whatever one of them has in excess", () => {
    const giant = "A".repeat(70_000);
    const places: Parameters<typeof finding>[0][] = [
      { package: { name: giant } },
      { package: { version: giant } },
      { package: { name: giant }, fixedVersions: [] },
      { id: giant },
      { id: giant, url: "https://avd.aquasec.com/nvd/x" },
      { path: giant },
      { path: `${giant}/${giant}` },
      { title: giant, kind: "secret", package: undefined },
      { fixedVersions: Array.from({ length: 50 }, () => giant) },
      { fixedVersions: [], status: giant },
      { owner: { ecosystem: giant, name: giant, version: giant } },
      { layer: { diffId: giant, number: 1, instruction: `RUN ${" ".repeat(70_000)}${giant}` } },
    ];
    const letter = fc.constantFrom("A", "|", "`", "а", "\u202E", "<", "\n");
    fc.assert(
      fc.property(fc.constantFrom(...places), letter, fc.integer({ min: 0, max: 5 }), (place, instead, at) => {
        const over = JSON.parse(JSON.stringify(place), (_, value) =>
          typeof value === "string" ? value.replaceAll("A", instead) : value,
        );
        const long = judged(finding({ ...place, ...over, severity: "CRITICAL" }));
        const findings = many(5, "CRITICAL").toSpliced(at, 0, long);
        const markdown = renderComment(view([target(findings)]));
        expect(markdown.length).toBeLessThan(30_000);
        expect(markdown.match(/^\| 🔴/gmu)).toHaveLength(6);
        expect(markdown).not.toContain("left out here");
        expectSound(markdown);
      }),
      { numRuns: 30 },
    );
  });

  test("shortens the hash in an instruction, which would be one endless word", () => {
    const hash = `2f7b1e0c${"3a5d4e6f8091a2b3".repeat(4).slice(0, 56)}`;
    const short = { diffId: "sha256:1", number: 1, instruction: `ADD file:${hash} in / ` };
    const made = view([target([judged(finding({ layer: short }))])]);
    for (const text of [renderComment(made), renderSummary(made)]) {
      // Named once: rows and plan refer to its number.
      expect(text.match(/ADD file/g)).toHaveLength(1);
      expect(text).toContain("- **1** `ADD file:2f7b1e0c… in /`");
      expect(text).toContain("| layer&nbsp;1 |");
      expect(text).toContain("clears 1 HIGH · layer 1\n");
      expect(text).not.toContain(hash.slice(0, 9));
    }
    // Neither a commit's short id nor a word of such letters is a hash.
    const commit = { ...short, instruction: "RUN git checkout 3f1c9a7e5b2d && ls /deadbeefcafe/effaced" };
    expect(renderComment(view([target([judged(finding({ layer: commit }))])]))).toContain(
      "`RUN git checkout 3f1c9a7e5b2d && ls /deadb",
    );
  });

  test("says what a hundred targets need, within the limit", () => {
    const targets = Array.from({ length: 300 }, (_, index) =>
      target(many(5, "HIGH"), { label: `ghcr.io/acme/app-${index}:1` }),
    );
    const markdown = renderComment(view(targets));
    expect(markdown.length).toBeLessThanOrEqual(65_000);
    expect(markdown).toContain("`ghcr.io/acme/app-0:1`");
    expectSound(markdown);
  });
});

describe("50,000 findings", () => {
  const huge = sample("huge");
  test("fit into comment and summary, with the totals of all", () => {
    const comment = renderComment(huge);
    const summary = renderSummary(huge);
    expect(comment.length).toBeLessThanOrEqual(65_000);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_000_000);
    for (const markdown of [comment, summary]) {
      expect(markdown).toContain("| ❌ **CRITICAL** | **10,000** | 0 | 0 | 0 |");
      expect(markdown).toContain("| LOW | 10,000 | – | 0 | 0 |");
      expectSound(markdown);
    }
  });
});

describe("an error of the whole run", () => {
  const mistakes = {
    code: "policy-invalid",
    what: "The policy file has 2 mistakes:\np.yml:1:1: one\np.yml:2:1: two",
    remedy: "Correct it.",
  };

  test("is reported once, whatever the number of targets", () => {
    const all = view([failed(mistakes, "a:1"), failed(mistakes, "b:1")], {
      reason: "error: [policy-invalid] mistakes",
    });
    expect(renderComment(all).match(/What to do/g)).toHaveLength(1);
    const two = view([failed(mistakes, "a:1"), failed({}, "b:1")], { reason: "error: two" });
    expect(renderComment(two).match(/What to do/g)).toHaveLength(2);
  });

  test("lists each mistake on its own line", () => {
    const one = renderComment(view([failed(mistakes)], { reason: "error: [policy-invalid] mistakes" }));
    expect(one).toMatch(/^- .*p\.yml.*one$/m);
    expect(one).toMatch(/^- .*p\.yml.*two$/m);
    expect(one).toContain("**`[policy-invalid]` The policy file has 2 mistakes**\n\n- ");
    expect(one.match(/2 mistakes/g)).toHaveLength(1);
  });
});

/** Fifty thousand findings of which the least severe is the only new one. */
function oneNew(): { view: View; id: string } {
  const view = sample("huge");
  const target = view.verdict.targets[0] as JudgedTarget;
  const last = target.findings.findLast(({ outcome }) => outcome === "open");
  const findings = target.findings.map((each) => ({
    ...each,
    change: each === last ? ("new" as const) : ("unchanged" as const),
  }));
  const targets = [{ ...target, findings }];
  return { view: { ...view, verdict: { ...view.verdict, targets } }, id: last?.finding.id ?? "" };
}

test("what is new has the first table, however many older and worse findings there are", () => {
  const { view, id } = oneNew();
  const body = renderComment(view);
  const from = body.indexOf("### New with this change");
  const table = body.slice(from, body.indexOf("### Also failing"));
  expect(from).toBeGreaterThan(0);
  expect(table).toContain(id);
  expect(table.split("\n").filter((line) => line.includes("**new**"))).toHaveLength(1);
  expect(body.length).toBeLessThanOrEqual(65_000);
});

test("a part without targets is an error: nothing was judged", () => {
  const { verdict } = sample("pass");
  expect(partOf(verdict, verdict.targets).answer).toBe("pass");
  expect(partOf(verdict, []).answer).toBe("error");
});
