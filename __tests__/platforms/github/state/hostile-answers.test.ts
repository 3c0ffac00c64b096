import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GateError } from "../../../../src/system/errors.ts";
import { answer, type Listening, listen } from "../../../support/http.ts";
import { tar } from "../../../support/tar.ts";
import { putting, storeAt } from "./bed.ts";

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly location?: string;
}

/** What the API answers, one after the other; the last one for all that follow. */
let answers: readonly Answer[] = [];
/** `Authorization` of each request at another host. */
const elsewhere: (string | undefined)[] = [];
let api: Listening;
let other: Listening;
let asked = 0;

beforeAll(async () => {
  api = await listen((_, response) => {
    const { status, body, location } = answers[Math.min(asked++, answers.length - 1)] ?? { status: 404, body: "" };
    const headers = { "content-type": "application/json", ...(location !== undefined && { location }) };
    answer(response, status, body, headers);
  });
  other = await listen((request, response) => {
    elsewhere.push(request.headers.authorization);
    answer(response, 200, gzipSync(tar([{ path: "r/index.json", data: "{}" }])), {});
  });
});
afterAll(() => Promise.all([api.close(), other.close()]));

const SHA = "c".repeat(40);
const good = {
  repository: { status: 200, body: JSON.stringify({ default_branch: "main" }) },
  ref: {
    status: 200,
    body: JSON.stringify({ ref: "refs/heads/image-gate-state", object: { sha: SHA, type: "commit" } }),
  },
  made: { status: 201, body: JSON.stringify({ sha: SHA, tree: { sha: SHA }, parents: [] }) },
} as const;

/** Anything that GitHub never answers, or one of its answers in the wrong place. */
function anyAnswer(): fc.Arbitrary<Answer> {
  const status = fc.constantFrom(200, 201, 204, 302, 307, 400, 401, 403, 404, 409, 410, 413, 418, 422);
  const sha = fc.constantFrom<unknown>(
    SHA,
    "",
    "../../x",
    "refs/heads/main",
    7,
    null,
    "c".repeat(39),
    `${SHA}\n::error::x`,
  );
  const object = fc
    .record({ sha, ref: fc.constantFrom("refs/heads/image-gate-state", "refs/heads/main", "x"), default_branch: sha })
    .map((fields) => JSON.stringify({ ...fields, object: { sha: fields.sha }, tree: { sha: fields.sha } }));
  const body = fc.oneof(
    object,
    fc.json(),
    fc.constantFrom("", "<html>", "{", "null", "[]"),
    fc.constantFrom(good.repository.body, good.ref.body, good.made.body),
    fc.constant(gzipSync("{}")),
  );
  const location = fc.constantFrom(
    "OTHER",
    "/",
    "https://",
    "http://127.0.0.1:1/",
    "file:///etc/passwd",
    "javascript:1",
  );
  return fc
    .record({ status, body, location: fc.option(location, { nil: undefined }) })
    .map(({ location: to, ...rest }) => ({ ...rest, ...(to !== undefined && { location: to }) }));
}

const atOther = (one: Answer): Answer =>
  one.location === "OTHER" ? { ...one, location: `http://127.0.0.1:${other.port}/x` } : one;

test("whatever the API answers, reading and writing end with a state or with an error of ours, and no other host gets the token", async () => {
  const lists = fc.array(anyAnswer(), { minLength: 1, maxLength: 6 });
  const beginnings = fc.constantFrom<readonly Answer[]>([], [good.repository], [good.repository, good.ref]);
  await fc.assert(
    fc.asyncProperty(beginnings, lists, async (beginning, list) => {
      answers = [...beginning, ...list].map(atOther);
      asked = 0;
      const github = { url: `http://127.0.0.1:${api.port}` };
      const read = await storeAt(github)
        .read()
        .catch((thrown: unknown) => thrown);
      if (read instanceof Error) expect(read).toBeInstanceOf(GateError);
      else expect(read).toHaveProperty("files");
      asked = 0;
      const written = await storeAt(github)
        .write(putting({ "index.json": "{}", "sboms/a.cdx.json.gz": gzipSync("1") }))
        .catch((thrown: unknown) => thrown);
      if (written instanceof Error) expect(written).toBeInstanceOf(GateError);
      else expect(JSON.stringify(written)).toMatch(/^\{"moved":true\}$|"at":"image-gate-state@[0-9a-f]{40}"/);
    }),
    { numRuns: 60 },
  );
  expect(elsewhere.filter((each) => each !== undefined)).toEqual([]);
});

test("an API that redirects to another host is an error, and that host is not asked", async () => {
  answers = [atOther({ status: 307, body: "", location: "OTHER" })];
  elsewhere.length = 0;
  const github = { url: `http://127.0.0.1:${api.port}` };
  await expect(storeAt(github).read()).rejects.toThrow("[github-redirected-elsewhere]");
  await expect(storeAt(github).write(putting({ "index.json": "{}" }))).rejects.toThrow("[github-redirected-elsewhere]");
  expect(elsewhere).toEqual([]);
});

test("a branch whose commit is not a commit is an error: its name would be part of addresses and outputs", async () => {
  const sha = `${SHA}\n::error::x`;
  const ref = JSON.stringify({ ref: "refs/heads/image-gate-state", object: { sha, type: "commit" } });
  answers = [good.repository, { status: 200, body: ref }];
  asked = 0;
  await expect(storeAt({ url: `http://127.0.0.1:${api.port}` }).read()).rejects.toThrow("[github-answer-unreadable]");
});
