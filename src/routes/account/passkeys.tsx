/** /account/passkeys: the script of the page adds one (Web Authentication Level 3 §7.1); forms rename and remove. */
import { removeOwnPasskey } from "../../domain/passkeys/remove.ts";
import { changeFactors } from "../../domain/second-factor/change-factors.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { PasskeysPage } from "../../pages/account/passkeys-page.tsx";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { renameSchema } from "../second-factor/passkeys.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const { passkeys } = await c.get("realm").objects.call(visit.current.profile.id, (object) => object.factors(null));
  const shown = passkeys.map(({ id, name, rpId: host, secondFactor, createdAt, lastUsedAt }) => ({
    id,
    name,
    host,
    secondFactor,
    createdAt,
    lastUsedAt,
  }));
  return sendAccountPage(c, visit, (account) => <PasskeysPage account={account} passkeys={shown} />, { refusal });
}

export const showPasskeys = accountPage("passkeys", show);

/** POST /account/passkeys/rename */
export const renamePasskey = accountForm(
  "passkeys",
  async (c, { current }, form) => {
    const typed = renameSchema.safeParse({ name: form.get("name")?.trim() });
    if (!typed.success) throw new Problem("body-invalid");
    const { name } = typed.data;
    await changeFactors(c.get("realm"), current.claimed, { kind: "rename-passkey", id: form.get("id") ?? "", name });
    return done(c, "passkeys", "passkey-renamed");
  },
  show,
);

/** POST /account/passkeys/remove */
export const removePasskey = accountForm(
  "passkeys",
  async (c, { current }, form) => {
    await removeOwnPasskey(c.get("realm"), current.claimed, form.get("id") ?? "");
    await notifyOwner(c, current.profile.id, "passkey-removed");
    return done(c, "passkeys", "passkey-removed");
  },
  show,
);
