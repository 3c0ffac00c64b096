// The script of the HTML report: it sorts and filters. Without it, the page shows everything.
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

  /** A finding and its row. */
  class Finding {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLTableRowElement} row */
    constructor(row) {
      this.row = row;
      this.severity = row.dataset.s ?? "";
      this.outcome = row.dataset.o ?? "";
      this.scanners = (row.dataset.w ?? "").split(" ");
    }

    /** Its id and its package, to search in. */
    get words() {
      this.#words ??= this.row.cells[1]?.textContent.toLowerCase() ?? "";
      return this.#words;
    }
  }

  /** A package: its heading, its position in the file, and its findings. */
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
      const [heading, ...findings] = group.rows;
      this.cells = /** @type {HTMLTableRowElement} */ (heading).cells;
      this.findings = findings.map((row) => new Finding(row));
    }

    /** Its names and its place, with the package that ships it, to search in. */
    get words() {
      this.#words ??= `${this.#text(1)} ${this.#text(5)}`.toLowerCase();
      return this.#words;
    }

    /** The text that the package is sorted by. @param {string} column @param {number} cell */
    key(column, cell) {
      if (column === "severity") return this.severity;
      if (column === "findings") return `${this.findings.length}`;
      const { outcome = "", row } = this.findings[0] ?? {};
      if (column === "status") return `${outcome} ${row?.cells[row.cells.length - 1]?.textContent}`;
      if (column === "scanners") return row?.cells[row.cells.length - 2]?.textContent ?? "";
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
      this.scanner = text("scanner");
      this.words = text("package").toLowerCase().split(/\s+/).filter(Boolean);
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
        (this.scanner === "" || finding.scanners.includes(this.scanner)) &&
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
      this.size = this.packages.reduce((sum, { findings }) => sum + findings.length, 0);
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
          if (matches) found += 1;
          if (isShown) shown += 1;
          hide(finding.row, !isShown);
        }
        hide(each.group, shown === before);
      }
      return { found, shown };
    }

    /** The last finding that is shown. */
    lastShown() {
      const last = this.order.filter(({ group }) => !group.hidden).at(-1);
      return last?.findings.filter(({ row }) => !row.hidden).at(-1)?.row;
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
      const count = found === all ? "" : `${number.format(found)} of `;
      const first = left > 0 ? `, the first ${number.format(shown)} shown` : "";
      const { column } = this.table.sorting;
      const findings = all === 1 ? "finding" : "findings";
      this.state.textContent = `${count}${number.format(all)} ${findings}${first}. Sorted by ${column}, ${this.direction()}.`;
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
      if (column !== BY_DEFAULT.column || !descending) kept.set("sort", `${descending ? "-" : ""}${column}`);
      try {
        history.replaceState(null, "", `#${kept}`);
      } catch {
        // Some browsers refuse this for files. The page works without it.
      }
    }

    recall() {
      if (!location.hash.includes("=")) return;
      const kept = new URLSearchParams(location.hash.slice(1));
      for (const control of this.form.elements) set(control, kept);
      const [, minus, column = ""] = /^(-?)(\w+)$/.exec(kept.get("sort") ?? "") ?? [];
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
