import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { gate } from "../../actions/gate/run.ts";
import { imageNaming } from "../../domain/image/reference.ts";
import { namedFile } from "../../domain/image/target-names.ts";
import { listSome } from "../../domain/list-some.ts";
import { oneLine } from "../../domain/one-line.ts";
import { SEVERITIES, type Severity } from "../../domain/severity.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { renderAnswer } from "../../render/terminal/answer.ts";
import { errorText, GateError } from "../../system/errors.ts";
import { statusOf } from "../../system/given-files.ts";
import { harmless } from "../../system/harmless-text.ts";
import type { Args, Seat } from "../command.ts";
import { itemsOf } from "../inputs.ts";
import { exitCodeOf, judged, pasted } from "../judged.ts";
import { keepReport } from "../kept-reports.ts";
import { withPage } from "../terminal.ts";
import { keepReports, withKept } from "./report-folder.ts";

/** The commands that judge targets, and the input that their words give. */
const INPUT_OF = { image: "image", fs: "path", repo: "repository", sbom: "sbom", report: "scan-report" } as const;
export type TargetCommand = keyof typeof INPUT_OF;

/** Judges the targets of a command line. @returns its exit code */
export async function judge(name: TargetCommand, given: Args, seat: Seat): Promise<number> {
  const severities = severitiesOf(given);
  const { world, platform, format, terminal } = seat;
  if (severities !== undefined && format !== "table")
    world.log.warning(`--severity chooses what the table shows; --format ${format} has every finding.`);
  itemsOf(given.words, { ...world, mayRename: name === "image" || name === "report" });
  const inputs = inputsOf(name, given, platform.forge !== undefined);
  for (const item of linesIn(inputs.get("image"))) requireImage(item, world);
  for (const item of linesIn(inputs.get("path"))) requireFiles(item, world);
  world.log.info("Preparing the scanner and its database");
  const kept = given.options.get("report-dir");
  const { outputs = async () => {} } = platform;
  const keeping = kept !== undefined && {
    outputs: (values: Readonly<Record<string, string>>) => outputs(withKept(values, world.runFolder, kept)),
  };
  const { view, show } = await judged("gate", inputs, gate, { ...seat, platform: { ...platform, ...keeping } });
  const isAnswered = view.verdict.targets.some((target) => target.answer !== "error");
  sayErrors(view.verdict, isAnswered, seat);
  // The next `explain` must ask the last report that has findings, not one of a failed download.
  if (isAnswered) keepReport(join(world.runFolder, "report.json"), world);
  if (kept !== undefined) keepReports(world.runFolder, kept, world);
  // Without an answer, everything is said on standard error.
  const command = pasted(name, given.words, 3);
  show(isAnswered ? () => renderAnswer(view, { ...terminal, severities, command }) : undefined);
  return exitCodeOf(view.verdict, view.mode);
}

/** The items of a list, as the action reads it. */
function linesIn(list = ""): string[] {
  return list.split(/[\r\n]+/).flatMap((line) => line.trim() || []);
}

/**
 * A folder that has no image, and an address, would be looked for in a registry. A file that has an image's name would
 * be judged in its place, and the repository around the user's folder could bring such a file. A plain folder cannot be
 * judged: many a project has its image's sources in a folder of that name.
 * @throws GateError `target-of-another-kind`, `name-ambiguous`
 */
function requireImage(line: string, { workspace, log }: Seat["world"]): void {
  const { input: word, as } = namedFile(line);
  const isAddress = /^(?:https?|git|ssh):\/\/|^git@.+:/.test(word);
  if (isAddress) throw anotherKind(word, "an address, not a reference of an image", "repo");
  const path = resolve(workspace, word);
  const status = statusOf(path);
  if (status === undefined) return;
  const isLayout = ["oci-layout", "index.json"].some((name) => existsSync(join(path, name)));
  const mayBeImage = as === undefined && imageNaming(word) !== undefined;
  if (status.isDirectory() && !isLayout) {
    const folder = anotherKind(word, "a folder, and no OCI layout", "fs");
    if (!mayBeImage) throw folder;
    log.warning(`${folder.what}: the image of that name is judged. ${folder.remedy}`);
    return;
  }
  if (!mayBeImage) return;
  const tagged = `${word}:latest`;
  const isFree = imageNaming(tagged) !== undefined && statusOf(resolve(workspace, tagged)) === undefined;
  const other = isFree ? `image-gate ${tagged}` : "run this in another folder";
  throw new GateError(
    "name-ambiguous",
    `${JSON.stringify(word)} is a ${isLayout ? "folder" : "file"} here, and could be an image of that name`,
    `To judge what is here: image-gate ./${word}. To judge the image of that name: ${other}.`,
  );
}

/**
 * As a file among others, an image would pass, since it would not be unpacked.
 * @throws GateError `target-of-another-kind`
 */
function requireFiles(word: string, { workspace }: Seat["world"]): void {
  const path = resolve(workspace, word);
  const isArchive = /\.(?:tar|tar\.gz|tgz)$/.test(word) && statusOf(path)?.isFile() === true;
  if (isArchive || existsSync(join(path, "oci-layout")))
    throw anotherKind(word, isArchive ? "an archive, not a folder of files" : "an OCI layout", "image");
}

const JUDGED_BY = { repo: "the repository there", fs: "its files", image: "the image in it" } as const;

function anotherKind(word: string, is: string, command: keyof typeof JUDGED_BY): GateError {
  const what = `${JSON.stringify(word)} is ${is}`;
  return new GateError("target-of-another-kind", what, `To judge ${JUDGED_BY[command]}: image-gate ${command} ${word}`);
}

/**
 * Each target that could not be judged, where people look for errors. A text that all targets share, such as the error
 * of a wrong policy, is said once. Any other text names its targets, if it does not do so itself.
 */
function sayErrors({ targets }: Verdict, isAnswered: boolean, { terminal: { err } }: Seat): void {
  const errors = targets.flatMap((target) => (target.answer === "error" ? [target] : []));
  // An answer names the page of errors itself.
  const textOf = isAnswered ? errorText : withPage;
  for (const [text, of] of Map.groupBy(errors, ({ error }) => `error: ${textOf(error)}`)) {
    const labels = of.map(({ target }) => target.label).filter((label) => !text.includes(label));
    const isSaid = of.length === targets.length || labels.length === 0;
    err.write(`${harmless(isSaid ? text : `${text} (${oneLine(listSome(labels, 5))})`)}\n`);
  }
}

function inputsOf(name: TargetCommand, { words, options }: Args, isJob: boolean): Map<string, string> {
  const inputs = new Map(options);
  const input = INPUT_OF[name];
  const targets = [...words, ...(inputs.has(input) ? [inputs.get(input)] : [])];
  if (targets.length > 0) inputs.set(input, targets.join("\n"));
  // `sarif=out.sarif` needs no quotes in a shell; the action's input has `sarif: out.sarif`.
  const reports = inputs.get("reports");
  if (reports !== undefined) inputs.set("reports", reports.replace(/^([\w-]+)=/gm, "$1: "));
  // At a terminal, nothing is commented on. A job that can start the gate only by a command has its comment.
  if (!isJob) inputs.set("comment", "never");
  return inputs;
}

function severitiesOf({ options }: Args): readonly Severity[] | undefined {
  const names = options.get("severity")?.match(/[^,\s]+/g) ?? undefined;
  const isOne = (name: string, severity: Severity) => name.toUpperCase() === severity;
  const unknown = names?.find((name) => !SEVERITIES.some((each) => isOne(name, each)));
  if (unknown === undefined) return names && SEVERITIES.filter((each) => names.some((name) => isOne(name, each)));
  throw new GateError(
    "severity-unknown",
    `\`--severity\` has ${JSON.stringify(unknown)}`,
    `Use one or more of ${SEVERITIES.join(", ")}, separated by commas. For a limit, use its option, such as \`--max-high\`.`,
  );
}
