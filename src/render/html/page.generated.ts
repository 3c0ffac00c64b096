// Generated from page/report.css and page/report.js by `npm run generate`.

export const STYLE = `/* The HTML report, after base.css. Each colour pair has a contrast of at least 4.5:1. */
:root {
  --edge: #7a8592;
  --pass: #14652f;
  --fail: #a61b1b;
  --error: #7a3e00;
  --critical-ink: #fff;
  --critical: #a61b1b;
  --high-ink: #8a2f00;
  --high: #fde6d8;
  --medium-ink: #634c00;
  --medium: #fbf0c4;
  --low-ink: #2c4a6e;
  --low: #e4edf7;
  --unknown-ink: #4a525c;
  --unknown: #eceef1;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    --edge: #7f8a97;
    --pass: #6fd08c;
    --fail: #ff9a92;
    --error: #f5b66b;
    --critical-ink: #fff;
    --critical: #b3261e;
    --high-ink: #ffbd94;
    --high: #4a2714;
    --medium-ink: #f0d678;
    --medium: #413509;
    --low-ink: #a9cbf2;
    --low: #1e3350;
    --unknown-ink: #c3cad2;
    --unknown: #2e353d;
  }
}

body {
  max-width: 120rem;
}

small,
.soft {
  font-size: 0.85rem;
  color: var(--soft);
}

.skip {
  position: absolute;
  left: -100vw;
  padding: 0.5rem 1rem;
  background: var(--paper);
}

.skip:focus {
  left: 0.75rem;
  top: 0.75rem;
  z-index: 2;
}

/* Head */
.top {
  border-left: 0.4rem solid var(--edge);
  padding: 0.1rem 0 0.1rem 1rem;
}

.top .reason {
  margin-top: 0.5rem;
  font-size: 1.05rem;
}

.top .facts,
footer {
  margin-top: 0.6rem;
  color: var(--soft);
  font-size: 0.9rem;
}

.top.pass {
  border-color: var(--pass);
}

.top.fail {
  border-color: var(--fail);
}

.top.error {
  border-color: var(--error);
}

.answer {
  font-weight: 700;
}

.answer.pass {
  color: var(--pass);
}

.answer.fail,
.broken {
  color: var(--fail);
  font-weight: 700;
}

.answer.error {
  color: var(--error);
}

.note {
  margin: 0.75rem 0;
  padding: 0.6rem 0.9rem;
  border: 1px solid var(--line);
  border-left: 0.3rem solid var(--edge);
  background: var(--panel);
}

.note.error {
  border-left-color: var(--error);
}

.note.warning {
  border-left-color: var(--error);
}

.note > h2 {
  margin: 0;
  font-size: 1.05rem;
}

.note > * + * {
  margin-top: 0.4rem;
}

.note ul {
  padding-left: 1.2rem;
}

/* Tables */
table {
  border-collapse: collapse;
  width: 100%;
  font-variant-numeric: tabular-nums;
}

caption,
.caption {
  text-align: left;
  color: var(--soft);
  font-size: 0.9rem;
  padding: 0 0 0.4rem;
}

th,
td {
  text-align: left;
  vertical-align: top;
  padding: 0.35rem 0.6rem;
  border-bottom: 1px solid var(--line);
}

th {
  font-size: 0.85rem;
  font-weight: 600;
}

thead th {
  border-bottom: 2px solid var(--edge);
  vertical-align: bottom;
  overflow-wrap: normal;
}

tbody th {
  font-size: inherit;
}

.number {
  text-align: right;
}

.scroll {
  overflow-x: auto;
}

/* Numbers do not wrap, because the table can scroll. A target's name can have any length. */
.overview tbody th {
  min-width: 12rem;
}

.overview td:first-child,
.overview .number,
.limit {
  white-space: nowrap;
}

@media screen and (min-width: 68.01rem) {
  .plan td:nth-child(2) {
    white-space: nowrap;
  }
}

/* If text lengths decided, a long reason would squeeze the owner to a few letters a line. */
.exceptions {
  table-layout: fixed;
}

.exceptions th:nth-child(1) {
  width: 4rem;
}

.exceptions th:nth-child(2) {
  width: 22%;
}

.exceptions th:nth-child(3) {
  width: 26%;
}

.exceptions th:nth-child(4) {
  width: 18%;
}

.counts {
  width: auto;
  min-width: 24rem;
  max-width: 100%;
}

/* Targets */
.target {
  display: flex;
  flex-wrap: wrap;
  align-items: flex-start;
  gap: 1rem 3rem;
  margin: 0.75rem 0 1.25rem;
}

.target > :is(.notes, details) {
  flex: 1 0 100%;
}

.fixed ul {
  padding-left: 1.2rem;
}

.fixed li {
  margin: 0.2rem 0;
}

.target > dl {
  flex: 1 1 24rem;
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 0.2rem 1rem;
  align-content: start;
  font-size: 0.92rem;
}

dt {
  color: var(--soft);
}

dd {
  min-width: 0;
}

summary {
  cursor: pointer;
  padding: 0.3rem 0;
}

summary h3 {
  display: inline;
}

details + details,
.scroll + details {
  margin-top: 0.5rem;
}

/* Severities: the word carries the meaning, the colour helps. */
.severity {
  display: inline-block;
  min-width: 5.4rem;
  padding: 0.05rem 0.45rem;
  border: 1px solid transparent;
  border-radius: 0.2rem;
  font-size: 0.78rem;
  font-weight: 650;
  letter-spacing: 0.02em;
  text-align: center;
  overflow-wrap: normal;
}

.s0 {
  color: var(--critical-ink);
  background: var(--critical);
}

.s1 {
  color: var(--high-ink);
  background: var(--high);
}

.s2 {
  color: var(--medium-ink);
  background: var(--medium);
}

.s3 {
  color: var(--low-ink);
  background: var(--low);
}

.s4 {
  color: var(--unknown-ink);
  background: var(--unknown);
}

input,
select,
button {
  font: inherit;
  font-size: 0.9rem;
  color: inherit;
}

button {
  cursor: pointer;
}

fieldset label {
  display: inline-flex;
  align-items: center;
  gap: 0.35rem;
  min-height: 2.1rem;
  font-size: 0.9rem;
}

/* Controls are hidden unless the script runs. */
form,
.more,
th > button {
  display: none;
}

.js form {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 0.75rem 1.25rem;
  padding: 0.8rem 1rem;
  background: var(--panel);
  border: 1px solid var(--line);
}

form fieldset {
  display: flex;
  flex-wrap: wrap;
  gap: 0.2rem 0.9rem;
  border: 0;
  margin: 0;
  padding: 0;
  min-width: 0;
}

form legend,
form .field > label {
  display: block;
  padding: 0;
  margin-bottom: 0.25rem;
  font-size: 0.85rem;
  font-weight: 600;
}

form .field {
  flex: 0 1 auto;
  min-width: 0;
}

input[type="checkbox"] {
  width: 1.05rem;
  height: 1.05rem;
  margin: 0;
  accent-color: var(--link);
}

input[type="search"],
select,
form button,
.more button {
  min-height: 2.1rem;
  max-width: 100%;
  padding: 0.2rem 0.55rem;
  background: var(--paper);
  border: 1px solid var(--edge);
  border-radius: 0.25rem;
}

input[type="search"] {
  width: 12rem;
}

select {
  width: 11.5rem;
}

.state {
  margin: 0.75rem 0;
  font-size: 0.95rem;
}

.js .more {
  display: block;
  margin: 1rem 0;
}

.js .more[hidden],
.js .more [hidden] {
  display: none;
}

/* Findings */
@media screen {
  /* The line above the table says more than the caption. */
  .js .findings caption {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
}

.findings {
  table-layout: fixed;
  font-size: 0.9rem;
}

.findings thead th {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--paper);
  padding: 0;
}

.findings thead th::before {
  display: block;
  padding: 0.35rem 0.6rem;
  content: attr(data-name);
}

.js .findings thead th::before {
  content: none;
}

.js .findings th > button {
  display: block;
  width: 100%;
  padding: 0.4rem 0.6rem;
  border: 0;
  background: none;
  text-align: left;
  font-weight: 600;
  font-size: 0.85rem;
}

.js .findings th > button:focus-visible {
  outline-offset: -3px;
}

.findings th > button::after {
  content: " \\2195" / "";
  color: var(--soft);
}

.findings th[aria-sort="ascending"] > button::after {
  content: " \\2191" / "";
  color: var(--ink);
}

.findings th[aria-sort="descending"] > button::after {
  content: " \\2193" / "";
  color: var(--ink);
}

.findings :is(td, th) > small {
  display: block;
  font-weight: 400;
}

/* The two rows of a package look like one. */
.findings tbody tr:first-child > :is(td, th) {
  padding-top: 0.7rem;
  border-bottom: 0;
}

.findings tbody tr:last-child > td {
  padding: 0 0.6rem 0.7rem 8rem;
}

.findings ul {
  padding: 0;
  list-style: none;
}

.findings tbody ul > li {
  padding: 0.12rem 0;
}

.findings li > .severity {
  margin-right: 0.3rem;
}

/* The explanation takes the whole width, so it starts on a line of its own when it is open. */
.findings li > details {
  display: inline;
}

.findings li > details[open] {
  display: block;
  max-width: 70rem;
  margin: 0.3rem 0 0.6rem;
}

.findings summary {
  display: inline;
  padding: 0;
  font-size: 0.85rem;
  color: var(--soft);
  text-decoration: underline dotted;
  text-underline-offset: 0.2em;
}

.findings details > :is(p, ul) {
  margin: 0.45rem 0;
}

.findings details ul {
  padding-left: 1.2rem;
  list-style: disc;
}

.findings .code {
  padding: 0.4rem 0.6rem;
  background: var(--panel);
  white-space: pre-wrap;
}

.w-severity {
  width: 7.4rem;
}

.w-package {
  width: 15%;
}

.w-installed {
  width: 10%;
}

.w-fixed,
.w-target {
  width: 11%;
}

.w-findings {
  width: 6.6rem;
}

.w-status {
  width: 13%;
}

/*
 * Before the script has started, a large report would be laid out completely, only to be hidden again. No rule for the groups
 * depends on their number (:nth-child): a browser would look at all that follow whenever one moves, and sorting 50,000 takes 20 s.
 */
.js:not(.ready) .findings .later {
  display: none;
}

footer {
  margin-top: 2.5rem;
  padding-top: 0.75rem;
  border-top: 1px solid var(--line);
}

/* Narrow screens: each package is a card. */
@media screen and (max-width: 68rem) {
  th,
  td {
    padding: 0.35rem 0.4rem;
  }

  .findings,
  .findings thead,
  .findings :is(tbody, td, tbody th) {
    display: block;
  }

  .findings [hidden] {
    display: none;
  }

  .cards,
  .cards caption,
  .cards tbody,
  .cards tr,
  .cards :is(th, td) {
    display: block;
  }

  .cards thead {
    display: none;
  }

  .cards tbody tr {
    padding: 0.5rem 0;
    border-bottom: 1px solid var(--line);
  }

  .cards :is(th, td) {
    border: 0;
    padding: 0.1rem 0;
  }

  .cards td {
    display: flow-root;
    padding-left: 5.6rem;
  }

  .cards td:empty {
    display: none;
  }

  .plan td:nth-child(2)::before {
    content: "Clears ";
  }

  .plan td:nth-child(3)::before {
    content: "How ";
  }

  .exceptions td:nth-child(1)::before {
    content: "Line ";
  }

  .exceptions td:nth-child(2)::before {
    content: "Exception ";
  }

  .exceptions td:nth-child(3)::before {
    content: "State ";
  }

  .exceptions td:nth-child(4)::before {
    content: "Owner ";
  }

  .exceptions td:nth-child(5)::before {
    content: "Reason ";
  }

  .counts {
    font-size: 0.9rem;
  }

  .findings thead tr {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    border-bottom: 2px solid var(--edge);
  }

  .findings thead th {
    position: static;
    width: auto;
    border: 0;
  }

  .findings tbody {
    padding: 0.8rem 0.2rem;
    border-bottom: 1px solid var(--line);
  }

  .findings tbody tr:first-child {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
  }

  .findings tbody tr:last-child {
    display: block;
  }

  .findings tbody tr:first-child > :is(td, th) {
    flex: 1 0 min(100%, 17rem);
    min-width: 0;
    padding: 0;
  }

  .findings tbody tr:last-child > td {
    border: 0;
    padding: 0;
  }

  .findings tbody td:empty {
    display: none;
  }

  /* Severity and name are the card's heading. */
  .findings tbody tr:first-child > td:first-child {
    flex: 0 0 auto;
  }

  .findings tbody tr:first-child > th {
    flex: 1 0 calc(100% - 8rem);
    font-size: 1rem;
  }

  .findings tbody ul {
    margin-top: 0.5rem;
  }

  .findings tbody ul > li {
    padding: 0.3rem 0;
  }

  .findings summary {
    display: inline-block;
    padding: 0.2rem 0;
  }

  /* All lines of a value stand beside its label. A grid would give each piece of a cell a place of its own. */
  .findings tbody tr:first-child > td:nth-child(n + 3) {
    padding-left: 5.6rem;
  }

  .cards td::before,
  .findings tr:first-child > td:nth-child(n + 3)::before {
    float: left;
    width: 5.2rem;
    margin-left: -5.6rem;
    color: var(--soft);
    font-size: 0.85rem;
    line-height: 1.6;
  }

  .findings tr:first-child > td:nth-child(3)::before {
    content: "Installed ";
  }

  .findings tr:first-child > td:nth-child(4)::before {
    content: "Fixed ";
  }

  .findings tr:first-child > td:nth-child(5)::before {
    content: "Findings ";
  }

  .findings tr:first-child > td:nth-child(6)::before {
    content: "Where ";
  }

  .findings tr:first-child > td:nth-child(7)::before {
    content: "Layer ";
  }

  .findings tr:first-child > td:nth-child(8):not(:last-child)::before {
    content: "Target ";
  }

  .findings tr:first-child > td:last-child:nth-child(n + 3)::before {
    content: "Status ";
  }

  .counts {
    min-width: 0;
  }
}

@media screen and (max-width: 36rem) {
  .counts {
    width: 100%;
  }

  .counts :is(th, td) {
    padding-inline: 0.2rem;
  }

  .counts thead th {
    font-size: 0.78rem;
  }

  .counts .severity {
    min-width: 0;
    font-size: 0.72rem;
  }

  .target > dl {
    grid-template-columns: 1fr;
    gap: 0;
  }

  dd {
    margin-bottom: 0.35rem;
  }
}

/* Too narrow for the overview: each target is a card, with its counts side by side. */
@media screen and (max-width: 54rem) {
  .overview,
  .overview tbody {
    display: block;
  }

  .overview thead {
    display: none;
  }

  .overview tr {
    display: flex;
    flex-wrap: wrap;
    gap: 0.15rem 0.6rem;
    padding: 0.6rem 0;
    border-bottom: 1px solid var(--line);
  }

  .overview tbody :is(th, td) {
    min-width: 0;
    padding: 0;
    border: 0;
  }

  .overview td:first-child {
    flex: 0 0 3rem;
  }

  .overview tbody th {
    flex: 1 0 calc(100% - 5rem);
  }

  .overview .number {
    display: grid;
    flex: 0 0 11.5rem;
    grid-template-columns: 5.3rem minmax(0, 1fr);
    align-items: baseline;
    font-size: 0.95rem;
    text-align: left;
    white-space: normal;
  }

  .overview .number::before {
    content: attr(data-name);
    color: var(--soft);
    font-size: 0.8rem;
  }
}

/* Paper: all findings, also those that are filtered out, and no controls. */
@media print {
  @page {
    size: a4 landscape;
    margin: 12mm;
  }

  :root {
    color-scheme: light;
  }

  html {
    font-size: 9.5pt;
  }

  body {
    max-width: none;
    padding: 0;
  }

  tr,
  .note,
  .target {
    break-inside: avoid;
  }

  /* A short table stays on one page. A long one would start on a new page and leave the last one empty. */
  .cards:not(:has(tbody tr:nth-child(9))) {
    break-inside: avoid;
  }

  /* Headings stay with what follows them. The findings are exempt, because there can be thousands. */
  caption,
  .caption,
  thead,
  .cards tr:first-child,
  section > details > summary {
    break-after: avoid;
  }

  .cards tr:last-child {
    break-before: avoid;
  }

  /* Three targets fit on a page. */
  .counts :is(th, td) {
    padding-block: 0.15rem;
  }

  .target {
    margin: 0.4rem 0 0.9rem;
  }

  .js form,
  .js .more,
  .js .findings th > button,
  .state,
  .skip {
    display: none;
  }

  .js .findings thead th::before {
    content: attr(data-name);
  }

  .js .findings tbody,
  .js:not(.ready) .findings tbody.later {
    display: table-row-group;
  }

  .findings li {
    break-inside: avoid;
  }

  .js .findings li,
  .js:not(.ready) .findings li.later {
    display: list-item;
  }

  .findings tbody tr:first-child {
    break-after: avoid;
  }

  .findings tbody tr:last-child {
    break-inside: auto;
  }

  .findings tbody tr:last-child > td {
    padding-left: 6.8rem;
  }

  .findings thead th {
    position: static;
  }

  .findings {
    font-size: 7.5pt;
  }

  .findings small,
  .findings summary {
    font-size: 6.8pt;
  }

  .w-severity {
    width: 6.2rem;
  }

  .severity {
    min-width: 0;
    border-color: currentcolor;
    font-size: 0.9em;
    print-color-adjust: exact;
    -webkit-print-color-adjust: exact;
  }

  h2,
  h3 {
    break-after: avoid;
  }

  .scroll {
    overflow: visible;
  }

  main > section > details::details-content,
  .fixed::details-content {
    content-visibility: visible;
    block-size: auto;
  }
}
`;

export const SCRIPT = `// The script of the HTML report: it sorts and filters. Without it, the page shows everything.
// It reads the table in the page, and never turns text into markup.

(() => {
  /** Number of findings that are laid out at a time. */
  const STEP = 500;
  /** Most findings that can be shown at once. For 50,000, a browser needs many seconds. */
  const MOST_AT_ONCE = 5_000;
  /** The rank of a package whose cell is empty. Such packages come last in either direction. */
  const NOTHING = -1;
  const BY_DEFAULT = { column: "severity", descending: true };
  /** Columns that begin with the highest value. All others begin with A. */
  const HIGHEST_FIRST = ["severity", "findings"];
  const number = new Intl.NumberFormat("en");

  /** An advisory in a package's list, with its findings. */
  class Finding {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLElement} item */
    constructor(item) {
      this.item = item;
      this.severity = item.dataset.s ?? "";
      this.outcome = item.dataset.o ?? "";
      /** One item can stand for the findings of several packages. */
      this.count = Number(item.dataset.n ?? 1);
    }

    /** Its id and its package, to search in. */
    get words() {
      this.#words ??= [...this.item.querySelectorAll(":scope > :is(a, code), .of")]
        .map((each) => each.textContent)
        .join(" ")
        .toLowerCase();
      return this.#words;
    }
  }

  /** A package: its group of rows, its position in the file, and its findings. */
  class Package {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLTableSectionElement} group @param {number} place */
    constructor(group, place) {
      this.group = group;
      this.place = place;
      this.severity = group.dataset.s ?? "";
      this.layer = group.dataset.l ?? "";
      this.target = group.dataset.t ?? "";
      this.cells = /** @type {HTMLTableRowElement} */ (group.rows[0]).cells;
      this.findings = [...group.querySelectorAll("li[data-s]")].map(
        (item) => new Finding(/** @type {HTMLElement} */ (item)),
      );
      this.count = this.findings.reduce((sum, { count }) => sum + count, 0);
    }

    /** Its names and the package that ships it, to search in. */
    get words() {
      this.#words ??= \`\${this.#text(1)} \${this.group.querySelector(".owner")?.textContent ?? ""}\`.toLowerCase();
      return this.#words;
    }

    /** The text that the package is sorted by. @param {string} column @param {number} cell */
    key(column, cell) {
      if (column === "severity") return this.severity;
      if (column === "status") return \`\${this.findings[0]?.outcome ?? ""} \${this.#text(cell)}\`;
      if (column === "findings") return \`\${this.count}\`;
      return column === "package" || column === "layer" ? this.#first(cell) : this.#text(cell);
    }

    /** @param {number} cell */
    #text(cell) {
      return this.cells[cell]?.textContent ?? "";
    }

    /** @param {number} cell */
    #first(cell) {
      return this.cells[cell]?.firstElementChild?.textContent ?? "";
    }
  }

  /** The values of the controls. */
  class Filter {
    /** @param {FormData} data */
    constructor(data) {
      const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
      this.severities = new Set(data.getAll("severity"));
      this.outcome = text("status");
      this.layer = text("layer");
      this.target = text("target");
      this.words = text("package").toLowerCase().split(/\\s+/).filter(Boolean);
    }

    /** Whether findings of the package can match. @param {Package} each */
    admits(each) {
      return (this.layer === "" || this.layer === each.layer) && (this.target === "" || this.target === each.target);
    }

    /** @param {Finding} finding @param {Package} of */
    matches(finding, of) {
      return (
        (this.severities.size === 0 || this.severities.has(finding.severity)) &&
        (this.outcome === "" || this.outcome === finding.outcome) &&
        this.words.every((word) => of.words.includes(word) || finding.words.includes(word))
      );
    }
  }

  /** The table in its current order. */
  class Table {
    /** For each column, the rank of each package. Kept, because comparing texts takes most of the time. */
    #ranks = /** @type {Map<string, number[]>} */ (new Map());
    sorting = BY_DEFAULT;

    /** @param {HTMLTableElement} table */
    constructor(table) {
      this.element = table;
      this.heads = [...table.querySelectorAll("thead th")].map((head) => /** @type {HTMLElement} */ (head));
      this.columns = this.heads.map((head) => head.dataset.column ?? "");
      this.packages = [...table.tBodies].map((group, place) => new Package(group, place));
      this.size = this.packages.reduce((sum, { count }) => sum + count, 0);
      this.order = this.packages;
    }

    /** @param {string} column @param {boolean} descending */
    sort(column, descending) {
      this.sorting = { column, descending };
      const ranks = this.#rank(column);
      const at = (/** @type {Package} */ { place }) => ranks[place] ?? NOTHING;
      // The highest severity has the lowest rank.
      const sign = descending === (column !== "severity") ? -1 : 1;
      this.order = [...this.packages].sort(
        (a, b) => Number(at(a) === NOTHING) - Number(at(b) === NOTHING) || sign * (at(a) - at(b)) || a.place - b.place,
      );
      const groups = document.createDocumentFragment();
      for (const { group } of this.order) groups.append(group);
      this.element.append(groups);
      for (const head of this.heads) {
        const sorted = descending ? "descending" : "ascending";
        head.setAttribute("aria-sort", head.dataset.column === column ? sorted : "none");
      }
    }

    /** @param {string} column */
    #rank(column) {
      const known = this.#ranks.get(column);
      if (known !== undefined) return known;
      const cell = this.columns.indexOf(column);
      const keys = this.packages.map((each) => each.key(column, cell));
      const { compare } = new Intl.Collator("en", { numeric: true });
      const places = new Map([...new Set(keys)].sort(compare).map((key, place) => [key, place]));
      const ranks = keys.map((key) => (key === "" ? NOTHING : (places.get(key) ?? NOTHING)));
      this.#ranks.set(column, ranks);
      return ranks;
    }

    /** Shows the first findings that match, and hides all others. @param {Filter} filter @param {number} most */
    show(filter, most) {
      let found = 0;
      let shown = 0;
      for (const each of this.order) {
        const before = shown;
        const admitted = filter.admits(each);
        for (const finding of each.findings) {
          const matches = admitted && filter.matches(finding, each);
          const isShown = matches && shown < most;
          if (matches) found += finding.count;
          if (isShown) shown += finding.count;
          hide(finding.item, !isShown);
        }
        hide(each.group, shown === before);
      }
      return { found, shown };
    }

    /** The last finding that is shown. */
    lastShown() {
      const last = this.order.filter(({ group }) => !group.hidden).at(-1);
      return last?.findings.filter(({ item }) => !item.hidden).at(-1)?.item;
    }
  }

  /** Leaves an element alone that is as it should be, because changing it costs time. @param {HTMLElement} element @param {boolean} hidden */
  function hide(element, hidden) {
    if (element.hidden !== hidden) element.hidden = hidden;
  }

  /** Controls, table, and the line that says what is shown. */
  class Page {
    #most = STEP;
    #waiting = 0;

    /** @param {HTMLTableElement} table @param {HTMLFormElement} form */
    constructor(table, form) {
      this.table = new Table(table);
      this.form = form;
      this.state = /** @type {HTMLElement} */ (document.getElementById("state"));
      this.more = /** @type {HTMLElement} */ (document.getElementById("more"));
      this.all = /** @type {HTMLElement} */ (document.getElementById("show-all"));
    }

    start() {
      this.form.addEventListener("input", ({ target }) => {
        const typing = target instanceof HTMLInputElement && target.type === "search";
        clearTimeout(this.#waiting);
        this.#waiting = setTimeout(() => this.changed(), typing ? 150 : 0);
      });
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.changed();
      });
      // The controls are reset only after the event.
      this.form.addEventListener("reset", () => setTimeout(() => this.reset()));
      for (const head of this.table.heads)
        head.querySelector("button")?.addEventListener("click", () => this.sortBy(head.dataset.column ?? ""));
      document.getElementById("show-more")?.addEventListener("click", () => this.showMore(STEP));
      this.all.addEventListener("click", () => this.showMore(Number.POSITIVE_INFINITY));
      this.recall();
      this.show();
    }

    show() {
      const { found, shown } = this.table.show(new Filter(new FormData(this.form)), this.#most);
      const all = this.table.size;
      const left = found - shown;
      const count = found === all ? "" : \`\${number.format(found)} of \`;
      const first = left > 0 ? \`, the first \${number.format(shown)} shown\` : "";
      const { column } = this.table.sorting;
      const findings = all === 1 ? "finding" : "findings";
      this.state.textContent = \`\${count}\${number.format(all)} \${findings}\${first}. Sorted by \${column}, \${this.direction()}.\`;
      this.more.hidden = left <= 0;
      this.all.hidden = found > MOST_AT_ONCE;
    }

    direction() {
      const { column, descending } = this.table.sorting;
      if (column === "severity") return descending ? "most severe first" : "least severe first";
      return descending ? "descending" : "ascending";
    }

    /** Called when the controls or the order have changed. */
    changed() {
      this.#most = STEP;
      this.show();
      this.remember();
    }

    reset() {
      this.table.sort(BY_DEFAULT.column, BY_DEFAULT.descending);
      this.changed();
    }

    /** Sorts by a column. A second time reverses the order. @param {string} column */
    sortBy(column) {
      const { sorting } = this.table;
      this.table.sort(column, sorting.column === column ? !sorting.descending : HIGHEST_FIRST.includes(column));
      this.changed();
    }

    /** @param {number} findings */
    showMore(findings) {
      const last = this.table.lastShown();
      this.#most += findings;
      this.show();
      // Keyboard users continue at the first new finding.
      if (last === undefined) return;
      last.tabIndex = -1;
      last.focus();
    }

    /** Stores controls and order in the address, so that a copied address shows the same. */
    remember() {
      const kept = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) if (value !== "") kept.append(name, String(value));
      const { column, descending } = this.table.sorting;
      if (column !== BY_DEFAULT.column || !descending) kept.set("sort", \`\${descending ? "-" : ""}\${column}\`);
      try {
        history.replaceState(null, "", \`#\${kept}\`);
      } catch {
        // Some browsers refuse this for files. The page works without it.
      }
    }

    recall() {
      if (!location.hash.includes("=")) return;
      const kept = new URLSearchParams(location.hash.slice(1));
      for (const control of this.form.elements) set(control, kept);
      const [, minus, column = ""] = /^(-?)(\\w+)$/.exec(kept.get("sort") ?? "") ?? [];
      if (this.table.columns.includes(column)) this.table.sort(column, minus === "-");
    }
  }

  /** Sets a control to its value in the address. @param {Element} control @param {URLSearchParams} kept */
  function set(control, kept) {
    if (control instanceof HTMLInputElement && control.type === "checkbox")
      control.checked = kept.getAll(control.name).includes(control.value);
    else if (control instanceof HTMLInputElement) control.value = kept.get(control.name) ?? "";
    else if (control instanceof HTMLSelectElement) {
      const value = kept.get(control.name) ?? "";
      if ([...control.options].some((option) => option.value === value)) control.value = value;
    }
  }

  /** Opens everything folded for printing, except the explanations in the table of findings. */
  function unfoldForPrint() {
    /** @type {HTMLDetailsElement[]} */
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = [...document.querySelectorAll("details")].filter(
        (details) => !details.open && details.closest(".findings") === null,
      );
      for (const details of unfolded) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of unfolded) details.open = false;
    });
  }

  document.documentElement.classList.add("js");
  document.addEventListener("DOMContentLoaded", () => {
    const table = document.querySelector("table.findings");
    const form = document.querySelector("form");
    if (table instanceof HTMLTableElement && form !== null) new Page(table, form).start();
    document.documentElement.classList.add("ready");
    unfoldForPrint();
  });
})();
`;
