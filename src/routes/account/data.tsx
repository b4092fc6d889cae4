/** /account/data: takes one's data along, and deletes the account (GDPR Art. 15, 17, 20). */
import { deleteOwnAccount } from "../../domain/users/delete-own-account.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { sendPage } from "../../http/page.ts";
import { clearSession, requireProven } from "../../http/session.ts";
import { DataPage, DeletedPage } from "../../pages/account/data-page.tsx";
import { accountPaths } from "../../pages/account/paths.ts";
import { sendOwnData } from "../session/own-data.ts";
import { accountForm, accountPage, labelOf, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const atField = refusal?.problem === "not-typed";
  return sendAccountPage(
    c,
    visit,
    (account) => (
      <DataPage account={account} confirmation={labelOf(visit)} problem={atField ? refusal.problem : undefined} />
    ),
    { refusal, saysAtField: atField },
  );
}

export const showData = accountPage("data", show);

/** POST /account/data/download */
export const download = accountForm(
  "data",
  async (c, visit) => {
    const { claimed } = requireProven(c, visit.current);
    return sendOwnData(c, claimed.userId, claimed.sid);
  },
  show,
);

/** POST /account/data/delete */
export const deleteAccount = accountForm(
  "data",
  async (c, visit, form) => {
    const { claimed } = requireProven(c, visit.current);
    if (form.get("confirmation")?.trim() !== labelOf(visit)) throw new Problem("confirmation-missing");
    await deleteOwnAccount(c.get("realm"), claimed.userId, postLater(c));
    clearSession(c);
    return c.body(null, 303, { location: accountPaths.deleted });
  },
  show,
);

/** GET /account/deleted */
export const showDeleted = (c: AppContext): Response => sendPage(c, (frame) => <DeletedPage frame={frame} />);
