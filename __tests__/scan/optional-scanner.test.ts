import { expect, it } from "vitest";
import { severalScanners } from "../../src/scan/several/several-scanners.ts";
import type { Scanner } from "../../src/scanners/scanner.ts";
import { GateError } from "../../src/system/errors.ts";
import type { World } from "../../src/system/world.ts";

const broken = new GateError("scan-timeout", "it took too long", "Raise `timeout`.");
const replaced = [
  "trivy-hash-mismatch",
  "grype-hash-mismatch",
  "grype-database-hash-mismatch",
  "grype-signature-invalid",
  "grype-checksum-missing",
  "grype-archive-invalid",
  "grype-version-invalid",
  "grype-known-bad",
];

function scanner(name: string, fails: boolean): Scanner {
  const scan = async () => {
    if (fails) throw broken;
    const provenance = { scanner: name, scanners: ["vuln"] };
    return { artifact: { names: [], packages: 1 }, packages: [], layers: [], findings: [], suppressed: 0, provenance };
  };
  const session = { scan };
  return { name, session: () => session };
}

/** Trivy is optional and cannot be installed, or fails. Grype finds nothing bad. */
const judged = (trivy: Scanner | GateError, asked: readonly string[]) =>
  Promise.resolve()
    .then(() =>
      severalScanners(
        [
          { name: "Trivy", scanner: trivy },
          { name: "Grype", scanner: scanner("Grype", false) },
        ],
        { optional: ["trivy"], asked },
      )
        .session("/cache")
        .scan(
          { kind: "image", input: "app:1", label: "app:1" },
          { how: "reference", location: "app:1" },
          { reportFile: "/run/report.json" },
          { signal: new AbortController().signal } as World,
        ),
    )
    .then(
      ({ opinions }) => opinions?.find(({ failed }) => failed !== undefined)?.scanner,
      (error: unknown) => error,
    );

// Proves: second-scanner-refutes-nothing
it("a run goes on without an optional scanner only if another one looks for all that was asked for", async () => {
  for (const trivy of [broken, scanner("Trivy", true)]) {
    expect(await judged(trivy, ["vuln"])).toBe("Trivy");
    expect(await judged(trivy, ["vuln", "secret"])).toBe(broken);
  }
});

// Proves: scanner-without-data-no
it.each(replaced)("a run does not go on without an optional scanner that may have been replaced: %s", async (code) => {
  const error = new GateError(code, "it is another one", "Find out who has replaced it.");
  expect(await judged(error, ["vuln"])).toBe(error);
});
