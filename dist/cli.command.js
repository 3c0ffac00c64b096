// src/cli/command.ts
const FORMATS = [
	"table",
	"json",
	"markdown"
];

export { FORMATS };