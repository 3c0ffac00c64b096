import { type Dashboard, DashboardCursorSync, VariableHide, VariableRefresh, VariableSort } from "@grafana/schema";
import { bars, DATA_SOURCE, placed, type Shelf, type Steps, stat, table, timeSeries } from "./panels.ts";

// The dashboard of docs/grafana.md. Pushed values stay until the next push, so a query takes them as they are now. The
// time of the last scan shows whether a push is old.

/** The metrics, with their labels (docs/metrics.md). */
export const METRICS = {
  image_gate_open_findings: ["image", "severity", "repository"],
  image_gate_open_findings_by_age: ["severity", "age", "repository"],
  image_gate_oldest_unpatched_finding_seconds: ["image", "repository"],
  image_gate_oldest_unpatched_image_seconds: ["repository"],
  image_gate_mean_time_to_remediation_seconds: ["severity", "window", "repository"],
  image_gate_remediations: ["severity", "window", "repository"],
  image_gate_overdue_findings: ["image", "severity", "repository"],
  image_gate_exceptions: ["state", "repository"],
  image_gate_coverage_gaps: ["image", "repository"],
  image_gate_database_age_seconds: ["repository"],
  image_gate_last_scan_timestamp_seconds: ["image", "repository"],
} as const;

/** Only the repositories that are chosen above the dashboard. */
const CHOSEN = 'repository=~"$repository"';
const SERIOUS = `${CHOSEN},severity=~"critical|high"`;
const DAYS = "suffix: days";
/** Seconds of a day. */
const DAY = 86_400;

const ifAny: Steps = ["green", [1, "orange"]];
const ifAnyIsBad: Steps = ["green", [1, "dark-red"]];

/** From so many days on, the time of the last scan is not one: it is 0, since there was no scan. */
const NEVER = { from: 10_000, text: "never" };

/** Stands for "there was no value to take", apart from "nothing was pushed". */
const NONE = -1;

/** The mean over several severities and repositories, each weighed by the remediations that it rests on; in seconds. */
function meanTime(labels: string, by: string): string {
  const mean = `image_gate_mean_time_to_remediation_seconds{${labels}}`;
  const count = `image_gate_remediations{${labels}}`;
  return `sum${by}(${mean} * (${count} > 0)) / sum${by}(${count} > 0)`;
}

const scanDays = `(time() - max by (repository, image) (image_gate_last_scan_timestamp_seconds{${CHOSEN}})) / ${DAY}`;

/** The three numbers first, then whether they can be trusted. */
const numbers: readonly Shelf[] = [
  {
    height: 6,
    panels: [
      [
        8,
        stat(
          {
            title: "Open CRITICAL and HIGH findings",
            description: "Of all images that run. Accepted findings do not count.",
            steps: ["green", [1, "orange"], [100, "dark-red"]],
          },
          `sum(image_gate_open_findings{${SERIOUS}})`,
        ),
      ],
      [
        8,
        stat(
          {
            title: "Oldest unpatched image",
            description:
              "How long the oldest open CRITICAL or HIGH finding that has a fix has been open with it, at the last scan. " +
              "0 if no such finding is open.",
            unit: DAYS,
            steps: ["green", [14, "orange"], [30, "dark-red"]],
          },
          `max(image_gate_oldest_unpatched_image_seconds{${CHOSEN}}) / ${DAY}`,
        ),
      ],
      [
        8,
        stat(
          {
            title: "Mean time to remediation",
            description:
              "From the scan that first saw a CRITICAL or HIGH finding to the first without it, over those that were fixed in the 90 days " +
              "before the last run. `nothing fixed`: there is nothing to take the mean of.",
            unit: DAYS,
            decimals: 1,
            steps: ["green", [14, "orange"], [30, "dark-red"]],
            texts: { [NONE]: "nothing fixed" },
          },
          `${meanTime(`${SERIOUS},window="90d"`, "")} / ${DAY} or ${NONE} + 0 * sum(image_gate_remediations{${SERIOUS},window="90d"})`,
        ),
      ],
    ],
  },
  {
    height: 4,
    panels: [
      [
        4,
        stat(
          { title: "Images", description: "Images that run, also those that could not be scanned yet." },
          `count(count by (repository, image) (image_gate_last_scan_timestamp_seconds{${CHOSEN}}))`,
        ),
      ],
      [
        4,
        stat(
          {
            title: "Longest without a scan",
            description: "Days since the last scan of the image that waits longest. If it grows, the numbers grow old.",
            from: NEVER,
            unit: DAYS,
            decimals: 1,
            steps: ["green", [8, "dark-red"]],
          },
          `max(${scanDays})`,
        ),
      ],
      [
        4,
        stat(
          {
            title: "Vulnerability database",
            description: "How old the database was that the last scan used.",
            unit: DAYS,
            decimals: 1,
            steps: ["green", [3, "dark-red"]],
          },
          `max(image_gate_database_age_seconds{${CHOSEN}}) / ${DAY}`,
        ),
      ],
      [
        4,
        stat(
          {
            title: "Overdue findings",
            description:
              "Open, with a fix, and past the deadline of the policy (`fix-within-days`). `no deadline`: the policy sets none.",
            steps: ifAnyIsBad,
            noValue: "no deadline",
          },
          `sum(image_gate_overdue_findings{${CHOSEN}})`,
        ),
      ],
      [
        4,
        stat(
          { title: "Exceptions that end soon", description: "What they accept will be open again.", steps: ifAny },
          `sum(image_gate_exceptions{${CHOSEN},state="ending"})`,
        ),
      ],
      [
        4,
        stat(
          {
            title: "Coverage gaps",
            description:
              "What the last scans did not look at, and what the policy accepts for a time. A gap can hide findings.",
            steps: ifAny,
          },
          `sum(image_gate_coverage_gaps{${CHOSEN}})`,
        ),
      ],
    ],
  },
];

const openOf = (severity: string): string =>
  `sum by (repository, image) (image_gate_open_findings{${CHOSEN},severity="${severity}"})`;

const byImage: readonly Shelf[] = [
  {
    head: "By severity and image",
    height: 9,
    panels: [
      [
        8,
        timeSeries(
          { title: "Open CRITICAL and HIGH findings", description: "Of all images that run." },
          [`sum by (severity) (image_gate_open_findings{${SERIOUS}})`, "{{severity}}"],
          { stacked: true, colours: "severity" },
        ),
      ],
      [
        8,
        timeSeries(
          { title: "Open findings of all severities", description: "Of all images that run." },
          [`sum by (severity) (image_gate_open_findings{${CHOSEN}})`, "{{severity}}"],
          { stacked: true, colours: "severity" },
        ),
      ],
      [
        8,
        bars(
          {
            title: "Images with the most CRITICAL and HIGH findings",
            description: "The ten worst. An image without such findings is not shown.",
            steps: ["orange", [10, "dark-red"]],
          },
          `topk(10, sum by (image) (image_gate_open_findings{${SERIOUS}}) > 0)`,
        ),
      ],
    ],
  },
  {
    height: 10,
    panels: [
      [
        24,
        table(
          { title: "Images", description: "A click on an image shows it at the end of the page." },
          {
            labels: { image: "Image", repository: "Repository" },
            columns: [
              { name: "Critical", expr: openOf("critical"), steps: ["transparent", [1, "dark-red"]] },
              { name: "High", expr: openOf("high"), steps: ["transparent", [1, "orange"]] },
              { name: "Medium", expr: openOf("medium") },
              { name: "Low", expr: openOf("low") },
              { name: "Unknown", expr: openOf("unknown") },
              {
                name: "Overdue",
                expr: `sum by (repository, image) (image_gate_overdue_findings{${CHOSEN}})`,
                steps: ["transparent", [1, "dark-red"]],
              },
              {
                name: "Coverage gaps",
                expr: `sum by (repository, image) (image_gate_coverage_gaps{${CHOSEN}})`,
                steps: ["transparent", [1, "orange"]],
              },
              {
                name: "Last scan",
                expr: scanDays,
                unit: "suffix: days ago",
                decimals: 1,
                from: NEVER,
                steps: ["transparent", [8, "dark-red"]],
              },
            ],
            sortBy: ["Critical", "High"],
            link: {
              column: "Image",
              title: "Show this image",
              url:
                "/d/${__dashboard.uid}?${datasource:queryparam}&var-repository=${__data.fields.Repository:percentencode}" +
                "&var-image=${__value.raw:percentencode}&${__url_time_range}",
            },
          },
        ),
      ],
    ],
  },
];

const within = (window: string): string => `${CHOSEN},window="${window}"`;

const age: readonly Shelf[] = [
  {
    head: "Age",
    height: 9,
    panels: [
      [
        12,
        timeSeries(
          {
            title: "Oldest unpatched image",
            description: "By repository. Nothing is drawn while no CRITICAL or HIGH finding with a fix is open.",
            unit: DAYS,
          },
          [`max by (repository) (image_gate_oldest_unpatched_image_seconds{${CHOSEN}}) / ${DAY}`, "{{repository}}"],
        ),
      ],
      [
        12,
        timeSeries(
          {
            title: "Mean time to remediation, 90 days",
            description: "By severity. Nothing is drawn while nothing was fixed in the window.",
            unit: DAYS,
            decimals: 1,
          },
          [`${meanTime(within("90d"), " by (severity) ")} / ${DAY}`, "{{severity}}"],
          { colours: "severity" },
        ),
      ],
    ],
  },
  {
    height: 9,
    panels: [
      [
        12,
        timeSeries(
          {
            title: "Age of open CRITICAL and HIGH findings",
            description: "By the time since the scan that saw them first, with or without a fix.",
          },
          [`sum by (age) (image_gate_open_findings_by_age{${SERIOUS}})`, "{{age}}"],
          { stacked: true, colours: "age" },
        ),
      ],
      [
        12,
        bars(
          {
            title: "Unpatched images",
            description:
              "The ten that have had an open CRITICAL or HIGH finding with a fix for longest, at the last scan. An image without one is not shown.",
            unit: DAYS,
            decimals: 1,
            steps: ["orange", [30, "dark-red"]],
          },
          `topk(10, max by (image) (image_gate_oldest_unpatched_finding_seconds{${CHOSEN}}) > 0) / ${DAY}`,
        ),
      ],
    ],
  },
  {
    height: 9,
    panels: [
      [
        12,
        bars(
          {
            title: "Days with open CRITICAL or HIGH findings, of the last 90",
            description:
              "The ten images that had some for longest, by what Prometheus stored. It looks four times a day, and knows nothing of the " +
              "time before it first saw an image.",
            unit: DAYS,
            decimals: 1,
            steps: ["orange", [30, "dark-red"]],
          },
          `topk(10, count_over_time((sum by (image) (image_gate_open_findings{${SERIOUS}}) > 0)[90d:6h]) / 4)`,
        ),
      ],
      [
        12,
        table(
          {
            title: "Remediations",
            description:
              "Findings that were fixed in the window before the last run, and how long that took in the mean.",
          },
          {
            labels: { severity: "Severity" },
            columns: [
              {
                name: "Fixed, 30 days",
                expr: `sum by (severity) (image_gate_remediations{${within("30d")}})`,
              },
              {
                name: "Mean time, 30 days",
                expr: `${meanTime(within("30d"), " by (severity) ")} / ${DAY}`,
                unit: DAYS,
                decimals: 1,
              },
              {
                name: "Fixed, 90 days",
                expr: `sum by (severity) (image_gate_remediations{${within("90d")}})`,
              },
              {
                name: "Mean time, 90 days",
                expr: `${meanTime(within("90d"), " by (severity) ")} / ${DAY}`,
                unit: DAYS,
                decimals: 1,
              },
            ],
            sortBy: ["Fixed, 90 days"],
          },
        ),
      ],
    ],
  },
];

const deadlines: readonly Shelf[] = [
  {
    head: "Deadlines and exceptions",
    height: 8,
    panels: [
      [
        8,
        timeSeries(
          {
            title: "Overdue findings by severity",
            description: "Open, with a fix, and past the deadline of the policy (`fix-within-days`).",
          },
          [`sum by (severity) (image_gate_overdue_findings{${CHOSEN}})`, "{{severity}}"],
          { stacked: true, colours: "severity" },
        ),
      ],
      [
        8,
        bars(
          {
            title: "Images with the most overdue findings",
            description: "The ten worst. An image without such findings is not shown.",
            steps: ["dark-red"],
          },
          `topk(10, sum by (image) (image_gate_overdue_findings{${CHOSEN}}) > 0)`,
        ),
      ],
      [
        8,
        timeSeries(
          {
            title: "Exceptions",
            description:
              "`ending`: it ends within `warn-days`. `ended`: it accepts nothing any more. `live`: all others.",
          },
          [`sum by (state) (image_gate_exceptions{${CHOSEN}})`, "{{state}}"],
          { stacked: true, colours: "state" },
        ),
      ],
    ],
  },
];

const coverage: readonly Shelf[] = [
  {
    head: "What the numbers rest on",
    height: 8,
    panels: [
      [
        8,
        bars(
          {
            title: "Longest without a scan",
            description: "The ten images that wait longest. Their other values are those of their last scan.",
            from: NEVER,
            max: 30,
            unit: DAYS,
            decimals: 1,
            steps: ["green", [8, "dark-red"]],
          },
          `topk(10, max by (image) (${scanDays}))`,
        ),
      ],
      [
        8,
        bars(
          {
            title: "Images with coverage gaps",
            description: "The ten with the most. An image without gaps is not shown.",
            steps: ["orange"],
          },
          `topk(10, sum by (image) (image_gate_coverage_gaps{${CHOSEN}}) > 0)`,
        ),
      ],
      [
        8,
        timeSeries(
          {
            title: "Vulnerability database",
            description: "How old the database was that the last scan used, by repository.",
            unit: DAYS,
            decimals: 1,
          },
          [`max by (repository) (image_gate_database_age_seconds{${CHOSEN}}) / ${DAY}`, "{{repository}}"],
        ),
      ],
    ],
  },
];

const THIS_IMAGE = `${CHOSEN},image="$image"`;

const oneImage: readonly Shelf[] = [
  {
    head: "One image: $image",
    height: 8,
    panels: [
      [
        12,
        timeSeries(
          { title: "Open findings", description: "Of the chosen image, by severity." },
          [`sum by (severity) (image_gate_open_findings{${THIS_IMAGE}})`, "{{severity}}"],
          { stacked: true, colours: "severity" },
        ),
      ],
      [
        6,
        timeSeries(
          { title: "Overdue findings", description: "Of the chosen image, by severity." },
          [`sum by (severity) (image_gate_overdue_findings{${THIS_IMAGE}})`, "{{severity}}"],
          { stacked: true, colours: "severity" },
        ),
      ],
      [
        6,
        timeSeries(
          {
            title: "Time since the last scan",
            description: "Of the chosen image. It falls to zero with each scan.",
            unit: DAYS,
            decimals: 1,
          },
          [`(time() - max(image_gate_last_scan_timestamp_seconds{${THIS_IMAGE}})) / ${DAY}`, "days"],
        ),
      ],
    ],
  },
];

/** The dashboard, as Grafana imports and provisions it. */
function dashboard(): Dashboard {
  return {
    uid: "image-gate",
    title: "Image Gate: the images that run",
    description: "Open findings, the oldest unpatched image and the mean time to remediation (docs/metrics.md).",
    tags: ["image-gate", "security"],
    // The newest that Grafana 11 knows; newer ones raise it when they read it.
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: "now-90d", to: "now" },
    timezone: "browser",
    refresh: "",
    annotations: { list: [] },
    links: [],
    templating: {
      list: [
        {
          name: "datasource",
          label: "Data source",
          type: "datasource",
          query: "prometheus",
          hide: VariableHide.dontHide,
          refresh: VariableRefresh.onDashboardLoad,
        },
        {
          name: "repository",
          label: "Repository",
          type: "query",
          datasource: DATA_SOURCE,
          query: "label_values(image_gate_last_scan_timestamp_seconds, repository)",
          refresh: VariableRefresh.onTimeRangeChanged,
          sort: VariableSort.alphabeticalAsc,
          hide: VariableHide.dontHide,
          multi: true,
          includeAll: true,
          allValue: ".*",
          current: { text: ["All"], value: ["$__all"] },
        },
        {
          name: "image",
          label: "One image",
          description: "For the last part of the page.",
          type: "query",
          datasource: DATA_SOURCE,
          query: `label_values(image_gate_last_scan_timestamp_seconds{${CHOSEN}}, image)`,
          refresh: VariableRefresh.onTimeRangeChanged,
          sort: VariableSort.alphabeticalAsc,
          hide: VariableHide.dontHide,
          multi: false,
          includeAll: false,
        },
      ],
    },
    panels: placed([...numbers, ...byImage, ...age, ...deadlines, ...coverage, ...oneImage]),
  };
}

/** Text of `docs/grafana/image-gate.json`. */
export const dashboardFile = (): string => `${JSON.stringify(dashboard(), null, 2)}\n`;
