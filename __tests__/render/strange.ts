import { type Comparison, compare } from "../../src/domain/change/comparison.ts";
import type { BaseReport } from "../../src/domain/image/base-image.ts";
import { perSeverity } from "../../src/domain/severity.ts";
import type { Target } from "../../src/domain/target.ts";
import type { View } from "../../src/render/view.ts";
import { failed, finding, judged, target, view } from "./build.ts";

/** A view with a stranger's text wherever one is possible. */
export function strange(text: string): View {
  const of = finding({
    id: text,
    title: text,
    description: text,
    url: text,
    package: { name: text, version: text, type: text },
    fixedVersions: [text, text],
    status: text,
    path: text,
    layer: { diffId: text, number: 1, instruction: text, source: { file: text, line: 1 } },
    owner: { ecosystem: text, name: text, version: text },
  });
  const vex = { status: "not_affected", justification: text, author: text, document: text } as const;
  const one = target([judged(of), judged({ ...of, fixedVersions: [] }, { outcome: "accepted", vex })], { label: text });
  const other = target([], { label: text });
  const about = { what: "added", subject: "exception", about: text, from: text, to: text } as const;
  const change = { ...about, loosens: true, line: 1 };
  const counts = perSeverity(() => 0);
  const surface = { shells: [text], compilers: [text], packageManagers: [] };
  const base: BaseReport = {
    found: "annotation",
    reference: text,
    layers: 1,
    counts: { base: counts, own: counts },
    newer: { reference: text, clears: 1, of: 1, brings: 0 },
    inUse: { reference: text, findings: counts, surface },
    candidates: [
      { reference: text, problem: text },
      { reference: text, findings: counts },
    ],
    problem: text,
    note: text,
  };
  const source = { kind: "run", branch: text, commit: text, url: text, madeAt: text, notes: [text] } as const;
  const compared = compare([], { source, packages: [], findings: [of], kinds: new Set([of.kind]) });
  return view([one, other, failed({ code: text, what: text, remedy: text }, text)], {
    name: text,
    reason: text,
    notes: [text],
    commit: text,
    runUrl: text,
    policy: { path: text, from: "base" },
    policyChange: { changes: [change] },
    dockerfile: { file: text, unmatched: [{ label: text, why: "no-match" }] },
    bases: new Map([[one.target, base]]),
    comparisons: new Map<Target, Comparison>([
      [one.target, compared],
      [other.target, { none: text }],
    ]),
  });
}
