import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons of the import and export of users; a part of the one table in reasons.ts. Most are told line by line. */
export const importReasons = {
  "password-hash-malformed": {
    status: 422,
    code: "password-hash-malformed",
    message: "The password hash is of no form that is known here.",
  },
  "password-hash-too-costly": {
    status: 422,
    code: "password-hash-too-costly",
    message: "Checking this password hash would cost more than one sign-in may.",
  },
  "firebase-parameters-missing": {
    status: 422,
    code: "firebase-parameters-missing",
    message: "Hashes of Firebase need the hash parameters of its project.",
  },
  "import-line-repeated": {
    status: 422,
    code: "line-repeated",
    message: "An earlier line of the same call is of the same user.",
  },
  "import-line-raced": {
    status: 409,
    code: "line-raced",
    message: "The user was made by somebody else at the same moment. Send the line again.",
  },
  "import-password-twice": {
    status: 422,
    code: "validation-failed",
    message: "A line has a password or a password hash, not both.",
  },
  "import-created-later": { status: 422, code: "validation-failed", message: "The date lies in the future." },
  "export-hashes-reserved": {
    status: 403,
    code: "forbidden",
    message: "Password hashes are exported by the operators of the deployment only.",
  },
} as const satisfies Record<string, ReasonEntry>;
