import { describe, expect, test } from "vitest";
import type { RescannedImage } from "../../src/domain/rows/week.ts";
import { issueMarker } from "../../src/domain/tracking/marker.ts";
import { issueTracker } from "../../src/forge/github/issues.ts";
import type { RescanView } from "../../src/render/rescan/view.ts";
import { type IssueKeeping, keepIssues } from "../../src/steps/keep-issues.ts";
import { fakes } from "../forge/github/fakes.ts";
import { eventAt } from "../forge/github/scripted-server.ts";
import { exception, failed, finding, judged, target, use } from "../render/build.ts";
import { at, recorded, rescan, tracked } from "../render/rescan/issue-views.ts";
import { many } from "../render/samples.ts";
import { type FakeGitHub, gitHubFaults } from "../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../support/runs/runner.ts";

const BOT = "github-actions[bot]";
const SCOPE = "running images";
const startFake = fakes();

function keep(github: FakeGitHub, view: RescanView, over: Partial<IssueKeeping> = {}) {
  const tracker = issueTracker({ token: FAKE_TOKEN, event: eventAt(github.url), scope: SCOPE, paceMs: 0 });
  return keepIssues({ tracker, view, rules: [], most: 50, ...over });
}

const fails = (name: string, count = 1): RescannedImage => {
  const findings = Array.from({ length: count }, (_, index) => judged(finding({ id: `CVE-2024-${1000 + index}` })));
  return tracked([target(findings, { label: `${name}:1.0`, thresholds: { HIGH: 0 } })], { name });
};
const passes = (name: string) => tracked([target([], { label: `${name}:1.0` })], { name });
const gone = (name: string) => tracked([], { name });
const errs = (name: string) => tracked([failed({}, `${name}:1.0`)], { name });

const issues = (github: FakeGitHub) =>
  [...github.issues.issues.values()].map(({ number, title, state }) => `#${number} ${title} ${state}`);
const comments = (github: FakeGitHub, number = 101) => github.comments(number).map(({ body }) => body);
const UNREAD = { notWritten: "it is damaged", isError: true, isUnread: true };
const NONE = { opened: 0, reopened: 0, updated: 0, closed: 0, left: [], failed: [] };

describe("the life of an issue", () => {
  test("it is opened, left alone while nothing changes, updated, closed, and opened again", async () => {
    const github = await startFake();
    const first = await keep(github, rescan([fails("app"), passes("db")]));
    expect(first.shown).toEqual({ ...NONE, opened: 1 });
    expect([...first.urls]).toEqual([["app", "https://github.com/acme/widget/issues/101"]]);
    expect(issues(github)).toEqual(["#101 Image Gate: app open"]);

    github.requests.length = 0;
    const later = rescan([fails("app")], {
      gate: { today: "2026-12-01", runUrl: "https://github.com/acme/app/actions/runs/9" },
    });
    const unchanged = await keep(github, later);
    expect(unchanged.shown).toEqual(NONE);
    expect(unchanged.urls).toEqual(first.urls);
    expect(github.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);

    expect((await keep(github, rescan([fails("app", 2)]))).shown).toEqual({ ...NONE, updated: 1 });
    expect(github.issues.issues.get(101)?.body).toContain("CVE-2024-1001");
    expect(comments(github)).toEqual([]);

    const clean = await keep(github, rescan([passes("app")]));
    expect(clean.shown).toEqual({ ...NONE, closed: 1 });
    expect([...clean.urls]).toEqual([]);
    expect(issues(github)).toEqual(["#101 Image Gate: app closed"]);
    expect(comments(github)).toEqual([expect.stringContaining("passes the policy")]);
    expect((await keep(github, rescan([passes("app")]))).shown).toEqual(NONE);

    expect((await keep(github, rescan([fails("app")]))).shown).toEqual({ ...NONE, reopened: 1 });
    expect(issues(github)).toEqual(["#101 Image Gate: app open"]);
    expect(comments(github)[1]).toContain("needs attention again");
    expect(comments(github)[1]).not.toContain("nothing was mended");
  });

  test("a run that is older than what wrote it leaves it as it is, though no history says so", async () => {
    const github = await startFake();
    const from = (run: number, image: RescannedImage) =>
      rescan([image], { gate: { stamp: { run, number: 1, attempt: 1, event: "schedule" } } });
    expect((await keep(github, from(1001, fails("app")))).shown).toEqual({ ...NONE, opened: 1 });
    expect((await keep(github, from(1003, fails("app")))).shown).toEqual(NONE);
    expect((await keep(github, from(1005, passes("app")))).shown).toEqual({ ...NONE, closed: 1 });
    const late = await keep(github, from(1001, fails("app")));
    expect(late.shown).toEqual({ ...NONE, failed: ["A newer run has written #101, and has the last word."] });
    expect(issues(github)).toEqual(["#101 Image Gate: app closed"]);
    expect((await keep(github, from(1005, fails("app")))).shown).toEqual({ ...NONE, reopened: 1 });
  });

  test("closed by a person while nothing was mended, it is opened again, and says how to accept", async () => {
    const github = await startFake();
    const view = rescan([fails("app")]);
    await keep(github, view);
    Object.assign(github.issues.issues.get(101) ?? {}, { state: "closed", state_reason: "not_planned" });
    expect((await keep(github, view)).shown).toEqual({ ...NONE, reopened: 1 });
    expect(comments(github)).toEqual([expect.stringContaining("closed, but nothing has been fixed")]);
    expect(comments(github)[0]).toContain("write an exception");
  });

  test("with the image that is gone, it is closed and keeps its text; it is so even if an earlier run failed to close it", async () => {
    const github = await startFake();
    await keep(github, rescan([fails("app"), fails("db")]));
    const before = github.issues.issues.get(101)?.body;
    await keep(github, rescan([gone("app")]));
    expect(issues(github)).toEqual(["#101 Image Gate: app closed", "#102 Image Gate: db closed"]);
    expect(github.issues.issues.get(101)?.body).toBe(before?.replace("is=open", "is=closed"));
    expect(comments(github, 101)).toEqual([expect.stringContaining("does not run any more")]);
    expect(comments(github, 102)).toEqual([expect.stringContaining("does not run any more")]);
  });

  // Proves: issue-does-not-close
  test("an image that could not be judged leaves it as it is, and so does a source that could not be read", async () => {
    const github = await startFake();
    await keep(github, rescan([fails("app"), fails("db"), fails("web")]));
    const before = structuredClone([...github.issues.issues.values()]);
    const error = { code: "discovery-unreadable", what: "It could not be read", remedy: "Mend it." };
    const sources = [{ source: "docker", images: 0, notes: [], error }];
    const view = rescan([errs("app"), errs("new")], { sources });
    expect((await keep(github, view)).shown).toEqual(NONE);
    // The images that an unread source named earlier may still run there, although another source names the image.
    const elsewhere = passes("web");
    const known = [...elsewhere.change.after.running, { reference: "web:0.9", where: [at("host web-1", "docker")] }];
    const change = { ...elsewhere.change, after: { ...elsewhere.change.after, running: known } };
    expect((await keep(github, rescan([{ ...elsewhere, change }], { sources }))).shown).toEqual(NONE);
    // Without a history, the images that it named are unknown.
    const state = { notWritten: "it is damaged", isError: true, isUnread: true };
    expect((await keep(github, rescan([passes("web")], { sources, state }))).shown).toEqual(NONE);
    expect([...github.issues.issues.values()]).toEqual(before);
  });

  // Proves: issue-does-not-close
  test("a history that could not be read closes nothing of images that this run does not know", async () => {
    const github = await startFake();
    await keep(github, rescan([fails("app")]));
    const view = rescan([passes("db")], { state: UNREAD });
    expect((await keep(github, view)).shown).toEqual(NONE);
    expect(issues(github)).toEqual(["#101 Image Gate: app open"]);
  });

  // Proves: issue-does-not-close
  test("a history that could not be read leaves open issues as they are: only it knows what is overdue", async () => {
    const github = await startFake();
    const overdue = [{ finding: recorded(judged()), due: "2026-11-10" }];
    await keep(
      github,
      rescan([
        { ...passes("app"), overdue },
        { ...fails("db"), overdue },
      ]),
    );
    const before = structuredClone([...github.issues.issues.values()]);
    expect((await keep(github, rescan([passes("app"), fails("db", 2)], { state: UNREAD }))).shown).toEqual(NONE);
    expect([...github.issues.issues.values()]).toEqual(before);
    expect((await keep(github, rescan([fails("web")], { state: UNREAD }))).shown.opened).toBe(1);
    expect(github.issues.issues.get(103)?.body).not.toContain("has been there since");
  });

  test("a history that was read, but could not be written, does not stop them", async () => {
    const github = await startFake();
    await keep(github, rescan([fails("app"), fails("db")]));
    const state = { notWritten: "the branch is protected", isError: true };
    expect((await keep(github, rescan([passes("app"), fails("db", 2)], { state }))).shown).toEqual({
      ...NONE,
      updated: 1,
      closed: 1,
    });
  });

  test("what is overdue is in the title for as long as it is, also of an image that passes", async () => {
    const github = await startFake();
    const image = passes("app");
    const overdue = [{ finding: recorded(judged()), due: "2026-11-10" }];
    await keep(github, rescan([{ ...image, overdue }]));
    expect(issues(github)).toEqual(["#101 Image Gate: app (overdue) open"]);
    await keep(github, rescan([fails("app")]));
    expect(issues(github)).toEqual(["#101 Image Gate: app open"]);
  });

  test("an exception that ends soon opens one, though the image passes; once it is renewed, the issue is closed", async () => {
    const github = await startFake();
    const accepted = exception({ expires: "2026-11-29" });
    const image = tracked([target([judged(finding(), { outcome: "accepted", exceptions: [accepted] })])], {
      name: "app",
    });
    const view = rescan([image]);
    const with_ = (state: "ending" | "live") => ({
      ...view,
      gate: { ...view.gate, verdict: { ...view.gate.verdict, exceptions: [use({ exception: accepted, state })] } },
    });
    expect((await keep(github, with_("ending"))).shown.opened).toBe(1);
    expect((await keep(github, with_("live"))).shown.closed).toBe(1);
    expect(comments(github)[0]).toContain("1 finding is accepted until 2026-11-29");
  });
});

describe("only our own issues are touched", () => {
  // Proves: issue-ours-marker-author
  test("not one with a forged marker, not one of another run, not one that quotes us", async () => {
    const body = `${issueMarker({ scope: SCOPE, image: "app", isOpen: true })}\nforged`;
    const github = await startFake(({ issues: { plant } }) => {
      plant({ author: "mallory", body });
      plant({ author: BOT, body: `> ${body}` });
      plant({ author: BOT, body: issueMarker({ scope: "staging", image: "app", isOpen: true }) });
    });
    const before = structuredClone([...github.issues.issues.values()]);
    await keep(github, rescan([passes("app")]));
    expect((await keep(github, rescan([fails("app")]))).shown.opened).toBe(1);
    await keep(github, rescan([gone("app")]));
    expect([...github.issues.issues.values()].slice(0, 3)).toEqual(before);
    expect(issues(github)[3]).toBe("#104 Image Gate: app closed");
  });

  test("a run that must not touch them sends no request", async () => {
    const github = await startFake();
    const { shown } = await keep(github, rescan([fails("app")]), { readOnlyBecause: "this run is a pull request's" });
    expect(shown).toEqual({ ...NONE, failed: ["Issues were left as they are: this run is a pull request's."] });
    expect(github.requests).toEqual([]);
  });
});

test("issues that two runs opened at once are folded into the older ones by the next run", async () => {
  const github = await startFake();
  const view = rescan([fails("app"), fails("db")]);
  await Promise.all([keep(github, view), keep(github, view)]);
  const { urls } = await keep(github, view);
  const all = [...github.issues.issues.values()];
  const open = all.filter(({ state }) => state === "open");
  expect(open.map(({ title }) => title).sort()).toEqual(["Image Gate: app", "Image Gate: db"]);
  expect([...urls.values()].sort()).toEqual(open.map(({ html_url }) => html_url).sort());
  for (const { number, state_reason: reason } of all.filter(({ state }) => state === "closed")) {
    expect(reason).toBe("duplicate");
    expect(comments(github, number)).toEqual([expect.stringContaining("is the older one and stays")]);
  }
  expect((await keep(github, view)).shown).toEqual(NONE);
});

describe("limits", () => {
  test("no more are opened than allowed, the worst first; the rest is reported, and comes in the next runs", async () => {
    const github = await startFake();
    const overdue = [{ finding: recorded(judged()), due: "2026-11-10" }];
    const view = rescan([
      fails("one"),
      fails("two", 9),
      { ...passes("late"), overdue },
      fails("three", 3),
      passes("ok"),
    ]);
    const first = await keep(github, view, { most: 2 });
    expect(first.shown).toEqual({ ...NONE, opened: 2, left: ["three", "one"] });
    expect(issues(github)).toEqual(["#101 Image Gate: late (overdue) open", "#102 Image Gate: two open"]);
    const second = await keep(github, view, { most: 2 });
    expect(second.shown).toEqual({ ...NONE, opened: 2 });
    expect((await keep(github, view, { most: 0 })).shown).toEqual(NONE);
  });

  test("an issue of 5,000 findings is cut to fit; if GitHub keeps the old one, that is said", async () => {
    const github = await startFake();
    const huge = rescan([tracked([target(many(5_000), { label: "app:1.0" })], { name: "app" })]);
    expect((await keep(github, huge)).shown).toEqual({ ...NONE, opened: 1 });
    expect(github.issues.issues.get(101)?.body?.length).toBeGreaterThan(40_000);
    github.issues.longestUpdate = 100;
    expect((await keep(github, rescan([fails("app", 2)]))).shown.failed).toEqual([
      expect.stringContaining("[issues-not-kept] GitHub did not keep the new text of issue #101"),
    ]);
    expect(issues(github)).toHaveLength(1);
  }, 600_000);
});

describe("who gets it", () => {
  test("the first rule with a glob for the image's name or reference; a label that is taken off stays off", async () => {
    const github = await startFake();
    const rules = [
      { images: ["ghcr.io/acme/*"], assignees: ["octocat"], labels: ["team-web"] },
      { images: ["**"], assignees: ["hubot", "nobody"], labels: [] },
    ];
    const view = rescan([fails("ghcr.io/acme/app"), fails("docker.io/library/db", 3)]);
    const { shown } = await keep(github, view, { rules });
    const [db, app] = [...github.issues.issues.values()];
    expect(app).toMatchObject({
      assignees: [{ login: "octocat" }],
      labels: [{ name: "image-gate" }, { name: "team-web" }],
    });
    expect(db).toMatchObject({ assignees: [] });
    expect(shown.failed).toEqual([
      "Issue #101 was opened without the assignee hubot, the assignee nobody: it was not accepted.",
    ]);
    if (app) app.labels = [];
    await keep(github, rescan([fails("ghcr.io/acme/app", 2)]), { rules });
    expect(app?.labels).toEqual([]);
  });
});

describe("trouble changes nothing but the messages", () => {
  test("a missing permission is reported once, with what is left undone", async () => {
    const github = await startFake();
    github.fault(/POST .*\/issues$/, gitHubFaults.forbidden("issues=write"));
    const { shown } = await keep(github, rescan([fails("one"), fails("two"), fails("three")]));
    expect(shown).toEqual({
      ...NONE,
      failed: [expect.stringMatching(/issues: write/), "2 more issues were left as they are."],
    });
  });

  test("issues that are switched off", async () => {
    const github = await startFake();
    github.issues.off = true;
    github.fault(/GET .*\/issues/, { status: 410, message: "Issues has been disabled in this repository." });
    expect((await keep(github, rescan([fails("one")]))).shown.failed).toEqual([
      expect.stringContaining("[github-switched-off]"),
    ]);
  });

  test("one issue that is locked or deleted does not stop the others", async () => {
    const github = await startFake();
    const names = ["a", "b", "c", "d", "e"];
    await keep(github, rescan(names.map((name) => fails(name))));
    github.fault(/PATCH .*\/102$/, gitHubFaults.notFound());
    const changed = await keep(github, rescan(names.map((name) => fails(name, 2))));
    expect(changed.shown).toMatchObject({ updated: 4, failed: [expect.stringContaining("github-not-found")] });
    github.fault(/PATCH/, { status: 403, message: "Unable to comment because issue is locked." });
    const locked = await keep(github, rescan(names.map((name) => fails(name, 3))));
    expect(locked.shown.failed).toHaveLength(5);
  });

  test("a close that fails is done by the next run, with one comment", async () => {
    const github = await startFake();
    await keep(github, rescan([fails("app")]));
    github.fault(/PATCH/, { status: 500, message: "Server Error" });
    expect((await keep(github, rescan([passes("app")]))).shown).toMatchObject({
      closed: 0,
      failed: [expect.any(String)],
    });
    github.clearFaults();
    expect((await keep(github, rescan([passes("app")]))).shown).toEqual({ ...NONE, closed: 1 });
    expect(comments(github)).toHaveLength(1);
  });

  test("after its time nothing more is begun", async () => {
    const github = await startFake();
    const { shown } = await keep(github, rescan([fails("one"), fails("two")]), { deadlineMs: -1 });
    expect(shown.opened).toBe(0);
    expect(shown.failed[1]).toBe("2 more issues were left as they are.");
  });
});
