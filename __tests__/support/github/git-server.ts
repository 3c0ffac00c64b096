import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { answer } from "../network/http.ts";

/** Text of a file, or the target of a symbolic link. */
type File = string | Buffer | { readonly symlink: string };

/** A bare repository on disk, served by Git's own program behind a login, as on real servers. */
export interface GitServer {
  readonly folder: string;
  /** `METHOD service` of each accepted request: `GET git-upload-pack`. */
  readonly requests: string[];
  /** The logins that were tried, as `user:token`; undefined: a request without one. */
  readonly logins: (string | undefined)[];
  /** True if a request is for Git. Its path may have a prefix, and `.git` at the repository's name. */
  takes(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Runs Git in the repository. */
  git(...args: string[]): string;
  /** The newest commit of a branch; undefined: there is no such branch. */
  head(branch: string): string | undefined;
  /** Adds a newest commit with only these files to a branch. @returns its name */
  commit(branch: string, files: Readonly<Record<string, File>>, parents?: readonly string[]): string;
  /** The files of a commit or branch, as text. */
  files(revision: string): Record<string, string>;
  /** A hook of the server: a shell script. */
  hook(name: "pre-receive" | "update" | "post-receive", script: string): void;
  remove(): void;
}

const IDENTITY = { GIT_AUTHOR_NAME: "Acme", GIT_AUTHOR_EMAIL: "acme@example.test" };
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  ...IDENTITY,
  GIT_COMMITTER_NAME: "Acme",
  GIT_COMMITTER_EMAIL: "acme@example.test",
};

/** Makes a repository with one commit on the default branch. It is served by who has a server: {@link GitServer}. */
export function gitServer({
  token,
  repository = "acme/widget",
  branch = "main",
  format = "sha1",
}: {
  /** The password of every login. */
  readonly token: string;
  readonly repository?: string;
  /** The default branch, which has one commit. Empty: there is none. */
  readonly branch?: string;
  readonly format?: "sha1" | "sha256";
}): GitServer {
  const folder = mkdtempSync(join(tmpdir(), "git-server-"));
  const run = (args: readonly string[], more: { env?: NodeJS.ProcessEnv; input?: string | Buffer } = {}) =>
    execFileSync("git", args, {
      cwd: folder,
      env: { ...ENVIRONMENT, ...more.env },
      ...(more.input !== undefined && { input: more.input }),
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 1 << 28,
    }).trim();
  run([
    "init",
    "--quiet",
    "--bare",
    "--template=",
    `--object-format=${format}`,
    `--initial-branch=${branch || "main"}`,
  ]);
  run(["config", "http.receivepack", "true"]);
  const requests: string[] = [];
  const logins: (string | undefined)[] = [];

  const head = (name: string) => {
    const [line = ""] = run(["for-each-ref", "--format=%(objectname)", `refs/heads/${name}`]).split("\n");
    return line === "" ? undefined : line;
  };
  const server: GitServer = {
    folder,
    requests,
    logins,
    takes: (path) => isForGit(path) && path.includes(`/${repository}`),
    handle(request, response) {
      const { url = "", method = "", headers } = request;
      const [, encoded = ""] = /^Basic (.*)$/i.exec(headers.authorization ?? "") ?? [];
      const login = encoded === "" ? undefined : Buffer.from(encoded, "base64").toString();
      logins.push(login);
      if (login?.split(":").slice(1).join(":") !== token)
        return answer(response, 401, "Bad credentials", { "www-authenticate": 'Basic realm="Git"' });
      const { searchParams, pathname } = new URL(url, "http://git.test");
      const [, service = ""] = SERVICES.exec(pathname) ?? [];
      requests.push(`${method} ${searchParams.get("service") ?? service}`);
      serve(request, response, { folder, service, query: searchParams.toString() });
    },
    git: (...args) => run(args),
    head,
    commit(name, files, parents = [head(name)].filter((each) => each !== undefined)) {
      const env = { GIT_INDEX_FILE: join(folder, `index-${requests.length}-${Date.now()}-${Math.random()}`) };
      for (const [path, file] of Object.entries(files)) {
        const isLink = typeof file === "object" && "symlink" in file;
        const input = isLink ? file.symlink : (file as string | Buffer);
        const blob = run(["hash-object", "-w", "--stdin"], { input });
        run(["update-index", "--add", "--cacheinfo", `${isLink ? "120000" : "100644"},${blob},${path}`], { env });
      }
      const tree = Object.keys(files).length === 0 ? run(["mktree"], { input: "" }) : run(["write-tree"], { env });
      const above = parents.flatMap((each) => ["-p", each]);
      const commit = run(["commit-tree", ...above, "-m", "A commit of the test", tree]);
      run(["update-ref", `refs/heads/${name}`, commit]);
      return commit;
    },
    files(revision) {
      const names = run(["ls-tree", "-r", "-z", "--name-only", revision]).split("\0").filter(Boolean);
      return Object.fromEntries(
        names.map((name) => [
          name,
          execFileSync("git", ["cat-file", "blob", `${revision}:${name}`], {
            cwd: folder,
            env: ENVIRONMENT,
          }).toString(),
        ]),
      );
    },
    hook(name, script) {
      const path = join(folder, "hooks", name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  if (branch !== "") server.commit(branch, { "README.md": "ours" });
  return server;
}

/** True if a request's path is one of Git's. */
export const isForGit = (path: string): boolean => SERVICES.test(path);

const SERVICES = /\/(info\/refs|git-upload-pack|git-receive-pack)(?:\?|$)/;

/** Starts Git's program as a CGI (RFC 3875). */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, service, query }: { readonly folder: string; readonly service: string; readonly query: string },
): void {
  const { method = "", headers } = request;
  const child = spawn("git", ["http-backend"], {
    env: {
      ...ENVIRONMENT,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: `/${service}`,
      REQUEST_METHOD: method,
      QUERY_STRING: query,
      CONTENT_TYPE: headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: headers["content-encoding"]?.toString() ?? "",
      GIT_PROTOCOL: headers["git-protocol"]?.toString() ?? "",
      REMOTE_USER: "octocat",
      REMOTE_ADDR: "127.0.0.1",
      ...(headers["content-length"] !== undefined && { CONTENT_LENGTH: headers["content-length"] }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => {});
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf("\r\n\r\n");
    const lines = all.subarray(0, Math.max(end, 0)).toString().split("\r\n");
    const given = Object.fromEntries(lines.map((line) => line.toLowerCase().split(": ", 2)));
    const { status = end < 0 ? "500" : "200", ...rest } = given as Record<string, string>;
    answer(response, Number.parseInt(status, 10), all.subarray(end < 0 ? all.length : end + 4), rest);
  });
}
