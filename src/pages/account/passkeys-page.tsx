import { ConfirmForm } from "../parts/confirm-form.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { PostForm, TextField } from "../parts/form.tsx";
import { PasskeyButton } from "../parts/passkey-button.tsx";
import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell, Moment, WhenFresh } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface ShownPasskey {
  id: string;
  name: string;
  /** It works there. */
  host: string;
  secondFactor: boolean;
  /** Milliseconds since the epoch. */
  createdAt: number;
  lastUsedAt: number;
}

export interface PasskeysPageProps {
  account: AccountFrame;
  passkeys: readonly ShownPasskey[];
}

/** Passkeys: add, rename, remove. */
export function PasskeysPage({ account, passkeys }: PasskeysPageProps) {
  const texts = account.frame.texts.accountPages.passkeys;
  return (
    <AccountShell account={account} place="passkeys" lead={texts.lead}>
      <Panel id="passkeys" title={texts.list}>
        <DataTable
          id="passkey-table"
          caption={texts.list}
          captionUnseen
          columns={[texts.name, texts.host, texts.made, texts.used, { label: texts.change, plain: true }]}
          rows={passkeys.map((passkey, index) => ({
            id: `passkey-${index}`,
            cells: [
              <>
                <bdi>{plainText(passkey.name, 100)}</bdi>{" "}
                {passkey.secondFactor ? <span class="tag">{texts.secondStep}</span> : null}
              </>,
              <bdi>{plainText(passkey.host, 255)}</bdi>,
              <Moment account={account} at={passkey.createdAt} />,
              <Moment account={account} at={passkey.lastUsedAt} />,
              <Changes account={account} passkey={passkey} index={index} />,
            ],
          }))}
          empty={texts.empty}
        />
      </Panel>
      <WhenFresh account={account} place="passkeys">
        <Panel id="add-passkey" title={texts.add} lead={texts.addLead}>
          <TextField
            id="passkey-name"
            name="passkey-name"
            label={texts.addName}
            type="text"
            autocomplete="off"
            value={texts.addNameExample}
          />
          <noscript>
            <p>{texts.noScript}</p>
          </noscript>
          <PasskeyButton
            frame={account.frame}
            use="account"
            label={texts.add}
            next={`${accountPaths.passkeys}?done=passkey-added`}
          />
        </Panel>
      </WhenFresh>
    </AccountShell>
  );
}

interface ChangesProps {
  account: AccountFrame;
  passkey: ShownPasskey;
  index: number;
}

function Changes({ account, passkey, index }: ChangesProps) {
  const texts = account.frame.texts.accountPages.passkeys;
  const fields = { csrf: account.csrf, id: passkey.id };
  const name = plainText(passkey.name, 100);
  return (
    <details class="more">
      <summary>
        {texts.change} <span class="unseen">{name}</span>
      </summary>
      <PostForm id={`rename-${index}-form`} action={accountPaths.renamePasskey} fields={fields}>
        <TextField
          id={`rename-${index}`}
          name="name"
          label={texts.newName}
          type="text"
          autocomplete="off"
          value={passkey.name}
        />
        <button id={`rename-${index}-button`} type="submit" class="button slim">
          {texts.rename}
        </button>
      </PostForm>
      {account.fresh ? (
        <ConfirmForm
          id={`remove-${index}`}
          action={accountPaths.removePasskey}
          fields={fields}
          label={texts.removeNamed(name)}
        />
      ) : null}
    </details>
  );
}
