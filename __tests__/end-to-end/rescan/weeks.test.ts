import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { startFakeGitHub } from "../../support/github/fake-github.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { writeFiles } from "../../support/runs/stage.ts";
import { historiesIn } from "../../support/runs/stored-history.ts";
import { openWeeks, type Weeks } from "../../support/runs/weeks.ts";

// The committed bundle as a runner starts it: real Trivy, real images in a real registry, the history in a folder.

const weeks = await shared(openWeeks("rescan"));
const bed = weeks.bed;
beforeEach(() => bed.registry.clearFaults());

const week: Weeks["week"] = (...run) => weeks.week(...run);
const state = (name: string) => weeks.state(name);
const pulledLayers = (since: number) =>
  bed.registry.requests.slice(since).filter(({ path }) => /\/(?!trivy)[^/]+\/blobs\//.test(path)).length;

describe("a week, and the week after", () => {
  it("judges what a list names, keeps the history, and does not pull again what it knows", async () => {
    const { registry } = bed;
    registry.add("weekly/app", "1.0", debian12());
    registry.add("weekly/clean", "1.0", clean());
    const list = `# what runs\n${registry.host}/weekly/app:1.0\n${registry.host}/weekly/clean:1.0 # fine\n`;
    const inputs = { discover: "file:images.txt", "state-dir": state("weeks") };
    const first = await week(inputs, { "images.txt": list });
    expect(first.outputs, first.log).toMatchObject({
      verdict: "fail",
      images: "2",
      failing: "1",
      state: state("weeks"),
    });
    expect(first.results.map(({ verdict, way, where }) => ({ verdict, way, where }))).toEqual([
      { verdict: "fail", way: "image", where: [{ source: "file:images.txt", name: expect.any(String) }] },
      { verdict: "pass", way: "image", where: [{ source: "file:images.txt", name: expect.any(String) }] },
    ]);
    expect(existsSync(join(state("weeks"), "index.json"))).toBe(true);
    const numbers = JSON.parse(first.outputs.numbers ?? "");
    expect(numbers.open).toEqual(first.results[0]?.counts);
    expect(numbers).toMatchObject({
      "oldest-unpatched-days": 0,
      "mttr-days": { high: { "30d": { days: null, count: 0 } } },
    });

    const since = registry.requests.length;
    const second = await week(inputs, { "images.txt": list });
    expect(second.outputs, second.log).toMatchObject({ verdict: "fail", images: "2", failing: "1" });
    expect(second.results.map(({ way }) => way)).toEqual(["sbom", "sbom"]);
    expect(second.results.map(({ counts }) => counts)).toEqual(first.results.map(({ counts }) => counts));
    expect(pulledLayers(since)).toBe(0);
  });
});

describe("issues", () => {
  it("are left as they are by a run that finds the same, even if it scans the stored SBOM instead of the image", async () => {
    bed.registry.add("same/app", "1.0", debian12());
    await using github = await startFakeGitHub();
    const payload = { repository: { name: "widget", full_name: "acme/widget", default_branch: "main" } };
    const options = { apiUrl: github.url, event: { name: "workflow_dispatch", payload } };
    const run = () =>
      week(
        { discover: "file:images.txt", issues: "true" },
        { "images.txt": `${bed.registry.host}/same/app:1.0\n` },
        options,
      );
    const first = await run();
    const second = await run();
    expect([first.results[0]?.way, second.results[0]?.way], second.log).toEqual(["image", "sbom"]);
    expect([first.log, second.log].map((log) => /issues: [^·]*\d [a-z]+/.exec(log)?.[0])).toEqual([
      "issues: 1 opened, 0 updated, 0 closed",
      "issues: 0 opened, 0 updated, 0 closed",
    ]);
    expect(github.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(github.repository.git("rev-list", "--count", "image-gate-state")).toBe("2");
  });
});

describe("names of strangers", () => {
  it("set no output, run no command and forge nothing in the summary", async () => {
    bed.registry.add("hostile/clean", "1.0", clean());
    const evil = String.raw`x\nverdict=pass\n::error::boo\nghadelimiter_x\n\u202e<!-- image-gate -->@octocat ![i](http://x.example/y.png)`;
    const manifest = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: "${evil}", namespace: "${evil}" }
spec: { template: { spec: { containers: [{ name: "${evil}", image: "${image}" }] } } }
`;
    const run = await week(
      { discover: "kubernetes:*.yaml", "state-dir": state("hostile"), name: "a\n::error::b\nverdict=pass" },
      {
        "one.yaml": manifest(`${bed.registry.host}/hostile/clean:1.0`),
        "other.yaml": manifest(`${bed.registry.host}/hostile/none:1.0`),
      },
    );
    expect(run.outputs, run.log).toMatchObject({ verdict: "error", images: "2" });
    expect(run.results.map(({ where }) => where.length)).toEqual([1, 1]);
    expect(JSON.stringify(run.outputs)).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
    const errors = run.annotations.filter(({ level }) => level === "error").map(({ message }) => message);
    expect(errors).toEqual([expect.stringContaining("[tag-unresolved]")]);
    // Outside of code, nothing of it is left.
    const bare = run.summary.replaceAll(/`[^`\n]*`/g, "");
    expect(bare).not.toMatch(/octocat|http:\/\/x|verdict=pass|<!--/);
    expect(run.summary).not.toContain("\u202e");
  });
});

describe("two workflows with one history", () => {
  it("say that what the other one looks at is gone only because that source is no longer read", async () => {
    bed.registry.add("two/one", "1.0", clean());
    bed.registry.add("two/other", "1.0", clean());
    const inputs = (file: string) => ({ discover: `file:${file}`, "state-dir": state("two") });
    const image = (name: string) => `${bed.registry.host}/two/${name}:1.0\n`;
    const note = "ran at sources that `discover` does not name any more";
    const first = await week(inputs("one.txt"), { "one.txt": image("one") });
    const second = await week(inputs("other.txt"), { "other.txt": image("other") });
    expect([first.log.includes(note), second.log.includes(note)], second.log).toEqual([false, true]);
    expect(second.summary).toContain("count as gone");
    // An image that is gone from a source that was read gets no such note.
    bed.registry.add("two/third", "1.0", clean());
    const third = await week(inputs("other.txt"), { "other.txt": image("third") });
    expect(third.summary).toContain("1 gone");
    expect(third.log).not.toContain(note);
  });
});

describe("what cannot be read", () => {
  // Proves: no-time-come-enters
  it("writes no history if no image could be judged", async () => {
    const { host } = weeks.bed.registry;
    weeks.bed.registry.add("none/clean", "1.0", clean());
    const inputs = { discover: "file:images.txt", "state-dir": weeks.state("none-judged") };
    await weeks.week(inputs, { "images.txt": `${host}/none/clean:1.0\n` });
    const index = () => readFileSync(join(weeks.state("none-judged"), "index.json"), "utf8");
    const before = index();
    const run = await weeks.week(inputs, { "images.txt": `${host}/none/clean:2.0\n` });
    expect(run.outputs, run.log).toMatchObject({ verdict: "error", images: "1", state: "" });
    expect(run.log).toContain("history not written: no image could be judged");
    expect(index()).toBe(before);
  });

  // Proves: nothing-closes-because-looked
  it("takes nothing for gone that a former line of `discover` named: the new line may be its replacement", async () => {
    const { host } = weeks.bed.registry;
    weeks.bed.registry.add("moved/clean", "1.0", clean());
    weeks.bed.registry.add("moved/other", "1.0", clean());
    const files = { "old.txt": `${host}/moved/clean:1.0\n`, "other.txt": `${host}/moved/other:1.0\n` };
    const inputs = { "state-dir": weeks.state("moved") };
    await weeks.week({ ...inputs, discover: "file:old.txt\nfile:other.txt" }, files);
    const gone = () => historiesIn(weeks.state("moved")).filter((text) => text.includes("gone-since")).length;
    const unread = await weeks.week({ ...inputs, discover: "file:new.txt\nfile:other.txt" }, files);
    expect(unread.outputs, unread.log).toMatchObject({ verdict: "error", state: weeks.state("moved") });
    expect(gone()).toBe(0);
    await weeks.week({ ...inputs, discover: "file:other.txt" }, files);
    expect(gone()).toBe(1);
  });

  it("is an error if no image is found", async () => {
    const run = await week({ discover: "file:images.txt", "state-dir": state("none") }, { "images.txt": "# none\n" });
    expect(run.outputs).toMatchObject({ verdict: "error", images: "", results: "[]", state: "" });
    expect(existsSync(state("none"))).toBe(false);
  });
});

describe("a state that cannot be used", () => {
  it("is an error if the server of its branch does not answer, and the report is as its schema says", async () => {
    bed.registry.add("alone/clean", "1.0", clean());
    const run = await week({ discover: "file:l" }, { l: `${bed.registry.host}/alone/clean:1.0\n` });
    expect(run.outputs, run.log).toMatchObject({ verdict: "error", images: "1", failing: "", state: "" });
    expect(run.outputs.reason).toContain("[state-unreachable]");
    expect(run.summary).toContain("the earlier findings are not known");
  });

  it("is not written over, and everything is reported all the same", async () => {
    bed.registry.add("newer/clean", "1.0", clean());
    const newer = '{"version": 99, "files": {}}\n';
    writeFiles(state("newer"), { "index.json": newer });
    const inputs = { discover: "file:images.txt", "state-dir": state("newer") };
    const run = await week(inputs, { "images.txt": `${bed.registry.host}/newer/clean:1.0\n` });
    // Numbers from half a history would be wrong.
    expect(run.outputs, run.log).toMatchObject({ verdict: "error", images: "1", state: "", numbers: "" });
    expect(run.outputs.reason).toContain("[state-");
    expect(run.results.map(({ verdict }) => verdict)).toEqual(["pass"]);
    expect(readFileSync(join(state("newer"), "index.json"), "utf8")).toBe(newer);
  });
});

describe("a history in a folder of the runner", () => {
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const repo = { full_name: "acme/widget" };
  const sha = "2".repeat(40);
  const pull_request = { number: 7, head: { sha, repo }, base: { sha, ref: "main", repo } };
  // Proves: same-holds-folder
  it.each([
    ["another branch", { name: "push", ref: "refs/heads/feature", payload: { repository, ref: "refs/heads/feature" } }],
    ["a pull request", { name: "pull_request", ref: "refs/pull/7/merge", payload: { repository, pull_request } }],
  ])("is neither read nor written by %s, which judges all the same", async (name, event) => {
    weeks.bed.registry.add("branches/clean", "1.0", clean());
    const inputs = { discover: "file:images.txt", "state-dir": weeks.state(name) };
    const files = { "images.txt": `${weeks.bed.registry.host}/branches/clean:1.0\n` };
    const run = await weeks.week(inputs, files, { event });
    expect(run.outputs, run.log).toMatchObject({ verdict: "pass", images: "1", state: "" });
    expect(run.log).toContain("history not written: ");
    expect(existsSync(weeks.state(name))).toBe(false);
  });
});
