// Globs support only `*` (any characters within one path segment), `**` (any characters, including `/`) and `?` (one
// character except `/`). Brackets, braces, `!` and `\` are literal. A whole segment `**` can also match no directory at
// all: `a/**/b` matches `a/b`. A dot at the start of a name is not special. Case matters, and the whole text must
// match. Leading slashes of pattern and text are ignored.

/** A part of a pattern: a code point that is matched literally, or one of the four below. */
type Token = number;
const ONE = -1;
const STAR = -2;
const GLOBSTAR = -3;
/** `**` as a whole segment. The slash after it is a separate token, and is optional together with it. */
const DIRECTORIES = -4;

const NEEDS_NOTHING = new Set([STAR, GLOBSTAR, DIRECTORIES]);

const SLASH = 0x2f;
const QUESTION = 0x3f;

/** A node in the tree of patterns. Patterns with the same prefix share the prefix's nodes. */
interface Node {
  readonly id: number;
  /** The token that led here. */
  readonly token: Token;
  readonly children: Map<Token, Node>;
  /** Children that are reached together with this node, since they need no character. */
  readonly behind: Node[];
  /** Indexes of the patterns that end here. */
  readonly ends: number[];
  /** The step in which the node was last reached, so that no step adds it twice. */
  reachedIn: number;
}

/** One state of the automaton: all nodes that the text so far can have led to. */
interface State<T> {
  readonly nodes: readonly Node[];
  /** Indexed by the character's class. */
  readonly next: (State<T> | undefined)[];
  /** Values of the patterns that match if the text ends here. */
  readonly values: readonly T[];
}

interface Automaton<T> {
  readonly rules: readonly GlobRule<T>[];
  readonly root: Node;
  /** A small number for each character in the patterns. All other characters lead to the same nodes, and are 0. */
  readonly classes: ReadonlyMap<number, number>;
  /** The same for characters below 128. */
  readonly ascii: readonly number[];
  /** Keyed by the ids of their nodes. */
  states: Map<string, State<T>>;
  start: State<T> | undefined;
  /** Rough size of the cached states, in machine words. */
  size: number;
  /** Steps taken so far. */
  steps: number;
  readonly work: MatchingWork;
}

/** How many more nodes may be visited, by all automata that share it. */
export interface MatchingWork {
  left: number;
}

/**
 * Visits of one automaton, or of a group: some seconds. Texts that end in known states cost none, so that a policy of
 * thousands of patterns needs a fraction for a large image.
 */
export const MOST_VISITS = 20_000_000;

/**
 * Patterns were made so that each character of a text leads to very many of their nodes. Outside it is an error of the
 * run.
 */
export class TooManyVisits extends Error {
  override readonly name = "TooManyVisits";
  readonly code: string = TOO_COSTLY.code;
  readonly what: string = TOO_COSTLY.what;
  readonly remedy: string = TOO_COSTLY.remedy;
}

const TOO_COSTLY = {
  code: "patterns-too-costly",
  what: "The patterns (`*`, `**`, `?`) and the texts that they are compared with have too many ways to match",
  remedy: "Write fewer patterns, or patterns with fewer stars: `**/name` instead of a star between all letters.",
};

/** Beyond this size (some MB), the cache is emptied: a hostile set of patterns has exponentially many states. */
const MEMORY_LIMIT = 1 << 20;
/** Size of a state itself, including its transitions. */
const STATE_SIZE = 64;

export interface GlobRule<T> {
  readonly glob: string;
  readonly value: T;
}

/** Tests whether a text matches the glob. The top of this file describes the syntax. */
export function compileGlob(pattern: string): (text: string) => boolean {
  const matching = compileGlobs([{ glob: pattern, value: pattern }]);
  return (text) => matching(text).length > 0;
}

/**
 * Matches a text against many globs at once. Returns the values of those that match, in the order of the rules, each
 * value once. Texts that end in the same state get the same array, so that callers can cache by identity.
 *
 * It is an automaton whose states are created when a text first needs them
 * (https://swtch.com/~rsc/regexp/regexp1.html). Nothing is tried twice, but a character may lead to many nodes at once:
 * `work` bounds their number.
 * @throws TooManyVisits, the function that is returned
 */
export function compileGlobs<T>(
  rules: readonly GlobRule<T>[],
  work: MatchingWork = { left: MOST_VISITS },
): (text: string) => readonly T[] {
  const automaton = automatonOf(rules, work);
  return (text) => walk(automaton, text).values;
}

function automatonOf<T>(rules: readonly GlobRule<T>[], work: MatchingWork): Automaton<T> {
  const patterns = rules.map((rule) => tokens(rule.glob));
  const classes = new Map([[SLASH, 1]]);
  for (const pattern of patterns)
    for (const token of pattern) if (!classes.has(token)) classes.set(token, classes.size + 1);
  const ascii = new Array<number>(128).fill(0);
  for (const [character, number] of classes) if (character >= 0 && character < 128) ascii[character] = number;
  const root = plant(patterns);
  return { rules, root, classes, ascii, states: new Map(), start: undefined, size: 0, steps: 0, work };
}

function walk<T>(automaton: Automaton<T>, text: string): State<T> {
  const { ascii, classes } = automaton;
  let state = automaton.start ?? begin(automaton);
  for (let at = leadingSlashes(text); at < text.length && state.nodes.length > 0; ) {
    const character = text.codePointAt(at) as number;
    const number = ascii[character] ?? classes.get(character) ?? 0;
    state = state.next[number] ?? advance(automaton, state, character, number);
    at += character > 0xffff ? 2 : 1;
  }
  return state;
}

function begin<T>(automaton: Automaton<T>): State<T> {
  const reached: Node[] = [];
  enter(automaton.root, reached, ++automaton.steps);
  const start = stateOf(automaton, reached);
  automaton.start = start;
  return start;
}

function advance<T>(automaton: Automaton<T>, state: State<T>, character: number, number: number): State<T> {
  const reached: Node[] = [];
  automaton.steps += 1;
  automaton.work.left -= state.nodes.length;
  if (automaton.work.left < 0) throw new TooManyVisits();
  for (const node of state.nodes) step(node, character, reached, automaton.steps);
  const next = stateOf(automaton, reached);
  state.next[number] = next;
  return next;
}

function stateOf<T>(automaton: Automaton<T>, reached: Node[]): State<T> {
  const nodes = reached.sort((a, b) => a.id - b.id);
  const key = nodes.map((node) => node.id).join();
  const known = automaton.states.get(key);
  if (known !== undefined) return known;
  const state = { nodes, next: [], values: valuesOf(nodes, automaton.rules) };
  if (automaton.size > MEMORY_LIMIT) {
    automaton.states = new Map();
    automaton.start = undefined;
    automaton.size = 0;
  }
  automaton.states.set(key, state);
  automaton.size += nodes.length + STATE_SIZE;
  return state;
}

const NO_VALUES: readonly never[] = [];

function valuesOf<T>(nodes: readonly Node[], rules: readonly GlobRule<T>[]): readonly T[] {
  if (nodes.every((node) => node.ends.length === 0)) return NO_VALUES;
  const numbers = nodes.flatMap((node) => node.ends).sort((a, b) => a - b);
  return [...new Set(numbers.map((number) => (rules[number] as GlobRule<T>).value))];
}

/** Adds a node, and the children that are reached together with it. */
function enter(node: Node, reached: Node[], now: number): void {
  if (node.reachedIn === now) return;
  node.reachedIn = now;
  reached.push(node);
  for (const child of node.behind) enter(child, reached, now);
}

/** Adds the nodes that one character leads to from `node`. */
function step(node: Node, character: number, reached: Node[], now: number): void {
  const { token, children } = node;
  if (token === GLOBSTAR || (token === STAR && character !== SLASH)) enter(node, reached, now);
  if (token === DIRECTORIES && node.reachedIn !== now) {
    // Nothing else may begin in the middle of a directory's name.
    node.reachedIn = now;
    reached.push(node);
  }
  const literal = children.get(character);
  if (literal !== undefined) enter(literal, reached, now);
  const one = children.get(ONE);
  if (one !== undefined && character !== SLASH) enter(one, reached, now);
}

/** Builds the tree of all patterns. */
function plant(patterns: readonly (readonly Token[])[]): Node {
  const root = sprout(0, SLASH);
  let count = 1;
  patterns.forEach((pattern, number) => {
    let node = root;
    for (const token of pattern) {
      let child = node.children.get(token);
      if (child === undefined) {
        child = sprout(count++, token);
        node.children.set(token, child);
        if (NEEDS_NOTHING.has(token) || node.token === DIRECTORIES) node.behind.push(child);
      }
      node = child;
    }
    node.ends.push(number);
  });
  return root;
}

function sprout(id: number, token: Token): Node {
  return { id, token, children: new Map(), behind: [], ends: [], reachedIn: 0 };
}

function tokens(pattern: string): Token[] {
  const found: Token[] = [];
  let at = leadingSlashes(pattern);
  let segmentStart = true;
  while (at < pattern.length) {
    const stars = starsAt(pattern, at);
    at += stars;
    if (stars > 1 && segmentStart && pattern[at] === "/") {
      // Two in a row mean the same as one.
      if (found.at(-2) !== DIRECTORIES) found.push(DIRECTORIES, SLASH);
      at += 1;
    } else if (stars > 0) {
      found.push(stars === 1 ? STAR : GLOBSTAR);
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
