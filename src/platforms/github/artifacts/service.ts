import { writeSync } from "node:fs";
import { DefaultArtifactClient } from "@actions/artifact";
import { boundAnswers, withoutSecrets } from "../cache/service-output.ts";
import type { ArtifactAnswer, ArtifactRequest } from "./messages.ts";

// The process that hands an artifact to GitHub, one each. It is apart from the action's own because @actions/artifact cannot
// be cancelled, tries again for half a minute, and prints workflow commands; src/platforms/github/artifacts/process.ts starts it.

/** What the service says of a name that is taken; an upload is never changed. */
const EXISTS = /\(409\)|already exists/;

const token = process.env.ACTIONS_RUNTIME_TOKEN;

function finish(answer: ArtifactAnswer): never {
  const told = "reason" in answer ? { ...answer, reason: withoutSecrets(answer.reason, token) } : answer;
  writeSync(1, JSON.stringify(told));
  // Connections that the library keeps open must not keep the process.
  process.exit(0);
}

function failed(error: unknown): ArtifactAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  return EXISTS.test(reason) ? { outcome: "exists" } : { outcome: "failed", reason };
}

/** The library's words go to neither stream of ours: they hold workflow commands, and say little. */
function silence(): void {
  const drop = (_data: unknown, ...rest: unknown[]): boolean => {
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process.stdout.write = drop;
  process.stderr.write = drop;
}

/** It lives in a process group of its own: nobody else ends it where the action was killed. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
}

async function upload({ name, files, folder }: ArtifactRequest): Promise<ArtifactAnswer> {
  const { size, id } = await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
  return { outcome: "kept", bytes: size ?? 0, id };
}

endWithParent(process.ppid);
silence();
boundAnswers();
// What Node itself would print of such an error has requests in it, with the token.
process.on("uncaughtException", (error) => finish(failed(error)));
finish(await upload(JSON.parse(process.argv[2] ?? "") as ArtifactRequest).catch(failed));
