// src/platforms/github/issues/limits.ts
const ABOUT_ONE = /* @__PURE__ */ new Set([
	"github-conversation-locked",
	"github-gone",
	"github-not-found",
	"github-text-refused",
	"github-text-too-long",
	"github-too-large",
	"issues-not-kept"
]);
const TOO_LONG = {
	open: ["github-text-too-long"],
	change: ["github-text-too-long", "issues-not-kept"]
};
const issueLimits = {
	lengths: [
		65e3,
		3e4,
		12e3
	],
	concernsOne: ({ code }) => ABOUT_ONE.has(code),
	mayBeTooLong: ({ code }, action) => TOO_LONG[action].includes(code)
};

export { issueLimits };