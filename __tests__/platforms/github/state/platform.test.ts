import { afterAll, expect, test } from "vitest";
import { readEvent } from "../../../../src/platforms/github/event.ts";
import { githubPlatform } from "../../../../src/platforms/github/platform.ts";
import type { Platform } from "../../../../src/platforms/platform.ts";
import { testWorld } from "../../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { answer, bodyOf, listen } from "../../../support/http.ts";
import { FAKE_TOKEN } from "../../../support/runner.ts";
import { fakes } from "../fakes.ts";
import { BRANCH, putting, textsOf } from "./bed.ts";

const startFake = fakes();
const folder = temporaryFolder("state-platform");
afterAll(() => folder.remove());

const ACCESS = { token: FAKE_TOKEN, offline: false };

/** The platform of a run with these variables. */
function platformOf(env: Readonly<Record<string, string>>, payload: object = {}) {
  return githubPlatform(
    { ...testWorld(folder.path), env },
    readEvent(env, () => JSON.stringify(payload)),
  );
}

/** The place of its state. */
function stateOf({ state }: Platform): NonNullable<Platform["state"]> {
  if (state === undefined) throw new Error("the platform keeps no state");
  return state;
}

const SCHEDULE = {
  GITHUB_EVENT_NAME: "schedule",
  GITHUB_REPOSITORY: "acme/widget",
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: "1".repeat(40),
};

test("a scheduled run on an Enterprise Server writes and reads below the API's own path", async () => {
  const github = await startFake();
  const asked: string[] = [];
  const server = await listen(async (request, response) => {
    const { url = "", method = "", headers } = request;
    asked.push(url);
    const body = await bodyOf(request);
    const { authorization = "", accept = "", "user-agent": agent = "" } = headers;
    const reply = await fetch(github.url + url.replace("/api/v3", ""), {
      method,
      headers: { authorization, accept, "user-agent": agent },
      redirect: "manual",
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const location = reply.headers.get("location");
    answer(response, reply.status, Buffer.from(await reply.arrayBuffer()), {
      "content-type": reply.headers.get("content-type") ?? "",
      ...(location !== null && { location }),
    });
  });
  try {
    const platform = platformOf({ ...SCHEDULE, GITHUB_API_URL: `http://127.0.0.1:${server.port}/api/v3` });
    const store = await stateOf(platform)(BRANCH, ACCESS);
    expect(await store.readOnlyBecause()).toBeUndefined();
    expect(await store.write(putting({ "index.json": "{}" }))).toHaveProperty("at");
    expect(textsOf(await store.read())).toEqual({ "index.json": "{}" });
    expect(asked.every((url) => url.startsWith("/api/v3/repos/acme/widget"))).toBe(true);
    expect(github.archiveAuthorizations).toEqual([undefined]);
  } finally {
    await server.close();
  }
});

test("a terminal has no branch: reading says what to do, and a name that no branch can have is refused at once", async () => {
  const platform = platformOf({});
  const store = await stateOf(platform)(BRANCH, { token: "", offline: false });
  expect(store.label).toBe('the branch "image-gate-state"');
  expect(await store.readOnlyBecause()).toBe("this run is outside of GitHub");
  await expect(store.read()).rejects.toThrow("[github-token-missing]");
  await expect((await stateOf(platform)(BRANCH, ACCESS)).read()).rejects.toThrow("[github-repository-unknown]");
  await expect(stateOf(platform)("a..b", ACCESS)).rejects.toThrow("[state-branch-invalid]");
});
