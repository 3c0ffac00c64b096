import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { big, saveImage } from "../../__tests__/support/images/images.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, sumOf, timeCommand } from "./measure.ts";
import { runAction } from "./profile.ts";

const FORMATS = ["table", "sarif", "json", "cyclonedx"];

/**
 * A scan for each format, all with one warm cache: what a workflow does that starts a scanner's action once per format.
 */
function oncePerFormat(folder: string, trivy: string, database: string, image: string): Cost {
  const cache = join(folder, "bare-cache");
  mkdirSync(cache, { recursive: true });
  execFileSync("ln", ["-sfn", database, join(cache, "db")]);
  const flags = ["--quiet", "--skip-db-update", "--skip-version-check", "--disable-telemetry", `--cache-dir=${cache}`];
  const costs = FORMATS.map((format) => {
    // If Trivy writes an SBOM, it looks for vulnerabilities only on request.
    const scanners = format === "cyclonedx" ? [] : ["--scanners=vuln"];
    const output = join(folder, `bare.${format}`);
    const args = ["image", `--format=${format}`, `--output=${output}`, ...scanners, ...flags, `--input=${image}`];
    return timeCommand(trivy, args, { env: { PATH: process.env.PATH } });
  });
  return sumOf(costs);
}

/**
 * One run of the gate that writes the same reports, CSV being its table of all findings, alongside JSON, log and
 * summary.
 */
export async function* everyReportLines(folder: string): AsyncGenerator<Line> {
  await using bed = await startBed({ findingsInBig: 50_000 });
  const room = join(folder, "every-report");
  const image = saveImage(join(room, "image.tar"), big());
  const reports = "sarif: out/a.sarif\ncyclonedx: out/a.cdx.json\ncsv: out/a.csv";
  const gate = async () => {
    const result = await runAction({ folder: room, inputs: { ...bed.inputs, image, reports } });
    if (result.outputs.verdict !== "fail" || result.annotations.some(({ message }) => /not be written/.test(message)))
      throw new Error(result.log);
    return result.cost;
  };
  await gate();
  const trivy = bed.inputs["trivy-binary"] ?? "";
  const database = join(room, "tools/image-gate/db");
  const compared = await inTurn(5, gate, () => oncePerFormat(room, trivy, database, image));
  yield* [
    ratioLine("50,000 findings, four formats: whole action ÷ a Trivy for each format", compared, {
      cpu: 0.39,
      goal: 0.29,
    }),
  ];
}
