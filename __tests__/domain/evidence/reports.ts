import { readReport } from "../../../src/domain/report/read.ts";
import type { Report } from "../../../src/domain/report/schema.ts";
import type { Artifact, Provenance } from "../../../src/domain/target.ts";
import type { JudgedFinding, JudgedTarget } from "../../../src/domain/verdict.ts";
import { renderReport } from "../../../src/render/json/report.ts";
import type { View } from "../../../src/render/view.ts";
import { target, view } from "../../render/build.ts";

/** A digest that is identified by one hexadecimal digit. */
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** An image as the gate scans one in a registry, with the digest of {@link digestOf}. */
export function scanned(
  letter: string,
  findings: readonly JudgedFinding[] = [],
  over: {
    readonly label?: string;
    readonly artifact?: Partial<Artifact>;
    readonly provenance?: Partial<Provenance>;
  } = {},
): JudgedTarget {
  const { label = "ghcr.io/acme/app:1.4.2", artifact, provenance } = over;
  return {
    ...target(findings, {
      label,
      artifact: { digest: digestOf(letter), imageId: digestOf("1"), ...artifact },
      provenance: {
        readAs: "reference",
        scannedAt: "2026-11-24T14:00:00.5+01:00",
        scannerSha256: "2".repeat(64),
        databaseSha256: "3".repeat(64),
        ...provenance,
      },
    }),
    coverage: { rows: [], gaps: [] },
  };
}

/** The images of an index, one for each letter, with what each of them says about it. */
export function platforms(letters: string, listed: string = letters): JudgedTarget[] {
  const images = [...listed].map((letter) => ({ digest: digestOf(letter), platform: `linux/${letter}` }));
  return [...letters].map((letter) =>
    scanned(letter, [], { artifact: { index: { digest: digestOf("9"), images }, platform: `linux/${letter}` } }),
  );
}

/** Exactly the text that the gate writes about these targets. */
export function reportText(targets: readonly JudgedTarget[], over: Parameters<typeof view>[1] = {}): string {
  const seen: View = view(targets, over);
  const files = new Map(
    targets.map((each) => [each.target, { scannerReport: { path: "trivy-report.json", sha256: "4".repeat(64) } }]),
  );
  return [...renderReport(seen, seen.verdict.answer === "pass" ? files : undefined)].join("");
}

/** The same as the signing step reads it, after a change to its content. */
export function reportOf(
  targets: readonly JudgedTarget[],
  over: Parameters<typeof view>[1] = {},
  // biome-ignore lint/suspicious/noExplicitAny: an edit may do anything
  edit: (report: any) => void = () => {},
): Report {
  const report = JSON.parse(reportText(targets, over));
  edit(report);
  const read = readReport(JSON.parse(JSON.stringify(report)));
  if ("wrong" in read) throw new Error(read.wrong);
  return read;
}
