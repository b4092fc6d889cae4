// @ts-check
import { value } from "../fields.mjs";

/** @type {import("../program.mjs").CommandSpec[]} */
export const statisticsCommands = [
  {
    name: "statistics show",
    summary: "show the numbers of each day: sign-ins, failures, sessions, second factors",
    args: "<realm>",
    list: {
      member: "days",
      columns: [
        "day",
        "sign_ins",
        "sign_in_failures",
        "sign_ups",
        "second_factor_sign_ins",
        "active_sessions",
        "kicks",
        "theft_signs",
      ],
    },
    query: [value("from", "--from <day>", "the first day, in UTC"), value("to", "--to <day>", "the last day")],
    run: ({ api, arg, page }) => api.request("GET", `/realms/${arg("realm")}/statistics?${page}`),
    examples: ["statistics show daily", "statistics show daily --from 2026-11-01 --to 2026-11-30"],
  },
];
