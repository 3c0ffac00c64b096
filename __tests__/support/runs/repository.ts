import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { finish } from "../../../scripts/setup/command.ts";
import { answer, listen } from "../network/http.ts";
import { temporaryFolder } from "./folder.ts";
import { writeFiles } from "./stage.ts";

/** Makes a git repository of one commit out of files. */
export async function makeRepository(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  writeFiles(folder, files);
  const identity = ["-c", "user.name=octocat", "-c", "user.email=octocat@example.test"];
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["add", "."],
    [...identity, "commit", "--quiet", "--message=first"],
  ]) {
    const { code, stderr } = await finish("git", ["-C", folder, ...args]);
    if (code !== 0) throw new Error(`git ${args.join(" ")} failed (exit code ${code}): ${stderr}`);
  }
}

export interface RepositoryServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

/** git's "smart" protocol over HTTP, spoken by git itself (https://git-scm.com/docs/http-protocol). */
function uploadPack(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const isQuestion = request.method === "GET";
  const type = isQuestion ? "advertisement" : "result";
  response.writeHead(200, { "content-type": `application/x-git-upload-pack-${type}` });
  if (isQuestion) response.write("001e# service=git-upload-pack\n0000");
  const args = ["upload-pack", "--stateless-rpc", ...(isQuestion ? ["--advertise-refs"] : []), folder];
  const git = spawn("git", args, { stdio: ["pipe", "pipe", "inherit"] });
  const body = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
  body.pipe(git.stdin);
  git.stdout.pipe(response);
}

/** Serves a public repository of the given files as `/app.git`. */
export async function serveRepository(files: Readonly<Record<string, string>>): Promise<RepositoryServer> {
  const folder = temporaryFolder("repository");
  await makeRepository(folder.path, files);
  const requests: { path: string; authorization: string | undefined }[] = [];
  const { port, close } = await listen((request, response) => {
    const path = request.url ?? "";
    requests.push({ path, authorization: request.headers.authorization });
    if (/^\/app\.git\/(info\/refs\?service=git-upload-pack|git-upload-pack)$/.test(path))
      uploadPack(join(folder.path, ".git"), request, response);
    else answer(response, 404, "Not Found\n");
  });
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await close();
      folder.remove();
    },
  };
}
