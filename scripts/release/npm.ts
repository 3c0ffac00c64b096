import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compareDotted } from "../../src/domain/versions/order.ts";
import { ReleaseFault } from "./fault.ts";
import { type Version, versionOf } from "./version.ts";

/** The package's name. */
const NAME = "image-gate";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs npm, which knows its registry and logs in by the job's identity (trusted publishing). */
function startNpm(args: readonly string[]): Ended {
  const { status, stdout, stderr, error } = spawnSync("npm", args, { encoding: "utf8" });
  return { code: status, stdout: stdout ?? "", stderr: error?.message ?? stderr };
}

/** A field of the registry; undefined where the package, the version or the field is not there. */
function view(npm: typeof startNpm, what: string, field: string): unknown {
  const { code, stdout, stderr } = npm(["view", what, field, "--json"]);
  if (code === 0) return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  if (`${stdout}${stderr}`.includes("E404")) return undefined;
  throw new ReleaseFault(
    "npm-unreachable",
    `npm's registry did not say whether ${what} is there: ${lastLine(stderr)}`,
    "Nothing was published to it. Start the failed job again.",
  );
}

const lastLine = (text: string) => text.trim().split("\n").slice(0, 3).join(" ") || "no reason given";

/**
 * Publishes the tarball, with its provenance. If this version is there already with the same bytes, nothing happens.
 * @returns what was done, as a sentence
 * @throws ReleaseFault
 */
export function publishPackage(tarball: string, version: Version, npm = startNpm): string {
  const what = `${NAME}@${version.text}`;
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  const there = view(npm, what, "dist.integrity");
  if (there === integrity) return `${what} is published already, with the same bytes.`;
  if (there !== undefined)
    throw new ReleaseFault(
      "npm-version-taken",
      `${what} is published with other bytes (${String(there)}, not ${integrity}).`,
      "Find out who published it. A version on npm never changes: release the next one.",
    );
  // A fix of an older version must not become what `npm install` takes.
  const latest = versionOf(`v${String(view(npm, NAME, "dist-tags.latest"))}`);
  const isNewest = latest === undefined || compareDotted(version.text, latest.text) > 0;
  const tag = isNewest ? "latest" : "previous";
  const { code, stdout, stderr } = npm(["publish", tarball, "--provenance", "--access", "public", "--tag", tag]);
  if (code === 0) return `Published ${what} as ${tag}.`;
  throw new ReleaseFault(
    "npm-publish-failed",
    `npm did not publish ${what}: ${lastLine(stderr || stdout)}`,
    "Start the failed job again. If npm refuses the job, compare its trusted publisher with docs/release.md.",
  );
}
