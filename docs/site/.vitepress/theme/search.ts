import type { Section } from "../../../../scripts/site/search-index.ts";

// The search, and the buttons that copy code. All of it works without another host.

const MOST = 20;

/** A word as it is compared: "expires", "expired" and "expire" are one. */
const stem = (word: string) => (word.length > 4 ? word.replace(/(?:ions?|ing|es|ed|e|s)$/, "") : word);
const wordsOf = (query: string) => query.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}._-]*/gu) ?? [];

interface Hit {
  readonly section: Section;
  readonly score: number;
}

/** Parts that have all words, those that have them in their titles or close together first. */
function find(sections: readonly Section[], query: string): Section[] {
  const stems = wordsOf(query).map(stem);
  if (stems.length === 0) return [];
  const whole = query.trim().toLowerCase();
  const hits = sections.flatMap((section): Hit[] => {
    const titles = section.titles.join(" ").toLowerCase();
    const own = section.titles.at(-1)?.toLowerCase() ?? "";
    const text = section.text.toLowerCase();
    if (!stems.every((each) => titles.includes(each) || text.includes(each))) return [];
    const inTitles =
      stems.filter((each) => own.includes(each)).length * 4 + stems.filter((each) => titles.includes(each)).length;
    const phrase = own.includes(whole) ? 20 : text.includes(whole) ? 6 : 0;
    // The beginning of a page says what the page is about.
    const beginning = phrase > 6 && section.titles.length === 1 ? 5 : 0;
    // A part that is about the words has them more than once, and is not long.
    const times = stems.reduce((sum, each) => sum + Math.min(5, text.split(each).length - 1), 0);
    return [{ section, score: inTitles + phrase + beginning + times / (1 + text.length / 2000) }];
  });
  return hits.sort((a, b) => b.score - a.score).map(({ section }) => section);
}

/** Some words of a text around the first of the query's. */
function excerpt({ text }: Section, query: string): string {
  const at = wordsOf(query)
    .map((word) => text.toLowerCase().indexOf(stem(word)))
    .filter((index) => index >= 0);
  const from = Math.max(0, Math.min(...(at.length > 0 ? at : [0])) - 60);
  const begin = from === 0 ? 0 : text.indexOf(" ", from) + 1;
  return `${begin > 0 ? "… " : ""}${text.slice(begin, begin + 180)}${text.length > begin + 180 ? " …" : ""}`;
}

function entry(section: Section, query: string, base: string): HTMLLIElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${base}${section.address}`;
  link.textContent = section.titles.join(" › ");
  const text = document.createElement("p");
  text.className = "excerpt";
  text.textContent = excerpt(section, query);
  item.append(link, text);
  return item;
}

const dialog = document.querySelector<HTMLDialogElement>("#search");
const input = dialog?.querySelector("input");
const status = dialog?.querySelector("[role=status]");
const list = dialog?.querySelector("ol");
let sections: Promise<Section[]> | undefined;

async function search(): Promise<void> {
  if (!dialog || !input || !status || !list) return;
  const { index = "", base = "/" } = dialog.dataset;
  sections ??= fetch(index).then((answer) => answer.json());
  const query = input.value;
  const hits = find(await sections, query);
  if (query !== input.value) return;
  list.replaceChildren(...hits.slice(0, MOST).map((section) => entry(section, query, base)));
  const said =
    hits.length === 0
      ? "Nothing found."
      : `${hits.length} found${hits.length > MOST ? `, the best ${MOST} shown` : ""}.`;
  status.textContent = query.trim() === "" ? "" : said;
}

function open(): void {
  dialog?.showModal();
  input?.select();
  void search();
}

document.querySelector("#search-button")?.addEventListener("click", open);
input?.addEventListener("input", () => void search());
input?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  list?.querySelector("a")?.click();
});
list?.addEventListener("click", () => dialog?.close());
document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  const isAsked = event.key === "/" || ((event.ctrlKey || event.metaKey) && event.key === "k");
  if (!isAsked || isTyping || dialog?.open) return;
  event.preventDefault();
  open();
});

for (const button of document.querySelectorAll<HTMLButtonElement>("button.copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement?.querySelector("pre")?.textContent ?? "");
    button.textContent = "Copied";
  });
}
