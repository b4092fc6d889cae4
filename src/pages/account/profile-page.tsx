import { SelectField } from "../parts/fields.tsx";
import { PostForm, TextField } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, type AccountProblem, AccountShell, WhenFresh } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export const profileFields = ["name", "first-name", "last-name", "avatar-url", "username", "email", "phone"] as const;
export type ProfileField = (typeof profileFields)[number];

export interface ProfilePageProps {
  account: AccountFrame;
  /** As they are, or as they were typed. */
  values: Readonly<Partial<Record<ProfileField, string>>>;
  locale?: string | undefined;
  /** Tag and own name of each language there is. */
  languages: readonly { tag: string; name: string }[];
  email?: { value: string; confirmed: boolean } | undefined;
  phone?: { value: string; confirmed: boolean } | undefined;
  problem?: { field: ProfileField; problem: AccountProblem } | undefined;
}

/** Names, picture, language; username, e-mail address and phone number. */
export function ProfilePage(props: ProfilePageProps) {
  const { account, problem } = props;
  const texts = account.frame.texts.accountPages;
  const problemOf = (field: ProfileField) => (problem?.field === field ? texts.problems[problem.problem] : undefined);
  const about = { props, problemOf };
  return (
    <AccountShell account={account} place="profile">
      <Panel id="about" title={texts.profile.about}>
        <PostForm id="profile-form" action={accountPaths.profile} fields={{ csrf: account.csrf }}>
          <NameField {...about} name="name" label={texts.profile.name} autocomplete="name" />
          <NameField {...about} name="first-name" label={texts.profile.firstName} autocomplete="given-name" />
          <NameField {...about} name="last-name" label={texts.profile.lastName} autocomplete="family-name" />
          <NameField {...about} name="avatar-url" label={texts.profile.avatar} autocomplete="photo" />
          <SelectField
            name="locale"
            label={texts.profile.language}
            hint={texts.profile.languageHint}
            value={props.locale ?? ""}
            choices={[
              { value: "", label: texts.profile.browserLanguage },
              ...props.languages.map(({ tag, name }) => ({ value: tag, label: name, language: tag })),
            ]}
          />
          <button id="profile-button" type="submit" class="button primary">
            {texts.save}
          </button>
        </PostForm>
      </Panel>
      <WhenFresh account={account} place="profile">
        <Panel id="sign-in-name" title={texts.profile.signInName} lead={texts.profile.signInNameLead}>
          <PostForm id="username-form" action={accountPaths.username} fields={{ csrf: account.csrf }}>
            <TextField
              name="username"
              label={texts.profile.signInName}
              type="text"
              autocomplete="username"
              value={props.values.username}
              problem={problemOf("username")}
            />
            <button id="username-button" type="submit" class="button">
              {texts.save}
            </button>
          </PostForm>
        </Panel>
      </WhenFresh>
      <Panel id="addresses" title={texts.profile.addresses} lead={texts.profile.addressesLead}>
        <AddressForms {...props} kind="email" address={props.email} problem={problemOf("email")} />
        <AddressForms {...props} kind="phone" address={props.phone} problem={problemOf("phone")} />
      </Panel>
    </AccountShell>
  );
}

interface NameFieldProps {
  props: ProfilePageProps;
  problemOf: (field: ProfileField) => string | undefined;
  name: ProfileField;
  label: string;
  autocomplete: "name" | "given-name" | "family-name" | "photo";
}

const NameField = ({ props, problemOf, name, label, autocomplete }: NameFieldProps) => (
  <TextField
    name={name}
    label={label}
    type={autocomplete === "photo" ? "url" : "text"}
    autocomplete={autocomplete}
    value={props.values[name]}
    problem={problemOf(name)}
    optional
  />
);

interface AddressFormsProps {
  account: AccountFrame;
  kind: "email" | "phone";
  values: ProfilePageProps["values"];
  address: { value: string; confirmed: boolean } | undefined;
  problem: string | undefined;
}

function AddressForms({ account, kind, values, address, problem }: AddressFormsProps) {
  const texts = account.frame.texts.accountPages;
  const fields = { csrf: account.csrf, kind };
  const isEmail = kind === "email";
  return (
    <div class="stack">
      <h3>{isEmail ? texts.profile.email : texts.profile.phone}</h3>
      <p>
        {address ? <bdi id={`current-${kind}`}>{plainText(address.value, 255)}</bdi> : texts.profile.none}{" "}
        {address ? (
          <span class="tag" data-tone={address.confirmed ? undefined : "danger"}>
            {address.confirmed ? texts.overview.confirmed : texts.overview.unconfirmed}
          </span>
        ) : null}
      </p>
      {address && !address.confirmed ? (
        <PostForm
          id={`confirm-${kind}-form`}
          action={accountPaths.address}
          fields={{ ...fields, [kind]: address.value }}
        >
          <button id={`confirm-${kind}-button`} type="submit" class="button">
            {texts.profile.sendAgain}
          </button>
        </PostForm>
      ) : null}
      {account.fresh ? (
        <PostForm id={`${kind}-form`} action={accountPaths.address} fields={fields}>
          <TextField
            name={kind}
            label={isEmail ? texts.profile.newEmail : texts.profile.newPhone}
            type={isEmail ? "email" : "tel"}
            autocomplete={isEmail ? "email" : "tel"}
            value={values[kind]}
            problem={problem}
          />
          <button id={`${kind}-button`} type="submit" class="button">
            {texts.profile.sendCode}
          </button>
        </PostForm>
      ) : null}
    </div>
  );
}

export interface AddressCodePageProps {
  account: AccountFrame;
  /** Where the code went. */
  address: string;
  problem?: AccountProblem | undefined;
}

/** Asks for the code that was sent to an address. */
export function AddressCodePage({ account, address, problem }: AddressCodePageProps) {
  const texts = account.frame.texts.accountPages;
  return (
    <AccountShell account={account} place="profile" title={texts.profile.enter}>
      <Panel id="address-code" title={texts.profile.codeFor(plainText(address, 255))}>
        <PostForm id="address-code-form" action={accountPaths.addressCode} fields={{ csrf: account.csrf }}>
          <TextField
            name="code"
            label={texts.profile.enter}
            type="text"
            autocomplete="one-time-code"
            problem={problem ? texts.problems[problem] : undefined}
            focused
          />
          <button id="address-code-button" type="submit" class="button primary">
            {texts.profile.submitCode}
          </button>
        </PostForm>
      </Panel>
    </AccountShell>
  );
}
