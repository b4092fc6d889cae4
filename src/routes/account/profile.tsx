/** /account/profile: names, picture, language; the username; e-mail address and phone number, each by proof. */
import * as z from "zod";
import { type Address, owns } from "../../domain/mail/address.ts";
import { sendAddressCode, sendCode } from "../../domain/one-time-codes/send-code.ts";
import { verifyByCode } from "../../domain/recovery/verification.ts";
import { confirmAddress } from "../../domain/users/change-address.ts";
import { changeOwnProfile } from "../../domain/users/change-own-profile.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { keepLanguage } from "../../http/language.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { clearOtpCookie, readOtpCookie, sendOtpCookie } from "../../http/otp-cookie.ts";
import { limitCodes, limitIdentifiers, limitMessages } from "../../http/rate-limit.ts";
import { validate } from "../../http/validate.ts";
import type { AccountProblem } from "../../pages/account/account-shell.tsx";
import { accountPaths } from "../../pages/account/paths.ts";
import { AddressCodePage, type ProfileField, ProfilePage, profileFields } from "../../pages/account/profile-page.tsx";
import { offeredLanguages } from "../../pages/texts/index.ts";
import { addressIn } from "../session/code-fields.ts";
import { httpsUrlSchema, localeSchema, nameSchema } from "../session/profile-fields.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

const aboutSchema = z.object({
  name: nameSchema.optional(),
  "first-name": nameSchema.optional(),
  "last-name": nameSchema.optional(),
  "avatar-url": httpsUrlSchema.optional(),
  locale: localeSchema.optional(),
});

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const { profile } = visit.current;
  const problem = refusal === null ? undefined : fieldProblem(refusal);
  const kept: Record<ProfileField, string | null> = {
    name: profile.name,
    "first-name": profile.firstName,
    "last-name": profile.lastName,
    "avatar-url": profile.avatarUrl,
    username: profile.username,
    email: null,
    phone: null,
  };
  const values = Object.fromEntries(
    profileFields.map((field) => [field, refusal?.form.get(field) ?? kept[field] ?? undefined]),
  );
  const languages = offeredLanguages(c.get("realm").realm.settings.languages);
  return sendAccountPage(
    c,
    visit,
    (account) => (
      <ProfilePage
        account={account}
        values={values}
        locale={profile.locale ?? undefined}
        languages={languages}
        email={profile.email === null ? undefined : { value: profile.email, confirmed: profile.emailVerified }}
        phone={
          profile.phoneNumber === null ? undefined : { value: profile.phoneNumber, confirmed: profile.phoneVerified }
        }
        problem={problem}
      />
    ),
    { refusal, saysAtField: problem !== undefined },
  );
}

function fieldProblem({
  problem,
  failure,
  form,
}: Refusal): { field: ProfileField; problem: AccountProblem } | undefined {
  if (problem === "email-invalid") return { field: "email", problem };
  if (problem === "phone-invalid") return { field: "phone", problem };
  if (problem === "username-invalid") return { field: "username", problem };
  if (problem === "taken" && form.get("username") !== undefined) return { field: "username", problem };
  const field = profileFields.find((candidate) => failure.fields?.[candidate] !== undefined);
  if (field === undefined) return undefined;
  return { field, problem: field === "avatar-url" ? "avatar-invalid" : "name-invalid" };
}

export const showProfile = accountPage("profile", show);

/** POST /account/profile. A field that was emptied is emptied. */
export const saveProfile = accountForm(
  "profile",
  async (c, { current }, form) => {
    const typed = validate(aboutSchema, Object.fromEntries(form.entries()));
    const changes = {
      name: typed.name ?? null,
      firstName: typed["first-name"] ?? null,
      lastName: typed["last-name"] ?? null,
      avatarUrl: typed["avatar-url"] ?? null,
      locale: typed.locale ?? null,
    };
    await changeOwnProfile(c.get("realm"), current, changes, postLater(c));
    // The newer choice counts, whichever page it was made on.
    keepLanguage(c, typed.locale);
    return done(c, "profile", "saved");
  },
  show,
);

/** POST /account/profile/username */
export const saveUsername = accountForm(
  "profile",
  async (c, { current }, form) => {
    const username = form.get("username");
    if (username === undefined) throw new Problem("username-invalid");
    await limitIdentifiers(c);
    await changeOwnProfile(c.get("realm"), current, { username }, postLater(c));
    return done(c, "profile", "saved");
  },
  show,
);

/** POST /account/profile/address: sends a code to an address, one's own or one that one wants to have. */
export const sendToAddress = accountForm(
  "profile",
  async (c, { current }, form) => {
    const isEmail = form.get("kind") !== "phone";
    const typed = form.get(isEmail ? "email" : "phone");
    if (typed === undefined) throw new Problem(isEmail ? "email-invalid" : "phone-number-invalid");
    const address = addressIn(isEmail ? { email: typed } : { "phone-number": typed });
    const context = c.get("realm");
    await limitMessages(c);
    if (owns(current.profile, address)) await sendCode(context, address, postLater(c));
    else await sendAddressCode(context, current, address, postLater(c));
    await sendOtpCookie(c, address);
    return c.body(null, 303, { location: `${accountPaths.addressCode}?done=code-sent` });
  },
  show,
);

async function showCode(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const address = await readOtpCookie(c);
  if (address === null) return c.body(null, 303, { location: accountPaths.profile });
  const atField = refusal !== null && refusal.problem !== "too-many-attempts" && refusal.problem !== "taken";
  return sendAccountPage(
    c,
    visit,
    (account) => (
      <AddressCodePage account={account} address={address.value} problem={atField ? refusal.problem : undefined} />
    ),
    { refusal, saysAtField: atField },
  );
}

export const showAddressCode = accountPage("profile", showCode);

/** POST /account/profile/address/confirm: the code came back. */
export const confirmAddressCode = accountForm(
  "profile",
  async (c, { current }, form) => {
    const code = form.get("code");
    if (code === undefined) throw new Problem("one-time-code-missing");
    await limitCodes(c);
    const address: Address | null = await readOtpCookie(c);
    if (address === null) throw new Problem("one-time-code-wrong");
    const context = c.get("realm");
    if (owns(current.profile, address)) await verifyByCode(context, { address, code }, current.claimed);
    else await confirmAddress(context, current.claimed, { address, code }, postLater(c));
    clearOtpCookie(c);
    return done(c, "profile", "address-confirmed");
  },
  showCode,
);
