/** /account/password: a new password for who knows the old one; a first one by a code (OWASP ASVS 6.2.3, 6.4.3). */
import { type Address, owns } from "../../domain/mail/address.ts";
import { askReset } from "../../domain/recovery/ask-reset.ts";
import { changeOwnPassword } from "../../domain/recovery/change-password.ts";
import { resetPasswordByCode } from "../../domain/recovery/reset-password.ts";
import type { ReturnAddress } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import { browserMark } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { limitCodes, limitMessages, limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import type { Parameters } from "../../lib/parameters.ts";
import { PasswordPage, type PasswordPageProps } from "../../pages/account/password-page.tsx";
import type { PageFrame } from "../../pages/frame.ts";
import type { Profile } from "../../storage/profile.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { resetting } from "../session/reset-password.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const context = c.get("realm");
  const { profile } = visit.current;
  const user = await context.users.findById(profile.id);
  const minLength = context.realm.settings.password_min_length;
  const isSetting = refusal?.form.get("code") !== undefined || refusal?.problem === "code-missing";
  const field = refusal === null ? undefined : fieldOf(refusal);
  return sendAccountPage(
    c,
    visit,
    (account) => (
      <PasswordPage
        account={account}
        hasPassword={(user?.passwordHash ?? null) !== null}
        address={reachable(profile)?.value}
        codeSent={isSetting || readQuery(c).get("done") === "code-sent"}
        minLength={minLength}
        forgotHref={interactionPaths.forgotPassword}
        problem={
          refusal === null || field === undefined
            ? undefined
            : { field, text: problemText(account.frame, refusal, minLength) }
        }
      />
    ),
    { refusal, saysAtField: field !== undefined },
  );
}

/** Where a code can be sent that counts for this account. */
function reachable(profile: Profile): Address | null {
  const addresses: Address[] = [];
  if (profile.email !== null) addresses.push({ kind: "email", value: profile.email });
  if (profile.phoneNumber !== null) addresses.push({ kind: "phone", value: profile.phoneNumber });
  return addresses.find((address) => owns(profile, address)) ?? null;
}

function fieldOf({ problem }: Refusal): NonNullable<PasswordPageProps["problem"]>["field"] | undefined {
  if (problem === "wrong-password") return "current";
  if (problem === "password-missing") return "password";
  return problem === "wrong-code" || problem === "code-missing" ? "code" : undefined;
}

function problemText({ texts }: PageFrame, { reason, problem }: Refusal, minLength: number): string {
  if (reason === "password-too-short") return texts.signUp.passwordTooShort(minLength);
  if (reason === "password-too-long" || reason === "password-too-common" || reason === "password-contains-context")
    return texts.signUp.problems[reason];
  if (reason === "password-unchanged") return texts.recovery.reset.problems[reason];
  if (reason === "temporary-password-expired") return texts.signIn.problems["password-expired"];
  return texts.accountPages.problems[problem];
}

export const showPassword = accountPage("password", show);

/** POST /account/password */
export const changePassword = accountForm(
  "password",
  async (c, { current }, form) => {
    const context = c.get("realm");
    const typed = form.get("current");
    if (typed === undefined) throw new Problem("password-wrong");
    const passwords = { current: typed, next: requirePassword(form) };
    await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
    await changeOwnPassword(context, current.claimed, passwords, { browser: browserMark(c) }, postLater(c));
    return done(c, "password", "password-changed");
  },
  show,
);

/** POST /account/password/code */
export const sendPasswordCode = accountForm(
  "password",
  async (c, { current }) => {
    const context = c.get("realm");
    const address = requireReachable(current.profile);
    await limitMessages(c);
    await askReset(
      context,
      address,
      `${context.realm.issuer}${interactionPaths.resetPassword}` as ReturnAddress,
      postLater(c),
    );
    return done(c, "password", "code-sent");
  },
  show,
);

/** POST /account/password/set: this session goes on, all others end. */
export const setPassword = accountForm(
  "password",
  async (c, { current }, form) => {
    const address = requireReachable(current.profile);
    const code = form.get("code");
    if (code === undefined) throw new Problem("one-time-code-missing");
    const password = requirePassword(form);
    await limitCodes(c);
    await resetPasswordByCode(c.get("realm"), { address, code, password }, await resetting(c));
    return done(c, "password", "password-changed");
  },
  show,
);

function requirePassword(form: Parameters): string {
  const password = form.get("password");
  if (password === undefined) throw new Problem("password-missing");
  return password;
}

function requireReachable(profile: Profile): Address {
  const address = reachable(profile);
  if (address === null) throw new Problem("identifier-missing");
  return address;
}
