// Globs know `*` (any characters within one path segment), `**` (any characters, `/` included), `?` (one character that
// is no `/`), and nothing else: brackets, braces, `!` and `\` mean themselves. A whole segment `**` also stands for no
// directory at all: `a/**/b` matches `a/b`. Dots at the start of a name are nothing special, case matters, the whole text
// must match, and leading slashes of pattern and text are dropped.

/** What a pattern is made of: a code point to be met literally, or one of the four below. */
type Token = number;
const ONE = -1;
const STAR = -2;
const GLOBSTAR = -3;
/** `**` as a whole segment; the slash behind it follows as a token of its own, and is optional together with it. */
const DIRECTORIES = -4;

const SLASH = 0x2f;
const QUESTION = 0x3f;

/** Patterns as a tree: those that begin alike share the nodes of their beginning. */
interface Node {
  readonly id: number;
  /** The token that led here. */
  readonly token: Token;
  readonly children: Map<Token, Node>;
  /** Numbers of the patterns that are complete here. */
  readonly ends: number[];
}

/** All nodes that a text can have led to so far: one state of the automaton. */
interface State<T> {
  readonly nodes: readonly Node[];
  readonly next: Map<number, State<T>>;
  /** Values of the patterns that match where the text ends here. */
  readonly values: readonly T[];
}

interface Memory<T> {
  readonly states: Map<string, State<T>>;
  start?: State<T>;
  /** Nodes, summed over the states. */
  size: number;
}

/** Beyond so many nodes (some MB) the memory starts afresh: a hostile set of patterns has exponentially many states. */
const MEMORY_LIMIT = 1 << 19;

export interface GlobRule<T> {
  readonly glob: string;
  readonly value: T;
}

/** Whether a text matches the glob; see the head of this file for what globs know. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const matching = compileGlobs([{ glob: pattern, value: true }]);
  return (text) => matching(text).length > 0;
}

/**
 * Matches a text against many globs at once: the values of those that match, in the order of the rules, each value
 * once. Texts that end alike get the same array, so that callers can remember by identity.
 *
 * It is an automaton whose states are made when a text first needs them (https://swtch.com/~rsc/regexp/regexp1.html):
 * nothing is tried twice, so no pattern can make it slow.
 */
export function compileGlobs<T>(rules: readonly GlobRule<T>[]): (text: string) => readonly T[] {
  const root = plant(rules.map((rule) => rule.glob));
  let memory: Memory<T> = { states: new Map(), size: 0 };

  function stateOf(reached: ReadonlySet<Node>): State<T> {
    const nodes = [...reached].sort((a, b) => a.id - b.id);
    const key = nodes.map((node) => node.id).join();
    const known = memory.states.get(key);
    if (known !== undefined) return known;
    const state = { nodes, next: new Map(), values: valuesOf(nodes, rules) };
    if (memory.size > MEMORY_LIMIT) memory = { states: new Map(), size: 0 };
    memory.states.set(key, state);
    memory.size += nodes.length + 1;
    return state;
  }

  function advance(state: State<T>, character: number): State<T> {
    const reached = new Set<Node>();
    for (const node of state.nodes) step(node, character, reached);
    const next = stateOf(reached);
    state.next.set(character, next);
    return next;
  }

  function begin(): State<T> {
    const reached = new Set<Node>();
    enter(root, reached);
    return stateOf(reached);
  }

  return (text) => {
    memory.start ??= begin();
    let state = memory.start;
    for (let at = leadingSlashes(text); at < text.length && state.nodes.length > 0; ) {
      const character = text.codePointAt(at) as number;
      state = state.next.get(character) ?? advance(state, character);
      at += character > 0xffff ? 2 : 1;
    }
    return state.values;
  };
}

function valuesOf<T>(nodes: readonly Node[], rules: readonly GlobRule<T>[]): readonly T[] {
  const numbers = nodes.flatMap((node) => node.ends).sort((a, b) => a - b);
  return [...new Set(numbers.map((number) => (rules[number] as GlobRule<T>).value))];
}

/** Adds a node, and those behind it that need no character. */
function enter(node: Node, reached: Set<Node>): void {
  if (reached.has(node)) return;
  reached.add(node);
  for (const token of node.token === DIRECTORIES ? [SLASH] : [STAR, GLOBSTAR, DIRECTORIES]) {
    const child = node.children.get(token);
    if (child !== undefined) enter(child, reached);
  }
}

/** Adds the nodes that one character leads to from `node`. */
function step(node: Node, character: number, reached: Set<Node>): void {
  if (node.token === GLOBSTAR || (node.token === STAR && character !== SLASH)) enter(node, reached);
  // In the middle of a directory's name nothing else may begin.
  if (node.token === DIRECTORIES) reached.add(node);
  const literal = node.children.get(character);
  if (literal !== undefined) enter(literal, reached);
  const one = node.children.get(ONE);
  if (one !== undefined && character !== SLASH) enter(one, reached);
}

/** The tree of all patterns. */
function plant(patterns: readonly string[]): Node {
  let count = 0;
  const sprout = (token: Token): Node => ({ id: count++, token, children: new Map(), ends: [] });
  const root = sprout(SLASH);
  patterns.forEach((pattern, number) => {
    let node = root;
    for (const token of tokens(pattern)) {
      let child = node.children.get(token);
      if (child === undefined) {
        child = sprout(token);
        node.children.set(token, child);
      }
      node = child;
    }
    node.ends.push(number);
  });
  return root;
}

function tokens(pattern: string): Token[] {
  const found: Token[] = [];
  let at = leadingSlashes(pattern);
  let segmentStart = true;
  while (at < pattern.length) {
    const stars = starsAt(pattern, at);
    at += stars;
    if (stars > 1 && segmentStart && pattern[at] === "/") {
      // Twice in a row says nothing more than once.
      if (found.at(-2) !== DIRECTORIES) found.push(DIRECTORIES, SLASH);
      at += 1;
    } else if (stars > 0) {
      found.push(stars === 1 ? STAR : GLOBSTAR);
      segmentStart = false;
    } else {
      const character = pattern.codePointAt(at) as number;
      found.push(character === QUESTION ? ONE : character);
      segmentStart = character === SLASH;
      at += character > 0xffff ? 2 : 1;
    }
  }
  return found;
}

function starsAt(pattern: string, at: number): number {
  let end = at;
  while (pattern[end] === "*") end++;
  return end - at;
}

function leadingSlashes(text: string): number {
  let count = 0;
  while (text[count] === "/") count++;
  return count;
}
