// The script of the HTML report: sorting and filtering. Without it the page is whole, only still.
// It reads the table that is there and never makes markup out of text.

(() => {
  /** So many rows are laid out at a time. */
  const STEP = 500;
  /** So many can be asked for at once: for 50,000 a browser needs many seconds. */
  const MOST_AT_ONCE = 5_000;
  /** The rank of a row whose cell is empty: such rows come last in either direction. */
  const NOTHING = -1;
  const COLUMNS = ["severity", "advisory", "package", "installed", "fixed", "where", "layer", "target", "status"];
  const BY_DEFAULT = { column: "severity", descending: true };
  const number = new Intl.NumberFormat("en");

  /** A finding: its row, its place in the file, and what the controls ask for. */
  class Item {
    /** @type {string | undefined} */
    #words;

    /** @param {HTMLTableRowElement} row @param {number} place */
    constructor(row, place) {
      const { s = "", o = "", l = "", t = "" } = row.dataset;
      this.row = row;
      this.place = place;
      this.severity = s;
      this.outcome = o;
      this.layer = l;
      this.target = t;
    }

    /** Package, advisory and the package that ships it, to search in. */
    get words() {
      if (this.#words === undefined) {
        const owner = this.row.querySelector(".owner")?.textContent ?? "";
        this.#words = `${this.#text(2)} ${this.#first(1)} ${owner}`.toLowerCase();
      }
      return this.#words;
    }

    /** What it is sorted by. @param {string} column */
    key(column) {
      const cell = COLUMNS.indexOf(column);
      if (column === "severity") return this.severity;
      if (column === "status") return `${this.outcome} ${this.#text(cell)}`;
      return column === "advisory" || column === "layer" ? this.#first(cell) : this.#text(cell);
    }

    /** @param {number} cell */
    #text(cell) {
      return this.row.cells[cell]?.textContent ?? "";
    }

    /** @param {number} cell */
    #first(cell) {
      return this.row.cells[cell]?.firstElementChild?.textContent ?? "";
    }
  }

  /** The controls' values, as a question to each finding. */
  class Filter {
    /** @param {FormData} data */
    constructor(data) {
      const text = (/** @type {string} */ name) => String(data.get(name) ?? "");
      this.severities = new Set(data.getAll("severity"));
      this.outcome = text("status");
      this.layer = text("layer");
      this.target = text("target");
      this.words = text("package").toLowerCase().split(/\s+/).filter(Boolean);
    }

    /** @param {Item} item */
    fits(item) {
      return (
        (this.severities.size === 0 || this.severities.has(item.severity)) &&
        (this.outcome === "" || this.outcome === item.outcome) &&
        (this.layer === "" || this.layer === item.layer) &&
        (this.target === "" || this.target === item.target) &&
        this.words.every((word) => item.words.includes(word))
      );
    }
  }

  /** The table in the order that was asked for. */
  class Table {
    /** For each column the rank of each finding: worked out once, as comparing texts is what takes time. */
    #ranks = /** @type {Map<string, number[]>} */ (new Map());
    sorting = BY_DEFAULT;

    /** @param {HTMLTableElement} table */
    constructor(table) {
      this.element = table;
      this.body = /** @type {HTMLTableSectionElement} */ (table.tBodies[0]);
      this.heads = [...table.querySelectorAll("th")];
      this.items = [...this.body.rows].map((row, place) => new Item(row, place));
      this.order = this.items;
    }

    /** @param {string} column @param {boolean} descending */
    sort(column, descending) {
      this.sorting = { column, descending };
      const ranks = this.#rank(column);
      const at = (/** @type {Item} */ { place }) => ranks[place] ?? NOTHING;
      // Of severities the highest has the lowest rank.
      const sign = descending === (column !== "severity") ? -1 : 1;
      this.order = [...this.items].sort(
        (a, b) => Number(at(a) === NOTHING) - Number(at(b) === NOTHING) || sign * (at(a) - at(b)) || a.place - b.place,
      );
      const rows = document.createDocumentFragment();
      for (const { row } of this.order) rows.append(row);
      this.body.append(rows);
      for (const head of this.heads) {
        const sorted = descending ? "descending" : "ascending";
        head.setAttribute("aria-sort", head.dataset.column === column ? sorted : "none");
      }
    }

    /** @param {string} column */
    #rank(column) {
      const known = this.#ranks.get(column);
      if (known !== undefined) return known;
      const keys = this.items.map((item) => item.key(column));
      const { compare } = new Intl.Collator("en", { numeric: true });
      const places = new Map([...new Set(keys)].sort(compare).map((key, place) => [key, place]));
      const ranks = keys.map((key) => (key === "" ? NOTHING : (places.get(key) ?? NOTHING)));
      this.#ranks.set(column, ranks);
      return ranks;
    }

    /** Shows what fits, at most so many rows of it, and hides the rest. @param {Filter} filter @param {number} most */
    show(filter, most) {
      let found = 0;
      for (const item of this.order) {
        const fits = filter.fits(item);
        if (fits) found += 1;
        const hidden = !fits || found > most;
        if (item.row.hidden !== hidden) item.row.hidden = hidden;
      }
      return found;
    }
  }

  /** Controls, table and what is said of them. */
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
      const found = this.table.show(new Filter(new FormData(this.form)), this.#most);
      const all = this.table.items.length;
      const left = found - this.#most;
      const count = found === all ? "" : `${number.format(found)} of `;
      const first = left > 0 ? `, the first ${number.format(this.#most)} shown` : "";
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

    /** The controls have other values, or the order is another. */
    changed() {
      this.#most = STEP;
      this.show();
      this.remember();
    }

    reset() {
      this.table.sort(BY_DEFAULT.column, BY_DEFAULT.descending);
      this.changed();
    }

    /** What is most severe comes first, all else begins with A; once more turns it round. @param {string} column */
    sortBy(column) {
      const { sorting } = this.table;
      this.table.sort(column, sorting.column === column ? !sorting.descending : column === "severity");
      this.changed();
    }

    /** @param {number} rows */
    showMore(rows) {
      const last = this.table.order.filter(({ row }) => !row.hidden).at(-1)?.row;
      this.#most += rows;
      this.show();
      // Whoever reads by keyboard goes on where the new rows begin.
      if (last === undefined) return;
      last.tabIndex = -1;
      last.focus();
    }

    /** Keeps what is shown in the address, so that it can be passed on. */
    remember() {
      const kept = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) if (value !== "") kept.append(name, String(value));
      const { column, descending } = this.table.sorting;
      if (column !== BY_DEFAULT.column || !descending) kept.set("sort", `${descending ? "-" : ""}${column}`);
      try {
        history.replaceState(null, "", `#${kept}`);
      } catch {
        // Some browsers refuse it for files; the page works without.
      }
    }

    recall() {
      if (!location.hash.includes("=")) return;
      const kept = new URLSearchParams(location.hash.slice(1));
      for (const control of this.form.elements) set(control, kept);
      const [, minus, column = ""] = /^(-?)(\w+)$/.exec(kept.get("sort") ?? "") ?? [];
      if (COLUMNS.includes(column)) this.table.sort(column, minus === "-");
    }
  }

  /** Gives a control the value that the address has for it. @param {Element} control @param {URLSearchParams} kept */
  function set(control, kept) {
    if (control instanceof HTMLInputElement && control.type === "checkbox")
      control.checked = kept.getAll(control.name).includes(control.value);
    else if (control instanceof HTMLInputElement) control.value = kept.get(control.name) ?? "";
    else if (control instanceof HTMLSelectElement) {
      const value = kept.get(control.name) ?? "";
      if ([...control.options].some((option) => option.value === value)) control.value = value;
    }
  }

  /** What is folded on the screen is open on paper, but for the texts within the table. */
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
