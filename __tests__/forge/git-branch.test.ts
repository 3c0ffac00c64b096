import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { StateChange, StateSnapshot, StateStore } from "../../src/forge/forge.ts";
import { type BranchOfState, stateBranch } from "../../src/forge/git-branch.ts";
import { loadState } from "../../src/state/load.ts";
import { saveState } from "../../src/state/save.ts";
import { type Shown, seenOf } from "../domain/history/runs.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { memoryStore } from "../state/memory-store.ts";
import { type GitServer, gitServer } from "../support/github/git-server.ts";
import { answer, type Fault, faultPlan, type Listening, listen } from "../support/network/http.ts";
import { createAuthority } from "../support/network/tls.ts";
import { startTlsFront } from "../support/network/tls-front.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// The state on a branch, with the real Git against Git's own server program behind a login.

const TOKEN = "ghs_testbedTokenOfTheJob";
const BRANCH = "image-gate-state";
const INDEX = '{"version":1}\n';
const IMAGE = `images/${"a".repeat(64)}.json`;
const SBOM = `sboms/sha256-${"b".repeat(64)}.cdx.json.gz`;
const EMPTY: StateSnapshot = { files: new Map() };

const folder = temporaryFolder("git-branch");
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => folder.remove());

interface Bed {
  readonly server: GitServer;
  readonly url: string;
  /** The path and query of each request. */
  readonly paths: string[];
  fault(match: RegExp, fault: Fault): void;
  /** Carries out the request, and cuts the connection instead of answering. */
  loseAnswer(match: RegExp): void;
}

async function bed(options: Partial<Parameters<typeof gitServer>[0]> = {}): Promise<Bed> {
  const server = gitServer({ token: TOKEN, ...options });
  const [faults, losses] = [faultPlan<Fault>(), faultPlan<Fault>()];
  const paths: string[] = [];
  const host: Listening = await listen((request, response) => {
    const { method = "", url = "" } = request;
    paths.push(url);
    const fault = faults.take(`${method} ${url}`);
    if (fault?.hang) return;
    if (fault) return answer(response, fault.status ?? 500, "", fault.headers);
    if (!server.takes(url)) return answer(response, 404, "");
    if (losses.take(`${method} ${url}`)) response.writeHead = () => request.socket.destroy() as never;
    return server.handle(request, response);
  });
  closing.push(host.close, server.remove);
  return {
    server,
    url: `http://127.0.0.1:${host.port}`,
    paths,
    fault: (match, fault) => faults.add(match, fault),
    loseAnswer: (match) => losses.add(match, { times: 1 }),
  };
}

interface Run {
  readonly name?: string;
  readonly path?: string;
  readonly token?: string;
  readonly why?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Parameters<typeof stateBranch>[2];
  readonly authorityFile?: string;
  readonly signal?: AbortSignal;
}

let runs = 0;
function storeAt(
  { url }: Pick<Bed, "url">,
  { name = BRANCH, path = "acme/widget", token = TOKEN, why, env, limits, authorityFile, signal }: Run = {},
) {
  const world = testWorld(join(folder.path, `run-${++runs}`), {
    env: { PATH: process.env.PATH, ...env },
    ...(signal && { signal }),
  });
  const branch: BranchOfState = {
    name,
    oneAtATime: "let one run at a time",
    address: `${url}/${path}`,
    user: "x-access-token",
    token,
    authorityFile,
    needs: "Give the token the right.",
    readOnlyBecause: () => why,
  };
  return { ...stateBranch(branch, world, limits), world };
}

function putting(files: Readonly<Record<string, string | Buffer>>, more: Partial<StateChange> = {}): StateChange {
  const put = new Map(Object.entries(files).map(([path, file]) => [path, Buffer.from(file as string)]));
  return { base: EMPTY, put, remove: [], message: "Scanned 1 image", ...more };
}

const textsOf = ({ files }: StateSnapshot): Record<string, string> =>
  Object.fromEntries([...files].map(([path, file]) => [path, file.toString()]));

/** The thrown error, as text. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    (value) => `nothing, but ${JSON.stringify(value)}`,
    (thrown: unknown) => (thrown as Error).message,
  );
}

/** A server with a state of one commit. */
async function withState(files: Readonly<Record<string, string | Buffer>> = { "index.json": INDEX }): Promise<Bed> {
  const at = await bed();
  await storeAt(at).write(putting(files));
  return at;
}

/** The same, and a store that has read it. */
async function opened(...files: Parameters<typeof withState>) {
  const at = await withState(...files);
  const store = storeAt(at);
  return { at, store, base: await store.read() };
}

describe("a state that does not exist yet", () => {
  test("is empty, if the repository can be read", async () => {
    expect(await storeAt(await bed()).read()).toEqual({ files: new Map() });
  });

  // Proves: cannot-read-not-no
  test.each([
    ["the server does not know the token", { token: "another" }, "[state-forbidden]"],
    ["there is no token, and the repository is not public", { token: "" }, "[state-forbidden]"],
    ["the server hides the repository", { path: "acme/other" }, "[state-forbidden]"],
  ])("is an error, if %s", async (_, run, code) => {
    const at = await bed();
    const message = await failureOf(storeAt(at, run).read());
    for (const part of [code, "Give the token the right.", "`state-dir`"]) expect(message).toContain(part);
    expect(message).not.toContain(TOKEN);
  });

  // Proves: cannot-read-not-no
  test("is an error, if the repository has no commit at all", async () => {
    const message = await failureOf(storeAt(await bed({ branch: "" })).read());
    expect(message).toMatch(/\[state-unreadable\].*names no default branch/);
  });

  test.each(["sha1", "sha256"] as const)("begins with a commit that has no parent (%s)", async (format) => {
    const at = await bed({ format });
    const written = await storeAt(at).write(putting({ "index.json": INDEX, [IMAGE]: "{}" }));
    const revision = at.server.head(BRANCH);
    expect(written).toEqual({ revision, at: `${BRANCH}@${revision}` });
    expect(at.server.git("rev-list", "--parents", BRANCH)).toBe(revision);
    expect(at.server.files(BRANCH)).toEqual({ [IMAGE]: "{}", "index.json": INDEX });
    // Neither GitHub nor GitLab starts any job for it.
    expect(at.server.git("log", "-1", "--format=%B", BRANCH)).toBe("Scanned 1 image\n\n[skip ci]");
    expect(textsOf(await storeAt(at).read())).toEqual({ "index.json": INDEX, [IMAGE]: "{}" });
  });
});

describe("a state that was written", () => {
  test("is read back byte by byte: text, umlauts, packed SBOMs, an empty file", async () => {
    const files = { "index.json": INDEX, [IMAGE]: '{"title":"Überlauf 漏洞 \u2028"}', "images/b.json": "" };
    const sbom = gzipSync('{"bomFormat":"CycloneDX"}');
    const at = await withState({ ...files, [SBOM]: sbom });
    const { files: found, revision } = await storeAt(at).read();
    const all = Object.entries(files).map(([path, text]): [string, Buffer] => [path, Buffer.from(text)]);
    expect(new Map([...found].toSorted())).toEqual(new Map<string, Buffer>([...all, [SBOM, sbom] as const].toSorted()));
    expect(revision).toBe(at.server.head(BRANCH));
  });

  test("is changed by one commit upon the one that was read; what is not named stays, what is removed is gone", async () => {
    const { at, store, base } = await opened({ "index.json": INDEX, [IMAGE]: "{}", [SBOM]: gzipSync("1") });
    const remove = [SBOM, "sboms/not-there.cdx.json.gz"];
    await store.write(putting({ "index.json": "2" }, { base, remove }));
    expect(at.server.git("rev-list", BRANCH).split("\n")).toEqual([at.server.head(BRANCH), base.revision]);
    expect(textsOf(await store.read())).toEqual({ "index.json": "2", [IMAGE]: "{}" });
  });

  test("by an earlier release, through the API, goes on", async () => {
    const at = await bed();
    const revision = at.server.commit(BRANCH, { "index.json": INDEX, [IMAGE]: "{}" });
    const store = storeAt(at);
    const base = await store.read();
    expect(textsOf(base)).toEqual({ "index.json": INDEX, [IMAGE]: "{}" });
    await store.write(putting({ "index.json": "2" }, { base }));
    expect(at.server.git("rev-parse", `${BRANCH}~`)).toBe(revision);
  });

  test("of 1,000 images takes few requests to read and to write", async () => {
    const images = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`images/${String(at).padStart(64, "0")}.json`, `{"n":${at}}`]),
    );
    const at = await withState({ "index.json": INDEX, ...images });
    const store = storeAt(at);
    at.server.requests.length = 0;
    const base = await store.read();
    expect(base.files.size).toBe(1001);
    await store.write(putting({ ...images, "index.json": "2" }, { base }));
    expect(at.server.requests.length).toBeLessThanOrEqual(14);
  });

  test("may be below a path, as on self-managed servers", async () => {
    const at = await withState();
    expect(textsOf(await storeAt(at, { path: "git/acme/widget.git" }).read())).toEqual({ "index.json": INDEX });
    expect(at.paths).toContain("/git/acme/widget.git/git-upload-pack");
  });
});

describe("what another account put on the branch", () => {
  // Proves: branch-s-archive-data, s-branch-overwritten
  test("is not read alongside an index, and stays: links, programs, other folders, attributes", async () => {
    const at = await bed();
    at.server.commit(BRANCH, {
      "index.json": INDEX,
      "README.md": "ours",
      ".gitattributes": "* export-ignore\n*.json text eol=crlf filter=evil",
      ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% /tmp/pwned',
      "images/link.json": { symlink: "../../etc/passwd" },
      "images/sub/deep.json": "{}",
      "sboms/plain.json": "{}",
    });
    const store = storeAt(at);
    const base = await store.read();
    expect(textsOf(base)).toEqual({ "index.json": INDEX });
    await store.write(putting({ [IMAGE]: "{}" }, { base }));
    expect(at.server.files(BRANCH)).toMatchObject({ "README.md": "ours", [IMAGE]: "{}" });
  });

  // Proves: branch-s-archive-data
  test("is never checked out: nothing of it is on disk but Git's pack", async () => {
    const at = await bed();
    at.server.commit(BRANCH, { "index.json": INDEX, "evil.sh": "x" });
    const store = storeAt(at);
    await store.read();
    const names = readdirSync(store.world.runFolder, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => /evil|index\.json$/.test(name))).toEqual([]);
  });

  test("a folder in place of the index, and a file in place of a folder, are not taken for it", async () => {
    const at = await bed();
    at.server.commit(BRANCH, { "index.json/x": "1", images: "2" });
    expect(await storeAt(at).read()).toEqual({ revision: at.server.head(BRANCH), files: new Map() });
  });

  // Proves: s-branch-overwritten
  test.each([
    [
      "other files and no index",
      { "src/main.ts": "", "README.md": "" },
      'it has no index.json, but "README.md", "src"',
    ],
    ["files that archives leave out", { "a.ts": "", ".gitattributes": "* export-ignore" }, "it has no index.json"],
  ])("is refused if it has %s", async (_, files, why) => {
    const at = await bed();
    at.server.commit(BRANCH, files);
    expect(await failureOf(storeAt(at).read())).toContain(
      `[state-foreign] The branch "image-gate-state" is not one of Image Gate's: ${why}`,
    );
  });

  // Proves: s-branch-overwritten
  test("is refused if it is the default branch, whatever the event says", async () => {
    const at = await bed();
    const before = at.server.head("main");
    const store = storeAt(at, { name: "main" });
    expect(await failureOf(store.read())).toContain("[state-foreign]");
    expect(await failureOf(store.write(putting({ "index.json": INDEX })))).toContain("[state-foreign]");
    expect(at.server.head("main")).toBe(before);
  });

  test("a branch without any file is taken", async () => {
    const at = await bed();
    const revision = at.server.commit(BRANCH, {});
    expect(await storeAt(at).read()).toEqual({ revision, files: new Map() });
  });

  // Proves: branch-s-archive-data
  test.each([
    ["bytes on the wire", { packed: 50_000 }, "it has more than 50000 bytes"],
    ["bytes of its files", { unpacked: 500_000 }, "its files have more than 500000 bytes"],
    ["files", { files: 3 }, "it has more than 3 files"],
  ])("is refused if it has more %s than are read", async (_, limit, why) => {
    const at = await bed();
    const noise = randomBytes(100_000);
    const zeros = Buffer.alloc(500_000);
    at.server.commit(BRANCH, { "index.json": INDEX, "images/a.json": noise, "images/b.json": zeros, [IMAGE]: "" });
    const limits = { packed: 1 << 20, unpacked: 1 << 20, files: 4 };
    expect((await storeAt(at, { limits }).read()).files.size).toBe(4);
    expect(await failureOf(storeAt(at, { limits: { ...limits, ...limit } }).read())).toContain(
      `[state-unreadable] The state on the branch "image-gate-state" cannot be read: ${why}`,
    );
  });
});

test("a path that does not belong to a state is never written", async () => {
  const at = await bed();
  for (const path of [".github/workflows/a.yml", "images/../a.json", "sboms/a.json", "/index.json", "images/a\n.json"])
    expect(await failureOf(storeAt(at).write(putting({ "index.json": INDEX, [path]: "x" })))).toContain(
      "is not a file of the state",
    );
  expect(at.server.head(BRANCH)).toBeUndefined();
});

// Proves: stranger-does-not-write
test("a run that must not write pushes nothing", async () => {
  const at = await bed();
  const store = storeAt(at, { why: "it is a stranger's" });
  expect(await failureOf(store.write(putting({ "index.json": INDEX })))).toContain("must not write the state");
  expect(at.server.requests).toEqual([]);
});

describe("two runs at once", () => {
  test("the second one learns that the branch moved, and nothing of it is there", async () => {
    const at = await withState();
    const [first, second] = [storeAt(at), storeAt(at)];
    const [base, same] = [await first.read(), await second.read()];
    const written = await first.write(putting({ "images/one.json": "1" }, { base }));
    expect(await second.write(putting({ "images/two.json": "2" }, { base: same }))).toEqual({ moved: true });
    expect(textsOf(await first.read())).toEqual({ "index.json": INDEX, "images/one.json": "1" });
    expect(written).toMatchObject({ revision: at.server.head(BRANCH) });
  });

  test("that both begin a state: the second one learns so", async () => {
    const at = await bed();
    await storeAt(at).write(putting({ "index.json": "first" }));
    expect(await storeAt(at).write(putting({ "index.json": "second" }))).toEqual({ moved: true });
    expect(textsOf(await storeAt(at).read())).toEqual({ "index.json": "first" });
  });

  // Proves: no-run-undoes-another
  test.each([
    ["is moved on", (server: GitServer) => server.commit(BRANCH, { "index.json": "theirs" })],
    ["is set back", (server: GitServer) => server.git("update-ref", `refs/heads/${BRANCH}`, `${BRANCH}~`)],
    ["is replaced", (server: GitServer) => server.commit(BRANCH, { "index.json": "theirs" }, [])],
    ["is removed", (server: GitServer) => server.git("update-ref", "-d", `refs/heads/${BRANCH}`)],
  ])("a branch that %s between the last look and the push has moved, and is left alone", async (_, move) => {
    const at = await withState();
    const store = storeAt(at);
    await store.write(putting({ [IMAGE]: "1" }, { base: await store.read() }));
    const base = await store.read();
    // The server's own hook runs while the push is under way, before it takes its lock.
    at.server.hook("pre-receive", "unset GIT_QUARANTINE_PATH; sh ./meanwhile");
    const before = at.server.head(BRANCH);
    move(at.server);
    const after = at.server.head(BRANCH);
    at.server.git("update-ref", `refs/heads/${BRANCH}`, before ?? "");
    const change = after === undefined ? `-d refs/heads/${BRANCH}` : `refs/heads/${BRANCH} ${after}`;
    writeFileSync(join(at.server.folder, "meanwhile"), `git update-ref ${change}\n`);
    expect(await store.write(putting({ "images/b.json": "{}" }, { base }))).toEqual({ moved: true });
    expect(at.server.head(BRANCH)).toBe(after);
  });

  test("a branch that is begun between the last look and the push has moved", async () => {
    const at = await bed();
    const theirs = at.server.commit("theirs", { "index.json": "theirs" }, []);
    at.server.hook("pre-receive", `unset GIT_QUARANTINE_PATH; git update-ref refs/heads/${BRANCH} ${theirs}`);
    expect(await storeAt(at).write(putting({ "index.json": "ours" }))).toEqual({ moved: true });
    expect(at.server.head(BRANCH)).toBe(theirs);
  });

  // Proves: no-run-undoes-another
  test("lose nothing if each reads and writes again when it learns so", async () => {
    const at = await withState();
    async function add(path: string): Promise<void> {
      const store = storeAt(at);
      for (let moved = true; moved; ) {
        const base = await store.read();
        moved = "moved" in (await store.write(putting({ [path]: path }, { base })));
      }
    }
    const paths = Array.from({ length: 4 }, (_, n) => `images/${n}.json`);
    await Promise.all(paths.map(add));
    expect(Object.keys(textsOf(await storeAt(at).read())).sort()).toEqual([...paths, "index.json"]);
  });
});

describe("an answer that is lost on its way", () => {
  test("to the push: the run knows that it has written", async () => {
    const { at, store, base } = await opened();
    at.loseAnswer(/^POST .*git-receive-pack/);
    const written = await store.write(putting({ "index.json": "new" }, { base }));
    expect(written).toHaveProperty("revision", at.server.head(BRANCH));
    expect(textsOf(await store.read())).toEqual({ "index.json": "new" });
  });

  test("to a question is asked for again", async () => {
    const at = await withState();
    at.fault(/git-upload-pack/, { status: 502, times: 1 });
    expect(textsOf(await storeAt(at).read())).toEqual({ "index.json": INDEX });
  });

  // Proves: no-run-undoes-another
  test("each time, and a branch that did not move, are an error and no success", async () => {
    const { at, store, base } = await opened();
    at.fault(/^POST .*git-receive-pack/, { status: 502 });
    expect(await failureOf(store.write(putting({ [IMAGE]: "{}" }, { base })))).toContain("[state-unreachable]");
    expect(at.server.head(BRANCH)).toBe(base.revision);
  });
});

describe("a server that refuses", () => {
  test.each([
    ["to move the branch", true],
    ["to create it", false],
  ])("%s by a hook or a rule: `state-protected`, with its words made harmless", async (_, exists) => {
    const at = exists ? await withState() : await bed();
    const store = storeAt(at);
    const base = await store.read();
    at.server.hook(
      "pre-receive",
      "printf 'GitLab: You are not allowed to push\\n\\033[31m::error::red\\n' >&2; exit 1",
    );
    const message = await failureOf(store.write(putting({ "index.json": "2" }, { base })));
    expect(message).toContain("[state-protected]");
    expect(message).toMatch(
      /hook declined: GitLab: You are not allowed to push.*Leave the branch out of the rulesets, prot/,
    );
    expect(message).not.toMatch(/[\n\u001b]/);
    expect(at.server.head(BRANCH)).toBe(base.revision);
  });

  // Earlier versions reported every 409 or 422 of the API as a rule.
  test("because of a lock that another push has: it has moved, and is read again", async () => {
    const { at, store, base } = await opened();
    writeFileSync(join(at.server.folder, `refs/heads/${BRANCH}.lock`), "");
    expect(await store.write(putting({ "index.json": "2" }, { base }))).toEqual({ moved: true });
  });

  // Earlier versions tried it five times, and then blamed other runs.
  test.each([
    ["a folder of its name", "image-gate-state/a"],
    ["in the place of its folder", "image-gate"],
  ])("because of another branch, %s: the name is wrong, and did not move", async (_, other) => {
    const at = await bed();
    at.server.commit(other, { "a.txt": "1" }, []);
    const store = storeAt(at, { name: other === "image-gate" ? "image-gate/state" : BRANCH });
    const message = await failureOf(store.write(putting({ "index.json": INDEX })));
    expect(message).toMatch(/\[state-foreign\].*a branch of another name is in its way/);
  });

  test.each([403, 404, 401])("every push with %d: the missing right is named, nothing is written", async (status) => {
    const { at, store, base } = await opened();
    at.fault(/git-receive-pack/, { status });
    expect(await failureOf(store.write(putting({ [IMAGE]: "{}" }, { base })))).toMatch(
      /\[state-forbidden\].*Give the token the right\./,
    );
  });

  test("to be where it is: no other host gets the token", async () => {
    const at = await withState();
    const seen: (string | undefined)[] = [];
    const other = await listen((request, response) => {
      seen.push(request.headers.authorization);
      answer(response, 404, "");
    });
    closing.push(other.close);
    const location = `http://127.0.0.1:${other.port}/acme/widget/info/refs?service=git-upload-pack`;
    at.fault(/info\/refs/, { status: 302, headers: { location } });
    expect(await failureOf(storeAt(at).read())).toContain("[state-unreachable]");
    expect(seen).toEqual([]);
  });
});

test("a server of an authority that only the job knows is trusted by that file, and not without it", async () => {
  const at = await bed();
  const authority = await createAuthority(folder.path);
  const front = await startTlsFront(at.url, await authority.issue(["127.0.0.1"]));
  closing.push(front.close);
  expect(
    await storeAt(front, { authorityFile: authority.file }).write(putting({ "index.json": INDEX })),
  ).toHaveProperty("revision", at.server.head(BRANCH));
  expect(await failureOf(storeAt(front).read())).toContain("certificate");
});

describe("Git on the machine", () => {
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const gits = join(folder.path, "gits");
  const fakeGit = (name: string, script: string): string => {
    mkdirSync(join(gits, name), { recursive: true });
    writeProgram(join(gits, name, "git"), script);
    return join(gits, name);
  };
  /** The real Git, except for one command. */
  const gitBut = (command: string, script: string) => {
    const path = fakeGit(`but-${++runs}`, `[ "$1" = ${command} ] || exec '${real}' "$@"\n${script}`);
    return { env: { PATH: `${path}:${process.env.PATH}` } };
  };

  test.each([
    ["is missing", () => join(gits, "none"), "There is no Git on this machine"],
    ["is too old", () => fakeGit("old", "echo git version 2.25.1"), "Git 2.25 is older than 2.31"],
  ])("%s: the error names `state-dir`", async (_, path, what) => {
    const message = await failureOf(storeAt(await bed(), { env: { PATH: path() } }).read());
    expect(message).toContain(`[state-git-missing] ${what}`);
    expect(message).toContain("`state-dir`");
  });

  test("ends with the run: it is not said to be missing then", async () => {
    const at = await bed();
    const store = storeAt(at, { signal: AbortSignal.abort("SIGTERM") });
    expect(await failureOf(store.read())).toContain("could not be read: the run was cancelled");
  });

  // Proves: cannot-read-not-no
  test("breaks off within the last file: what is missing of it is not taken for zeros", async () => {
    const at = await withState({ "index.json": INDEX, [IMAGE]: "0123456789" });
    const short = gitBut("cat-file", `'${real}' "$@" | head -c -5`);
    expect(await failureOf(storeAt(at, short).read())).toContain("Git did not answer with");
  });

  test.each(["cat-file", "fetch"])(
    "finds the disk full during `%s`, which is not called a trouble of the server",
    async (command) => {
      const at = await withState();
      const full = gitBut(command, "echo 'fatal: write error: No space left on device' >&2; exit 128");
      const message = await failureOf(storeAt(at, full).read());
      expect(message).toMatch(/\[state-git-failed\].*No space left on device/);
    },
  );

  // Proves: token-git-environment
  test("gets the token in the environment alone, and nothing else of the job's: no argument, no file, no address", async () => {
    const at = await withState();
    const said = join(folder.path, "said");
    const path = fakeGit("watched", `echo "$@" >> '${said}'; env | grep -v '^_=' >> '${said}'; exec '${real}' "$@"`);
    const tokens = { GITHUB_TOKEN: TOKEN, INPUT_TOKEN: TOKEN };
    const evil = { ...tokens, GIT_SSH_COMMAND: "evil", GIT_CONFIG_PARAMETERS: "'core.fsmonitor=evil'" };
    const store = storeAt(at, { env: { PATH: `${path}:${process.env.PATH}`, ...evil } });
    const base = await store.read();
    await store.write(putting({ "index.json": "2" }, { base }));
    const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");
    const lines = readFileSync(said, "utf8").split("\n");
    expect(new Set(lines.filter((line) => line.includes(encoded)))).toEqual(
      new Set([`GIT_CONFIG_VALUE_0=Authorization: Basic ${encoded}`]),
    );
    expect(lines.filter((line) => /evil/.test(line) || line.includes(TOKEN))).toEqual([]);
    const grep = `grep -rlF -e '${TOKEN}' -e '${encoded}' '${store.world.temp}' || true`;
    expect(execFileSync("sh", ["-c", grep], { encoding: "utf8" })).toBe("");
  });

  test("obeys no configuration of the user or the workspace, and starts no hook of theirs", async () => {
    const at = await withState();
    const home = join(folder.path, "home");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, ".gitconfig"), `[url "http://127.0.0.1:1/"]\n\tinsteadOf = ${at.url}/\n`);
    const env = { HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_GLOBAL: join(home, ".gitconfig") };
    expect(textsOf(await storeAt(at, { env }).read())).toEqual({ "index.json": INDEX });
  });
});

const NOW = ["2026-01-05T03:00:00.000Z", "2026-01-05T03:00:01.000Z", "2026-01-05T03:00:02.000Z"] as const;
const UPDATE = { sboms: new Map([[`sha256:${"a".repeat(64)}`, gzipSync("sbom a")]]) };

/** Two runs saw different things at nearly the same time. */
const SEEN: readonly Shown[][] = [
  [{ ids: ["CVE-1"] }, { name: "ghcr.io/acme/other", ids: ["CVE-3"] }],
  [{ ids: ["CVE-1", "CVE-2"] }, { name: "ghcr.io/acme/other", ids: [] }],
];

test("a run that loses the race is merged into what is there, and the history is as if one had followed the other", async () => {
  const [first = [], second = []] = SEEN;
  async function record(stores: readonly StateStore[]) {
    const [begin, one, two] = stores as [StateStore, StateStore, StateStore];
    const before = seenOf(NOW[0], [{ ids: ["CVE-0"] }]);
    await saveState(begin, await loadState(begin, NOW[0]), { ...UPDATE, seen: before });
    // The second run reads before the first has written.
    const loaded = await loadState(two, NOW[2]);
    const seenByOne = seenOf(NOW[1], first);
    const saved = [await saveState(one, await loadState(one, NOW[1]), { ...UPDATE, seen: seenByOne })];
    saved.push(await saveState(two, loaded, { ...UPDATE, seen: seenOf(NOW[2], second) }));
    expect(saved.map(({ at }) => at)).toEqual([expect.any(String), expect.any(String)]);
    return loadState(begin, NOW[2]);
  }
  const host = await bed();
  const { records, problem, notes } = await record([storeAt(host), storeAt(host), storeAt(host)]);
  expect({ problem, notes }).toEqual({ problem: undefined, notes: [] });
  const memory = memoryStore();
  expect(records).toEqual((await record([memory, memory, memory])).records);
  // Each run adds a commit to the previous one.
  expect(host.server.git("rev-list", "--count", "image-gate-state")).toBe("3");
});
