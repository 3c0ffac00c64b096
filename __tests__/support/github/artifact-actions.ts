import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Fakes of actions/upload-artifact and actions/download-artifact: an artifact is a folder below BED_ARTIFACTS, so
// one workflow can leave it and another take it, as on GitHub. Only what our recipes use is there.

const UPLOAD = `
import { cpSync, existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
const { env } = process;
if (env.INPUT_NAME && env.INPUT_NAME === env.BED_ARTIFACT_REFUSED) { console.log("::error::Failed to CreateArtifact: Received non-retryable error"); process.exit(1); }
const to = join(env.BED_ARTIFACTS, env.INPUT_NAME || "artifact");
const paths = env.INPUT_PATH.split("\\n").map((line) => line.trim()).filter(Boolean).flatMap((path) => (path.includes("*") ? globSync(path) : path)).filter((path) => existsSync(path));
if (paths.length === 0) { console.log("::warning::No files were found with the provided path: " + env.INPUT_PATH); process.exit(env["INPUT_IF-NO-FILES-FOUND"] === "error" ? 1 : 0); }
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const path of paths) cpSync(path, join(to, basename(path)), { recursive: true });
`;

const DOWNLOAD = `
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
const { env } = process;
const to = env.INPUT_PATH || env.GITHUB_WORKSPACE;
const from = join(env.BED_ARTIFACTS, env.INPUT_NAME || ".");
// A pattern may match none.
if (!existsSync(from) && env.INPUT_PATTERN) process.exit(0);
if (!existsSync(from)) { console.log("::error::Unable to download artifact(s): Artifact not found for name: " + env.INPUT_NAME); process.exit(1); }
mkdirSync(to, { recursive: true });
// A pattern as our recipes have it: a beginning and a star. It wants all artifacts, each in a folder of its name.
const isWanted = (name) => !env.INPUT_PATTERN || name.startsWith(env.INPUT_PATTERN.replace(/\\*$/, ""));
for (const name of readdirSync(from).filter(isWanted)) cpSync(join(from, name), join(to, name), { recursive: true });
`;

function writeAction(folder: string, inputs: readonly string[], program: string): string {
  mkdirSync(folder, { recursive: true });
  const declared = inputs.map((name) => `  ${name}: { description: ${name} }\n`).join("");
  const file = `name: stand-in\ndescription: stand-in\ninputs:\n${declared}runs: { using: node24, main: main.mjs }\n`;
  writeFileSync(join(folder, "action.yml"), file);
  writeFileSync(join(folder, "main.mjs"), program);
  return folder;
}

/** Writes the fakes below `folder`. Returns their folders by `owner/repo`. */
export function artifactStandIns(folder: string): Record<string, string> {
  const upload = ["name", "path", "retention-days", "if-no-files-found", "overwrite", "compression-level"];
  const download = ["name", "path", "run-id", "github-token", "repository", "merge-multiple", "pattern"];
  return {
    "actions/upload-artifact": writeAction(join(folder, "upload-artifact"), upload, UPLOAD),
    "actions/download-artifact": writeAction(join(folder, "download-artifact"), download, DOWNLOAD),
  };
}
