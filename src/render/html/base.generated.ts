// Generated from page/base.css by `npm run generate`.

export const BASE_STYLE = `/* What all pages have alike: colours for light and dark screens, fonts and headings. Each colour of text has a contrast of at least 4.5:1. */
:root {
  color-scheme: light dark;
  --paper: #fff;
  --panel: #f6f7f9;
  --ink: #1c2127;
  --soft: #555f6b;
  --line: #d5dae0;
  --link: #0b57b0;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d;
    --panel: #1c2229;
    --ink: #e4e8ed;
    --soft: #a5afba;
    --line: #343c46;
    --link: #85b8ff;
  }
}

* {
  box-sizing: border-box;
}

html {
  font: 15px / 1.45 var(--sans);
  color: var(--ink);
  background: var(--paper);
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}

body {
  margin: 0 auto;
  padding: 1.5rem clamp(0.75rem, 2.5vw, 2.5rem) 3rem;
  overflow-wrap: anywhere;
}

a {
  color: var(--link);
  text-underline-offset: 0.15em;
}

:focus-visible {
  outline: 3px solid var(--link);
  outline-offset: 2px;
}

h1,
h2,
h3,
p,
ul,
dl,
dd,
figure,
table {
  margin: 0;
}

h1 {
  font-size: 1.65rem;
  line-height: 1.2;
  font-weight: 650;
  letter-spacing: -0.01em;
}

h2 {
  font-size: 1.2rem;
  margin: 2.25rem 0 0.75rem;
  font-weight: 650;
}

h3 {
  font-size: 1rem;
  font-weight: 650;
}

code {
  font: 0.88em / 1.4 var(--mono);
}

/* Untrusted text never changes the direction of the text beside it. */
code,
a,
bdi,
small,
h1,
h3 {
  unicode-bidi: isolate;
}
`;
