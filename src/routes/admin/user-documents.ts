import { badPage, ifMatch, invalid, json, none, outdated, problem, type Subject } from "./document-parts.ts";
import type { Address } from "./rights.ts";
import { removeConnectionQuerySchema, userConnectionsAnswerSchema } from "./user-connections.ts";
import { userConsentsAnswerSchema } from "./user-consents.ts";
import { factorResetSchema } from "./user-factors.ts";
import { newUserSchema, rolesBodySchema, userPatchSchema, userSchema } from "./user-json.ts";
import { mergeAnswerSchema, mergeBodySchema } from "./user-merge.ts";
import { passwordResetAnswerSchema, passwordResetSchema } from "./user-password.ts";
import { kickAnswerSchema, kickBodySchema, userSessionsAnswerSchema } from "./user-sessions.ts";
import { usersAnswerSchema, usersQuerySchema } from "./users.ts";

export const userSubjects = {
  "POST /realms/:realm/users": {
    tag: "Users",
    summary: "Make a user",
    body: json(newUserSchema),
    responses: {
      201: { description: "The user.", schema: userSchema },
      409: problem("`user-already-exists`; `errors` names the field."),
      ...invalid,
    },
  },
  "GET /realms/:realm/users": {
    tag: "Users",
    summary: "List or search users",
    query: usersQuerySchema,
    responses: { 200: { description: "A page of users.", schema: usersAnswerSchema }, ...badPage },
  },
  "GET /realms/:realm/users/:user": {
    tag: "Users",
    summary: "Read a user",
    responses: { 200: { description: "The user.", schema: userSchema } },
  },
  "PATCH /realms/:realm/users/:user": {
    tag: "Users",
    summary: "Change a user",
    description: `What is left out stays, null empties a field. ${ifMatch}`,
    body: json(userPatchSchema),
    responses: {
      200: { description: "The user.", schema: userSchema },
      409: problem("`user-already-exists`, or `last-sysadmin`: the realm would be left without one."),
      ...outdated,
      ...invalid,
    },
  },
  "DELETE /realms/:realm/users/:user": {
    tag: "Users",
    summary: "Delete a user",
    description: "Sessions and tokens end at once. The id is never given to anybody else.",
    responses: { ...none, 409: problem("`last-sysadmin`"), ...outdated },
  },
  "PUT /realms/:realm/users/:user/roles": {
    tag: "Users",
    summary: "Set a user's roles",
    description: "Only system administrators grant `sysadmin`. Holds at once in all sessions of the user.",
    body: json(rolesBodySchema),
    responses: {
      200: { description: "The user.", schema: userSchema },
      409: problem("`last-sysadmin`"),
      ...outdated,
      ...invalid,
    },
  },
  "POST /realms/:realm/users/:user/merge": {
    tag: "Users",
    summary: "Merge a user into another one",
    description: `For one person with two accounts. The user of the path goes for good; the one in \`into\` stays. Linked accounts move, and so do the external id and the username where the survivor has none, and an e-mail address or a phone number that was verified where the survivor has none of that kind. Whatever the survivor has stays as it is: its roles, names, metadata and password as well. Passkeys cannot move, they are made out to the id that goes; sessions, tokens, consents and second factors end, and connections of the token vault are given back to their providers. First the user is disabled, then everything else happens at once: a call that was cut short is finished by the same call. ${ifMatch}`,
    body: json(mergeBodySchema),
    responses: {
      200: { description: "Who is left, and what is new there.", schema: mergeAnswerSchema },
      409: problem("`last-sysadmin`"),
      ...outdated,
      ...invalid,
    },
  },
  "POST /realms/:realm/users/:user/kick": {
    tag: "Users",
    summary: "End a user's sessions",
    description: "One, or all of them together with every token, those for offline use too.",
    body: { ...json(kickBodySchema), optional: true },
    responses: { 200: { description: "How many ended.", schema: kickAnswerSchema }, ...invalid },
  },
  "POST /realms/:realm/users/:user/tfa/reset": {
    tag: "Users",
    summary: "Take a user's second factors away",
    description:
      "Authenticator app, recovery codes and passkeys, together with every session and token. For a user who has lost them; make sure by other means who is asking. Nobody resets their own.",
    responses: { 200: { description: "It is done.", schema: factorResetSchema } },
  },
  "POST /realms/:realm/users/:user/password-reset": {
    tag: "Users",
    summary: "Reset a user's password",
    description:
      "No operator knows the password that follows: a mailed link lets its owner choose one, and a temporary password does nothing else. Temporary ones end after `temporary_password_ttl_seconds`. A second factor stays what it is.",
    body: { ...json(passwordResetSchema), optional: true },
    responses: {
      200: { description: "It is done.", schema: passwordResetAnswerSchema },
      409: problem("`user-unreachable`: there is no e-mail address. `user-disabled`."),
      429: problem("`rate-limited`: the user was sent as many of these as one gets in an hour."),
      ...invalid,
    },
  },
  "GET /realms/:realm/users/:user/sessions": {
    tag: "Users",
    summary: "List a user's sessions",
    responses: { 200: { description: "The live ones, newest first.", schema: userSessionsAnswerSchema } },
  },
  "DELETE /realms/:realm/users/:user/sessions/:session": {
    tag: "Users",
    summary: "End one session of a user",
    responses: none,
  },

  "GET /realms/:realm/users/:user/consents": {
    tag: "Users",
    summary: "List what a user has granted to clients",
    responses: { 200: { description: "Each, the newest first.", schema: userConsentsAnswerSchema } },
  },
  "DELETE /realms/:realm/users/:user/consents/:client": {
    tag: "Users",
    summary: "Take back what a user has granted to a client",
    description: "Its tokens for the user are worth nothing at once, and it is told that its sessions are over.",
    responses: none,
  },

  "GET /realms/:realm/users/:user/connections": {
    tag: "Users",
    summary: "List what applications may use of a user's accounts elsewhere",
    description: "The token vault's connections, each with how well it goes; never a token.",
    responses: { 200: { description: "Each, by provider.", schema: userConnectionsAnswerSchema } },
  },
  "DELETE /realms/:realm/users/:user/connections/:provider": {
    tag: "Users",
    summary: "End a user's connection",
    description: "The provider is told afterwards that the tokens are not wanted any more.",
    query: removeConnectionQuerySchema,
    responses: none,
  },
} satisfies Partial<Record<Address, Subject>>;
