import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { big, saveImage } from "../../__tests__/support/images/images.ts";
import { type Bed, startBed } from "../../__tests__/support/runs/bed.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { type Line, line, ratioLine } from "./line.ts";
import { type Cost, inTurn, median, timeCommand } from "./measure.ts";
import { runAction } from "./profile.ts";

/** So that the whole report need not be written as Markdown too, which has its own line. */
const NOTHING_CUT = { summary: "false" };

interface Scene {
  readonly folder: string;
  readonly bed: Bed;
  readonly image: string;
}

type Result = Awaited<ReturnType<typeof runAction>>;

/** The action as a runner starts it, on one image; the first run of a scene fills the store with the databases. */
async function gate({ folder, bed, image }: Scene, more: Readonly<Record<string, string>> = {}): Promise<Result> {
  const result = await runAction({ folder, inputs: { ...bed.inputs, image, ...more } });
  if (result.outputs.verdict !== "fail") throw new Error(result.log);
  return result;
}

const bare = ({ folder, bed, image }: Scene): Cost =>
  bareTrivy({
    folder,
    trivy: bed.inputs["trivy-binary"] ?? "",
    database: join(folder, "tools/image-gate/db"),
    image,
  });

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;

/** An image with 50,000 findings, and what Node alone takes for them. */
export async function* bigImageLines(parent: string): AsyncGenerator<Line> {
  await using bed = await startBed({ findingsInBig: 50_000 });
  const folder = join(parent, "big");
  const scene = { folder, bed, image: saveImage(join(folder, "image.tar"), big()) };
  await gate(scene);
  const figures: { cpuMs: number; peakBytes: number }[] = [];
  const whole = await inTurn(
    5,
    async () => {
      const result = await gate(scene, NOTHING_CUT);
      figures.push(result.figures ?? { cpuMs: Number.NaN, peakBytes: Number.NaN });
      return result.cost;
    },
    () => bare(scene),
  );
  const cut = await inTurn(
    5,
    async () => (await gate(scene)).cost,
    async () => (await gate(scene, NOTHING_CUT)).cost,
  );
  const words = "50,000 findings";
  yield* [
    ratioLine(`${words}: whole action, no summary ÷ bare Trivy`, whole, { cpu: 1.35, goal: 1.25 }),
    ratioLine(`${words}: with a summary, which is cut, and the whole report as Markdown ÷ without`, cut, 1.2),
    line(`${words}: CPU of Node alone`, median(figures.map(({ cpuMs }) => cpuMs)), { most: 2500, goal: 900 }, ms),
    line(`${words}: peak memory of Node alone`, median(figures.map(({ peakBytes }) => peakBytes)), { most: 300e6 }, mb),
  ];
}

/** A report that another scan has left, against a script that only parses it. */
export async function* givenReportLines(parent: string): AsyncGenerator<Line> {
  await using bed = await startBed({ findingsInBig: 20_000 });
  const folder = join(parent, "given");
  const scanned = await gate({ folder, bed, image: saveImage(join(folder, "image.tar"), big()) });
  const report = scanned.outputs["trivy-report"] ?? "";
  const parse = join(parent, "parse.mjs");
  writeFileSync(
    parse,
    `import { readFileSync } from "node:fs"; JSON.parse(readFileSync(${JSON.stringify(report)}, "utf8"));`,
  );
  const compared = await inTurn(
    5,
    async () => {
      const inputs = { "trivy-report": report, ...NOTHING_CUT };
      const env = { RUNNER_TEMP: join(folder, "temp") };
      const result = await runAction({ folder: join(parent, "judged"), inputs, env });
      if (result.outputs.verdict !== "fail") throw new Error(result.log);
      return result.cost;
    },
    () => timeCommand(process.execPath, [parse]),
  );
  yield* [ratioLine("20,000 findings as trivy-report ÷ a script that only parses it", compared, { cpu: 5, goal: 3 })];
}
