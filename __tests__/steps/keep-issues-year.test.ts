import { describe, expect, test } from "vitest";
import { addDays } from "../../src/domain/dates.ts";
import { deadlineOf, type FixWithinDays } from "../../src/domain/history/deadlines.ts";
import { mergeRun } from "../../src/domain/history/merge.ts";
import type { ImageRecord } from "../../src/domain/history/record.ts";
import { issueMarker, readIssueMarker } from "../../src/domain/tracking/marker.ts";
import { issueTracker } from "../../src/forge/github/issues.ts";
import type { RescanView } from "../../src/render/rescan/view.ts";
import { keepIssues } from "../../src/steps/keep-issues.ts";
import { fakes } from "../forge/github/fakes.ts";
import { eventAt } from "../forge/github/scripted-server.ts";
import type { FakeGitHub } from "../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../support/runs/runner.ts";
import { type SimulatedWeek, simulateYear, type TrueFinding, type TrueImage } from "../support/runs/simulated-year.ts";

// A simulated year on a fake GitHub. After each week, the open issues are those that the truth of the weeks asks for.
// This test computes it a second time from what truly runs, without the history, the judge and the plan.

const SCOPE = "running images";
const WARN_DAYS = 14;
const BOT = "github-actions[bot]";
const startFake = fakes();

function viewOf(
  week: SimulatedWeek,
  records: ReadonlyMap<string, ImageRecord>,
  within: FixWithinDays,
): { readonly view: RescanView; readonly records: ReadonlyMap<string, ImageRecord> } {
  const changes = mergeRun(records, week.seen);
  const images = changes.map((change) => ({
    change,
    running: week.seen.images.filter(({ name }) => name === change.image),
    overdue: change.after.findings.flatMap((finding) => {
      const due = deadlineOf(finding, within);
      return due !== undefined && due < week.today ? [{ finding, due }] : [];
    }),
  }));
  const error = { code: "discovery-failed", what: "It could not be read", remedy: "Wait." };
  const view: RescanView = {
    gate: {
      name: SCOPE,
      verdict: week.verdict,
      mode: "enforce",
      today: week.today,
      now: new Date(week.now),
      policy: { path: ".github/image-gate.yml", from: "workspace" },
      runUrl: `https://github.com/acme/widget/actions/runs/${week.today.replaceAll("-", "")}`,
    },
    sources: [...week.unread].map((source) => ({ source, images: 0, notes: [], error })),
    images,
    state: { written: "a folder" },
  };
  return { view, records: new Map(changes.map(({ image, after }) => [image, after])) };
}

/** The names that need an issue, computed week by week from the truth. */
class Truth {
  /** The last answer of each source, while it cannot be read. */
  readonly #memory = new Map<string, Set<string>>();
  /** For each finding of a name: since when it has been there, and since when its fix has been known. */
  readonly #since = new Map<string, { readonly opened: string; readonly fixed?: string | undefined }>();
  readonly open = new Set<string>();

  readonly within: FixWithinDays;

  constructor(within: FixWithinDays) {
    this.within = within;
  }

  next(week: SimulatedWeek): ReadonlySet<string> {
    const named = week.truth.filter((image) => week.seen.images.some(({ digest }) => digest === image.digest));
    const assumed = this.#assumed(week);
    const names = new Set([...this.open, ...week.truth.map(({ name }) => name)]);
    for (const name of names) {
      const mine = named.filter((image) => image.name === name);
      const isUnseen = [...assumed].some(
        (key) => key.startsWith(`${name} `) && !mine.some(({ digest }) => key.endsWith(digest)),
      );
      const need = this.#need(mine, isUnseen, week);
      if (need === true) this.open.add(name);
      if (need === false) this.open.delete(name);
    }
    return this.open;
  }

  /** `name digest` of what unread sources named before. */
  #assumed({ truth, seen, unread }: SimulatedWeek): Set<string> {
    const now = new Map<string, Set<string>>();
    for (const { name, digest = "", where } of seen.images)
      for (const { source } of where) now.set(source, (now.get(source) ?? new Set()).add(`${name} ${digest}`));
    for (const source of new Set([
      ...this.#memory.keys(),
      ...truth.flatMap(({ where }) => where.map((at) => at.source)),
    ])) {
      const kept = unread.has(source) ? (this.#memory.get(source) ?? []) : [];
      this.#memory.set(source, new Set([...(now.get(source) ?? []), ...kept]));
    }
    return new Set([...unread].flatMap((source) => [...(this.#memory.get(source) ?? [])]));
  }

  /** Undefined: it cannot be known. */
  #need(images: readonly TrueImage[], isUnseen: boolean, week: SimulatedWeek): boolean | undefined {
    const scanned = images.filter(({ scans }) => scans);
    const findings = scanned.flatMap((image) => image.findings);
    const isOverdue = this.#isOverdue(images, week);
    if (findings.some(({ acceptedUntil, severity }) => acceptedUntil === undefined && /CRITICAL|HIGH/.test(severity)))
      return true;
    if (scanned.length < images.length || isUnseen) return undefined;
    if (images.length === 0) return false;
    return isOverdue || findings.some(({ acceptedUntil }) => (acceptedUntil ?? "9") <= addDays(week.today, WARN_DAYS));
  }

  /** Only meaningful if every scan works and every source is read. */
  #isOverdue(images: readonly TrueImage[], { today }: SimulatedWeek): boolean {
    const [name] = images.map((image) => image.name);
    const now = new Map<string, TrueFinding[]>();
    for (const each of images.flatMap(({ findings }) => findings)) {
      const key = `${name} ${each.id} ${each.package} ${each.path}`;
      now.set(key, [...(now.get(key) ?? []), each]);
    }
    for (const key of this.#since.keys()) if (key.startsWith(`${name} `) && !now.has(key)) this.#since.delete(key);
    return [...now].some(([key, rows]) => {
      const { opened = today, fixed } = this.#since.get(key) ?? {};
      const isFixable = rows.some(({ fixable }) => fixable);
      const since = { opened, fixed: isFixable ? (fixed ?? today) : undefined };
      this.#since.set(key, since);
      const worst = ["CRITICAL", "HIGH", "MEDIUM", "LOW"].find((severity) =>
        rows.some((row) => row.severity === severity),
      );
      const days = this.within[worst?.toLowerCase() as keyof FixWithinDays];
      if (days === undefined || since.fixed === undefined || rows.some((row) => row.acceptedUntil !== undefined))
        return false;
      const [, from = ""] = [opened, since.fixed].sort();
      return addDays(from, days) < today;
    });
  }
}

const openIssues = (github: FakeGitHub) =>
  [...github.issues.issues.values()]
    .filter(({ state, user }) => state === "open" && user.login === BOT)
    .map(({ body }) => readIssueMarker(body ?? "")?.image ?? "")
    .sort();

function keep(github: FakeGitHub, view: RescanView) {
  const tracker = issueTracker({ token: FAKE_TOKEN, event: eventAt(github.url), scope: SCOPE, paceMs: 0 });
  return keepIssues({ tracker, view, rules: [], most: 1_000 });
}

/**
 * The actions of people between two runs: they close and open issues, edit texts, and forge markers. While it is
 * unknown what an image needs, its issue stays as they left it.
 */
function meddle(github: FakeGitHub, week: number, open: Set<string>): void {
  const own = [...github.issues.issues.values()].filter(({ user }) => user.login === BOT);
  const one = own[(week * 7) % Math.max(1, own.length)];
  const other = own[(week * 5 + 3) % Math.max(1, own.length)];
  github.issues.plant({
    body: issueMarker({ scope: SCOPE, image: `registry.example/team/app-${week % 25}`, isOpen: true }),
  });
  if (other) other.body = `${other.body?.split("\n")[0]}\nedited by a person\nlast line`;
  if (one === undefined || week % 3 !== 0) return;
  one.state = one.state === "open" ? "closed" : "open";
  const about = ({ body }: typeof one) => readIssueMarker(body ?? "")?.image ?? "";
  if (own.find((issue) => about(issue) === about(one)) !== one) return;
  if (one.state === "open") open.add(about(one));
  else open.delete(about(one));
}

describe("after each week of a simulated year, the open issues are what the truth asks for", () => {
  test.each([
    { seed: 1, errors: 0.05, unread: 0.06, within: {} },
    { seed: 2, errors: 0.3, unread: 0.3, within: {} },
    { seed: 3, errors: 0, unread: 0, within: { critical: 7, high: 14, medium: 21, low: 60 } },
  ])(
    "seed $seed, errors $errors, unread sources $unread, deadlines $within",
    async ({ seed, errors, unread, within }) => {
      const github = await startFake();
      const truth = new Truth(within);
      let records: ReadonlyMap<string, ImageRecord> = new Map();
      let moves = 0;
      const reasons = { overdue: 0, undecided: 0, reopened: 0 };
      for (const [index, week] of simulateYear({ seed, errors, unread, names: 8 }).entries()) {
        const made = viewOf(week, records, within);
        records = made.records;
        const [first, second] =
          index % 8 === 5
            ? await Promise.all([keep(github, made.view), keep(github, made.view)])
            : [await keep(github, made.view), await keep(github, made.view)];
        expect([...first.shown.failed, ...second.shown.failed]).toEqual([]);
        // A second run that sees the same finds nothing to do.
        const again = index % 8 === 5 ? (await keep(github, made.view)).shown : second.shown;
        expect(again).toEqual({ opened: 0, reopened: 0, updated: 0, closed: 0, left: [], failed: [] });
        expect(openIssues(github), `week ${index}`).toEqual([...truth.next(week)].sort());
        expect([...first.urls.keys()].sort()).toEqual(openIssues(github));
        moves += first.shown.closed + first.shown.reopened;
        reasons.reopened += first.shown.reopened;
        reasons.overdue += made.view.images.filter(({ overdue }) => overdue.length > 0).length;
        reasons.undecided += week.verdict.answer === "error" ? 1 : 0;
        for (const issue of github.issues.issues.values())
          if (issue.user.login !== BOT) expect(issue.title).toBe("An issue");
        meddle(github, index, truth.open);
      }
      // The year had all events that it is meant to prove.
      expect(moves).toBeGreaterThan(10);
      expect(reasons.reopened).toBeGreaterThan(2);
      expect(reasons.overdue > 0).toBe("medium" in within);
      expect(reasons.undecided > 0).toBe(errors > 0);
    },
    600_000,
  );
});
