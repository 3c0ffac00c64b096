import fc from "fast-check";

// Manifests built from constructs that programs read differently. `@` is a placeholder for a prefix that makes the
// names of a file's images unique.

const pod = (containers: string) =>
  `kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: [${containers}]}\n`;

/** A container, in ways that may hide its image. The anchor `x` is a mapping with another image. */
const CONTAINERS = [
  "{name: a, image: '@a:1'}",
  "{name: a, image: '@a:1', <<: *x}",
  "{<<: *x, name: a}",
  "{<<: *x, image: '@a:1'}",
  "{<<: [*y, *x], name: a}",
  "{<<: {image: '@m:1'}, name: a}",
  "{name: a, image: '@a:1', !!merge \"<<\": *x}",
  "{name: a, image: '@a:1', ! \"<<\": *x}",
  '{name: a, image: "@a:1", "<<": *x}',
  "{name: a, image: '@a:1', Image: '@b:1'}",
  "{name: a, IMAGE: '@b:1'}",
  '{name: a, "im\\u0061ge": "@a:1"}',
  "{name: a, ? image : '@a:1'}",
  "{name: a, !!binary aW1hZ2U=: '@a:1'}",
  "{name: a, image: !!str '@a:1'}",
  "{name: a, image: ! '@a:1'}",
  "{name: a, image: *i}",
  "{name: a, image: &j '@a:1'}, {name: b, image: *j}",
  "{name: a, image: '@a:1', image: '@b:1'}",
  '{name: a, image: "@a:\\\n  1"}',
  "{name: a, image: 1.5}",
  "{name: a, image: yes}",
  "*x",
];

/** A document. */
const DOCUMENTS = [
  ...CONTAINERS.map((container) => `x: &x {name: h, image: '@h:1'}\ny: &y {name: g}\ni: &i '@i:1'\n${pod(container)}`),
  `kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: l}, spec: {containers: [{name: a, image: '@l:1'}]}}\n`,
  `kind: PodList\napiVersion: v1\nitems:\n- {metadata: {name: l}, spec: {containers: [{name: a, image: '@l:1'}]}}\n`,
  `kind: PodList\napiVersion: v1\nitems:\n- {kind: "", apiVersion: "", metadata: {name: l}, spec: {containers: [{name: a, image: '@l:1'}]}}\n`,
  `kind: PodList\napiVersion: v1\nitems:\n- {kind: ~, metadata: {name: l}, spec: {containers: [{name: a, image: '@l:1'}]}}\n`,
  `kind: ConfigMap\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: l}, spec: {containers: [{name: a, image: '@l:1'}]}}\n`,
  `kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata:\n  x: |\n    ---\n    kind: Pod\n`,
  `kind: Pod # ${"\u0085"}apiVersion: v1\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: [{name: a, image: '@n:1'}]}\n`,
  `{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "j"}, "spec": {"containers": [{"name": "a", "image": "@j:1"}]}}\n`,
  `? kind\n: Pod\n? apiVersion\n: v1\nmetadata: {name: p}\nspec: {containers: [{name: a, image: '@q:1'}]}\n`,
  `kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  containers:\n  - name: a\n    image: |-\n      @s:1\n  initContainers:\n  - name: b\n    image: >-\n      @t:1\n`,
  "# nothing\n",
  "image: '@v:1'\n",
];

const SEPARATORS = [
  "---\n",
  "--- # a comment\n",
  "---#\n",
  "---\ufeff\n",
  "---x\n",
  "--- kind: Pod\n",
  "---\r\n",
  "---\t\n",
  "...\n",
  "...\n---\n",
  "\n---\n\ufeff",
  "# c\r---\n",
  "# c\u2028---\n",
  "%YAML 1.1\n---\n",
  "----\n",
  " ---\n",
  "",
];

/** Texts of manifests. The names of their images begin with the text that replaces `@`. */
export const MANIFESTS: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "", "", "---\n", "\ufeff", "\ufeff---\n"),
    fc.array(fc.tuple(fc.constantFrom(...DOCUMENTS), fc.constantFrom("---\n", "---\n", ...SEPARATORS)), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom("\n", "\n", "\n", "\r\n"),
  )
  .map(([start, parts, end]) => (start + parts.flat().join("")).replace(/\r?\n/g, end));
