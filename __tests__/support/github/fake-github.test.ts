import { describe, expect, it } from "vitest";
import { FAKE_TOKEN } from "../runs/runner.ts";
import { type FakeGitHub, startFakeGitHub } from "./fake-github.ts";

function api(github: FakeGitHub, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${github.url}/repos/acme/widget${path}`, {
    method,
    headers: { authorization: `token ${FAKE_TOKEN}`, "user-agent": "bed", "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe("the contract", () => {
  it.each([
    ["a misspelt path", "POST", "/issue/7/comments", { body: "x" }, "no such operation"],
    ["no body", "POST", "/issues/7/comments", {}, "must have required property 'body'"],
    ["a number as body", "POST", "/issues/7/comments", { body: 3 }, "must be string"],
    ["a property that is not GitHub's", "POST", "/issues/7/comments", { body: "x", text: "y" }, "body/text"],
    ["a word as issue number", "GET", "/issues/seven/comments", undefined, "must be integer"],
    ["a word as page size", "GET", "/issues/7/comments?per_page=all", undefined, "must be integer"],
    ["an unknown query", "GET", "/issues/7/comments?perpage=1", undefined, "query perpage"],
    ["an unknown state", "GET", "/pulls?state=merged", undefined, "must be equal to one of"],
  ])("notices %s", async (_, method, path, body, problem) => {
    await using github = await startFakeGitHub();
    await api(github, method, path, body);
    expect(github.problems.join("\n")).toContain(problem);
  });

  it("notices an answer that is not GitHub's", async () => {
    await using github = await startFakeGitHub();
    github.state.comments.set(7, [{ id: 1 } as never]);
    await api(github, "GET", "/issues/7/comments");
    expect(github.problems.join("\n")).toContain("must have required property");
  });
});
