import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shape as gateInputs } from "../src/actions/gate/inputs.ts";
import { shape as rescanInputs } from "../src/actions/rescan/inputs.ts";
import { shape as signInputs } from "../src/actions/sign/inputs.ts";
import { shape as verifyInputs } from "../src/actions/verify/inputs.ts";
import { actionFile, actionTexts } from "./generate/action-files.ts";
import { commandOptionsFile } from "./generate/command-options.ts";
import { errorPage } from "./generate/error-page.ts";
import { COMPONENTS, pageWithIntegrity, plainFile } from "./generate/gitlab-files.ts";
import { pageWithTables } from "./generate/input-tables.ts";
import { pageWithMigrations } from "./generate/migration-tables.ts";
import { numbersPageFile } from "./generate/numbers-page.ts";
import { ownRemedies } from "./generate/own-remedies.ts";
import { pageWithExamples } from "./generate/page-examples.ts";
import { pageWithIndex } from "./generate/page-index.ts";
import { pageWithRuns } from "./generate/page-runs.ts";
import { policySchemaFile } from "./generate/policy-schema.ts";
import { readProofs } from "./generate/proofs.ts";
import { baseStyleFile, reportPageFile } from "./generate/report-page.ts";
import { reportSchemaFile, rescanReportSchemaFile, verdictSchemaFile } from "./generate/report-schema.ts";
import { rulesPage } from "./generate/rules-page.ts";
import { pageWithRun } from "./generate/run-picture.ts";
import { trustedRootFile, tufRootFile } from "./generate/sigstore-roots.ts";
import { stateSchemaFiles } from "./generate/state-schemas.ts";
import { readPages } from "./site/pages.ts";
import { readRuns } from "./site/runs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** GitLab's components as plain files. */
function gitlabFiles(): Map<string, string> {
  return new Map(COMPONENTS.map((name) => [`gitlab/${name}.yml`, plainFile(read(`templates/${name}/template.yml`))]));
}

const SHAPES = {
  gate: gateInputs,
  rescan: rescanInputs,
  sign: signInputs,
  verify: verifyInputs,
};
/** The page of each action's inputs and outputs. */
const PAGES = { gate: "docs/inputs.md", rescan: "docs/rescan.md", sign: "docs/sign.md", verify: "docs/verify.md" };

/** Workflows of `docs/examples/` that pages begin with. */
const EXAMPLES = {
  "docs/matrix.md": ["matrix.yml"],
  "docs/fork-pull-requests.md": ["fork-scan.yml", "fork-comment.yml"],
};

/** Each action's file with its tables, and the options of the commands. */
function actionFiles(): [path: string, text: string][] {
  const texts = actionTexts(read("docs/sources/inputs.yml"));
  const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
  const yamlOf = (name: (typeof names)[number]) => actionFile(texts, name, SHAPES[name]);
  const options = Object.fromEntries(names.map((name) => [name, { yaml: yamlOf(name), shape: SHAPES[name] }]));
  return [
    ...names.flatMap((name): [string, string][] => {
      const file = texts.actions[name]?.file ?? "";
      return [
        [file, yamlOf(name)],
        [PAGES[name], pageWithTables(read(PAGES[name]), yamlOf(name), file)],
      ];
    }),
    ["src/cli/inputs.generated.json", commandOptionsFile(options, texts.terminal)],
  ];
}

/** Every generated file, by its path in the repository, as it should be. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    [
      "docs/errors.md",
      errorPage(read("docs/errors.md"), read("docs/sources/errors.yml"), ownRemedies(join(root, "src"))),
    ],
    ["docs/README.md", pageWithIndex(read("docs/README.md"), readPages(read("docs/sources/pages.yml")))],
    ...Object.entries(EXAMPLES).map(([page, names]): [string, string] => [
      page,
      pageWithExamples(read(page), names, read),
    ]),
    ["docs/evidence/what-was-run.md", pageWithRuns(read("docs/evidence/what-was-run.md"), readRuns(root))],
    ["docs/gitlab.md", pageWithIntegrity(read("docs/gitlab.md"), gitlabFiles())],
    ...gitlabFiles(),
    ...actionFiles(),
    ["docs/migrate.md", pageWithMigrations(read("docs/migrate.md"), read("src/workflows/inputs.json"))],
    ["docs/rooms.md", pageWithRun(read("docs/rooms.md"), join(root, "src"))],
    ["docs/threat-model-rules.md", rulesPage(read("docs/sources/rules.yml"), readProofs(root))],
    ["schema/policy.schema.json", policySchemaFile()],
    ["schema/report.schema.json", reportSchemaFile()],
    ["schema/rescan-report.schema.json", rescanReportSchemaFile()],
    ["schema/verdict.schema.json", verdictSchemaFile()],
    ...stateSchemaFiles(),
    ["src/render/html/base.generated.json", baseStyleFile()],
    ["src/render/html/page.generated.json", reportPageFile()],
    ["src/render/rescan/page/browser.generated.json", numbersPageFile()],
    ["src/supply/sigstore/trusted-root.json", trustedRootFile()],
    ["src/supply/sigstore/tuf-root.json", tufRootFile()],
  ]);
}

/** Generated files that are not current. */
export function staleGeneratedFiles(): string[] {
  return [...generatedFiles()]
    .filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text)
    .map(([path]) => path);
}

if (import.meta.main) {
  if (process.argv[2] === "--check") {
    const stale = staleGeneratedFiles();
    if (stale.length > 0) {
      console.error(`Not current: ${stale.join(", ")}. Run npm run generate and commit it.`);
      process.exitCode = 1;
    }
  } else for (const [path, text] of generatedFiles()) writeFileSync(join(root, path), text);
}
