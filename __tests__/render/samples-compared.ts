import { type BaselineSource, type Comparison, compare } from "../../src/domain/change/comparison.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { sortFindings } from "../../src/domain/judge/sort-findings.ts";
import type { JudgedFinding } from "../../src/domain/verdict.ts";
import type { View } from "../../src/render/view.ts";
import { finding, judged, target, view } from "./build.ts";
import { HOSTILE } from "./hostile.ts";

const pip = (id: string, name: string, version: string, more: Partial<Finding> = {}): Finding =>
  finding({
    id,
    severity: "HIGH",
    package: { name, version, type: "python-pkg" },
    fixedVersions: ["9.0"],
    path: `app/site-packages/${name}-${version}.dist-info/METADATA`,
    layer: undefined,
    ...more,
  });

const OLD = [finding(), pip("CVE-2024-1111", "jinja2", "3.1.2", { severity: "MEDIUM" })];
const NIGHT = finding({ id: "CVE-2026-0001", package: { name: "zlib1g", version: "1.2" } });
const NEW = [pip("CVE-2023-45803", "urllib3", "1.26.4"), pip("CVE-2024-2222", "aiohttp", "3.9.1", { severity: "LOW" })];
const WENT = [
  pip("CVE-2022-40897", "setuptools", "65.5.0"),
  pip("CVE-2024-3333", "requests", "2.31.0", { severity: "CRITICAL" }),
];

/** A view of one image with these findings, alongside a baseline. */
function compared(
  now: readonly Finding[],
  before: readonly Finding[],
  earlier: readonly Finding[],
  source: BaselineSource,
): View {
  const comparison = compare(now, {
    source,
    packages: [],
    findings: before,
    earlier,
    kinds: new Set(["vulnerability"]),
  });
  const findings = now.map((each): JudgedFinding => judged(each, { change: comparison.changeOf(each) }));
  const one = target(sortFindings(findings));
  return view([one], { comparisons: new Map([[one.target, comparison]]) });
}

function notCompared(comparison: Comparison): View {
  const one = target([judged()]);
  return view([one], { comparisons: new Map([[one.target, comparison]]) });
}

const RUN: BaselineSource = {
  kind: "run",
  branch: "main",
  commit: "9b2d4c6f8091a2b3c4d5e6f708192a3b3f1c9a7e",
  url: "https://github.com/acme/app/actions/runs/99",
  madeAt: "2026-11-22T15:00:00Z",
};

function hostile(): View {
  const [name = "", version = "", path = "", id = "", given = "", note = "", commit = "", branch = ""] = HOSTILE;
  const went = pip(id, name, version, { path, title: note });
  const source: BaselineSource = { kind: "run", branch, commit, given, url: path, madeAt: note, notes: [note, given] };
  return compared([pip(name, given, id, { path: note })], [went], [], source);
}

/** Views with a comparison. */
export const COMPARED: Readonly<Record<string, () => View>> = {
  compared: () => compared([...OLD, NIGHT, ...NEW], [...OLD, NIGHT, ...WENT], [...OLD, ...WENT], RUN),
  "compared-alike": () => compared(OLD, OLD, OLD, { kind: "image", given: "ghcr.io/acme/app:main" }),
  "compared-other-image": () =>
    compared([], [], [], {
      kind: "sbom",
      given: "base.cdx.json",
      notes: ["It is of another image: ghcr.io/acme/base."],
    }),
  "compared-with-nothing": () =>
    notCompared({ none: "no successful run on main has kept a report under this name yet" }),
  "compared-quietly": () => notCompared({ none: "there is no GitHub repository", quiet: true }),
  "compared-hostile": hostile,
};
