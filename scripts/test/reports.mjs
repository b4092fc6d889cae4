// @ts-check

/** Where a step leaves what its tests took, as vitest's JSON, for scripts/slowest.mjs. @param {string} step */
export const reportOf = (step) => `node_modules/.cache/gatehouse/${step}.json`;
