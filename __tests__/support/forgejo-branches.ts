import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Asked, Reply } from "./forgejo-call.ts";
import { tar } from "./tar.ts";

type Files = ReadonlyMap<string, string | Buffer>;

export interface FakeBranches {
  /** The files of each branch's newest commit, by the branch's name. */
  readonly commits: ReadonlyMap<string, { readonly sha: string; readonly files: Files; readonly message: string }>;
  reply(asked: Asked): Reply | undefined;
}

interface Operation {
  readonly operation: string;
  readonly path: string;
  readonly content?: string;
  readonly sha?: string;
}

const blobOf = (content: string | Buffer) =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest("hex");

const refused = (message: string): Reply => ({ status: 422, body: { message, url: "/api/swagger" } });

/** Does one operation. @returns why not, in Gitea's words */
function done({ operation, path, content = "", sha }: Operation, files: Map<string, string | Buffer>) {
  const known = files.get(path);
  if (operation === "create" && known !== undefined) return `repository file already exists [path: ${path}]`;
  if (operation !== "create" && (known === undefined || blobOf(known) !== sha))
    return `sha does not match [given: ${sha}, expected: ${known && blobOf(known)}]`;
  if (operation === "delete") files.delete(path);
  else files.set(path, Buffer.from(content, "base64"));
  return undefined;
}

/** Branches beside `main`, written by their contents: many files as one commit, as Gitea does it. */
export function fakeBranches({ main }: { readonly main: Files }): FakeBranches {
  const commits = new Map<string, { sha: string; files: Files; message: string }>();

  function write({ branch, new_branch: created, message, files: operations }: Asked["body"]): Reply {
    if (created !== undefined && commits.has(String(created)))
      return refused(`branch already exists [name: ${created}]`);
    const files = new Map(branch === "main" ? main : commits.get(String(branch))?.files);
    for (const operation of operations as readonly Operation[]) {
      const why = done(operation, files);
      if (why !== undefined) return refused(why);
    }
    const text = [...files].map(([path, content]) => `${path} ${blobOf(content)}`).join();
    const sha = createHash("sha1").update(`${message}${commits.size}${text}`).digest("hex");
    commits.set(String(created ?? branch), { sha, files, message: String(message) });
    return { status: 201, body: { files: [], commit: { sha } } };
  }

  /** Pages of two entries: Gitea cuts them by a limit of its own, and ends with null. */
  function tree(files: Files, page: number): Reply {
    const entries = [...files].map(([path, content]) => ({ path, type: "blob", sha: blobOf(content) }));
    const shown = entries.slice((page - 1) * 2, page * 2);
    const body = { tree: shown.length === 0 ? null : shown, truncated: page * 2 < entries.length, page };
    return { status: 200, body };
  }

  function reply({ at, query, body }: Asked): Reply | undefined {
    if (at === "POST /contents") return write(body);
    const [, name = ""] = /^GET \/branches\/(.+)$/.exec(at) ?? [];
    const commit = commits.get(name);
    if (commit) return { status: 200, body: { name, commit: { id: commit.sha } } };
    const [, sha = ""] = /^GET \/git\/trees\/(\w+)$/.exec(at) ?? [];
    const found = [...commits.values()].find((each) => at.includes(each.sha));
    if (sha !== "") return tree(found?.files ?? main, Number(query.get("page") ?? 1));
    if (!at.startsWith("GET /archive/") || found === undefined) return undefined;
    const entries = [...found.files].map(([path, content]) => ({ path: `widget/${path}`, data: content }));
    return { status: 200, body: gzipSync(tar(entries)), headers: { "content-type": "application/octet-stream" } };
  }
  return { commits, reply };
}
