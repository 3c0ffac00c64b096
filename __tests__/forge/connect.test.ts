import { describe, expect, test } from "vitest";
import { capability, connector, decideSending } from "../../src/forge/connect.ts";
import type { Forge } from "../../src/forge/forge.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { terminalPlatform } from "../../src/job/terminal/platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { eventAt } from "./github/scripted-server.ts";

const world = testWorld("/tmp");
const github = githubPlatform(world, eventAt("http://127.0.0.1:1"));
const asked = (
  platform = github,
  access: ReturnType<Parameters<typeof connector>[1]> = { token: "t", offline: false },
) => connector(platform, () => access)();

describe("a run is connected to its server", () => {
  test("once, however often it is asked, and with no request", async () => {
    const connect = connector(github, () => ({ token: "t", offline: false }));
    expect(await connect()).toBe(await connect());
    expect(Object.keys(await connect())).toContain("comments");
  });

  test("unless it is offline, or has no token: why, and what gives it", async () => {
    const offline = {
      why: "`offline` forbids asking GitHub",
      level: "info",
      remedy: expect.stringContaining("offline"),
    };
    expect(await asked(github, { token: "t", offline: true })).toEqual(offline);
    expect(await asked(github, { offline: true })).toEqual(offline);
    expect(await asked(github, { offline: false })).toEqual({
      why: "the input `token` is empty",
      level: "warning",
      remedy: expect.stringContaining("github.token"),
    });
  });

  test("and at a terminal, or without an event, to none, which lacks everything", async () => {
    const terminal = terminalPlatform();
    expect(await asked(terminal)).toEqual({});
    const lacking = capability(await asked(terminal), (forge) => forge.alerts, terminal.words);
    expect(lacking).toEqual({ why: "this run is at a terminal", level: "warning" });
    expect(await asked(githubPlatform(world, eventAt("http://127.0.0.1:1", { trigger: "" })))).toEqual({});
  });

  test("of Forgejo and Gitea, which have neither alerts nor a graph", async () => {
    const forge = (await asked(githubPlatform(world, eventAt("http://127.0.0.1:1/api/v1")))) as Forge;
    expect([forge.alerts, forge.packages]).toEqual([undefined, undefined]);
    expect(forge.comments).toBeDefined();
  });
});

describe("data for a page of the repository", () => {
  const about = { sha: "a".repeat(40), ref: "refs/heads/main" };
  const signal = new AbortController().signal;
  const lacking = { why: "the input `token` is empty", level: "warning" } as const;

  test("is sent, and what it belongs to is the server's to say", () => {
    expect(decideSending({ about }, undefined, signal)).toEqual({ page: { about }, about });
  });

  test.each([
    ["a cancelled run", { about }, undefined, AbortSignal.abort(), { level: "info", why: "the run was cancelled" }],
    ["no such page", lacking, "no image was judged", signal, lacking],
    ["nothing to send", { about }, "no image was judged", signal, { level: "info", why: "no image was judged" }],
    ["a run that must not", { about: lacking }, undefined, signal, lacking],
  ] as const)("%s: not, and why", (_, page, nothing, ends, why) => {
    expect(decideSending(page, nothing, ends)).toEqual(why);
  });
});
