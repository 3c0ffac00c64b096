import { writeSync } from "node:fs";
import { DefaultArtifactClient } from "@actions/artifact";
import { endWithParent, limitAnswers, withoutSecrets } from "../cache/service-output.ts";
import type { ArtifactAnswer, ArtifactRequest } from "./process.ts";

// The process that uploads one artifact to GitHub. It is separate from the action's own process because
// @actions/artifact cannot be cancelled, retries for half a minute, and prints workflow commands.
// src/platforms/github/artifacts/process.ts starts it.

/** The service's message if a name is taken; an uploaded artifact cannot be changed. */
const EXISTS = /\(409\)|already exists/;

const token = process.env.ACTIONS_RUNTIME_TOKEN;

function finish(answer: ArtifactAnswer): never {
  const harmless = "reason" in answer ? { ...answer, reason: withoutSecrets(answer.reason, token) } : answer;
  writeSync(1, JSON.stringify(harmless));
  // Connections that the library keeps open must not keep the process alive.
  process.exit(0);
}

function failed(error: unknown): ArtifactAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  return EXISTS.test(reason) ? { outcome: "exists" } : { outcome: "failed", reason };
}

/** Drops the library's output, which holds workflow commands and says little. */
function silence(): void {
  const drop = (_data: unknown, ...rest: unknown[]): boolean => {
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process.stdout.write = drop;
  process.stderr.write = drop;
}

async function upload({ name, files, folder }: ArtifactRequest): Promise<ArtifactAnswer> {
  const { size, id } = await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
  return { outcome: "kept", bytes: size ?? 0, id };
}

endWithParent(process.ppid);
silence();
limitAnswers();
// Node itself would print the error with its requests, which hold the token.
process.on("uncaughtException", (error) => finish(failed(error)));
finish(await upload(JSON.parse(process.argv[2] ?? "") as ArtifactRequest).catch(failed));
