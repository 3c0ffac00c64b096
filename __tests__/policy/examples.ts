/** Every key once. */
export const FULL = `version: 1
thresholds:
  critical: 0
  high: 2
  medium: 20
  low: unlimited
  unknown: 5
ignore-unfixed: true
targets:
  - images: ["ghcr.io/acme/legacy-*"]
    thresholds: {high: 40}
exception-rules:
  max-days: 90
  warn-days: 7
  require-owner: true
exceptions:
  - id: CVE-2021-44228
    package: org.apache.logging.log4j:log4j-core
    paths: ["usr/lib/python3/**/sparkly/**"]
    images: ["ghcr.io/acme/pdf-*"]
    reason: Renderer gets no user input; vendor ships the fix in 2.4.
    owner: "@acme/platform"
    created: 2026-11-01
    expires: 2026-12-15
    only-while-unfixed: true
  # The same advisory elsewhere, for longer.
  - id: CVE-2021-44228
    package: pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar
    reason: |
      Two lines
      of reason.
    owner: "@acme/pdf"
    expires: 2027-02-22
`;

/** Policies that are valid on 2026-11-24. */
export const VALID: Readonly<Record<string, string>> = {
  "the least": "version: 1\n",
  "every key": FULL,
  "JSON, which is YAML": '{"version": 1, "exceptions": [], "thresholds": {}}',
  "a document marker and a comment": "# ours\n---\nversion: 1\n...\n",
  "quoted keys and values": `"version": 1\n'exceptions':\n  - "id": 'X'\n    reason: 'r'\n    expires: "2026-12-01"\n`,
  "deadlines and issues":
    "version: 1\nfix-within-days: {critical: 7, high: 30, unknown: 0}\nissues:\n  - images: ['ghcr.io/acme/*']\n    assignees: [octocat, '@hub-bot', 'x_acme', 'dependabot[bot]']\n    labels: [security]\n  - images: ['**']\n",
  "what weighs more or less":
    "version: 1\nthresholds: {exploited: 0}\nepss: {above: 0.5, max: unlimited}\nexploit-data: {kev: 'http://mirror.local:8080/kev.json', epss: 'https://a.b/c.csv.gz?x=1'}\ncount: introduced\ngrace-days: {critical: 0, unknown: 36500}\ntargets: [{images: [a], thresholds: {exploited: 3}}]\n",
  "no data of its own": "version: 1\nexploit-data: {}\n",
};

/** Policies that a JSON Schema can refuse, since their shape is wrong. */
export const MISSHAPEN: Readonly<Record<string, string>> = {
  "no version": "thresholds: {}\n",
  "version 2": "version: 2\n",
  "version as text": 'version: "1"\n',
  "an unknown key": "version: 1\nthreshold: {}\n",
  "a negative limit": "version: 1\nthresholds: {high: -1}\n",
  "a fractional limit": "version: 1\nthresholds: {high: 1.5}\n",
  "a limit in words": "version: 1\nthresholds: {high: many}\n",
  "a list where a mapping belongs": "version: 1\nthresholds: [1]\n",
  "paths as text": "version: 1\nexceptions: [{id: A, reason: r, expires: 2026-12-01, paths: 'a/**'}]\n",
  "an empty list of images": "version: 1\ntargets: [{images: [], thresholds: {}}]\n",
  "a score above 1": "version: 1\nepss: {above: 1.5, max: 0}\n",
  "a negative score": "version: 1\nepss: {above: -0.1, max: 0}\n",
  "a score without a limit": "version: 1\nepss: {above: 0.5}\n",
  "another word for what counts": "version: 1\ncount: new\n",
  "half a day to fix": "version: 1\nfix-within-days: {high: 0.5}\n",
  "days to fix without a severity": "version: 1\nfix-within-days: 30\n",
  "issues for nobody's images": "version: 1\nissues: [{assignees: [octocat]}]\n",
  "a team as assignee": "version: 1\nissues: [{images: ['**'], assignees: ['@acme/platform']}]\n",
  "a label that is too long": `version: 1\nissues: [{images: ['**'], labels: [${"x".repeat(51)}]}]\n`,
  "half a day": "version: 1\ngrace-days: {high: 0.5}\n",
  "days for all": "version: 1\ngrace-days: 7\n",
  "a source that is no text": "version: 1\nexploit-data: {kev: 1}\n",
  "no reason": "version: 1\nexceptions: [{id: A, expires: 2026-12-01}]\n",
  "a blank reason": "version: 1\nexceptions: [{id: A, reason: '  ', expires: 2026-12-01}]\n",
  "30 February": "version: 1\nexceptions: [{id: A, reason: r, expires: 2026-02-30}]\n",
  "a date with a time": "version: 1\nexceptions: [{id: A, reason: r, expires: 2026-12-01T00:00:00Z}]\n",
  "a boolean in words": "version: 1\nignore-unfixed: yes\n",
  "a negative number of days": "version: 1\nexception-rules: {max-days: -1}\n",
  "an empty section": "version: 1\nexceptions:\n",
  "a scalar": "version\n",
  "a list": "- version: 1\n",
};
