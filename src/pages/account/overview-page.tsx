import { Facts, Panel } from "../parts/shell.tsx";
import { safeHref, safeImage } from "../untrusted/links.ts";
import { initialOf, plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell, Moment } from "./account-shell.tsx";
import { type AccountPlace, accountPaths } from "./paths.ts";

export interface AccountOverviewProps {
  account: AccountFrame;
  name?: string | undefined;
  username?: string | undefined;
  email?: { value: string; confirmed: boolean } | undefined;
  phone?: { value: string; confirmed: boolean } | undefined;
  avatarUrl?: string | undefined;
  /** Milliseconds since the epoch. */
  createdAt: number;
  hasPassword: boolean;
  passkeys: number;
  twoStep: boolean;
  /** The realm lets people have a second step. */
  offersTwoStep: boolean;
  devices: number;
  linked: number;
  apps: number;
  /** The realm's domains. */
  sites: readonly { host: string; href: string }[];
}

/** Who one is, and how safe. */
export function AccountOverviewPage(props: AccountOverviewProps) {
  const { account } = props;
  const texts = account.frame.texts.accountPages;
  return (
    <AccountShell account={account} place="overview" title={texts.overview.title}>
      <Who {...props} />
      <Panel id="security" title={texts.overview.security}>
        <Facts
          facts={[
            fact(props, "password", props.hasPassword ? texts.overview.passwordSet : texts.overview.passwordNone),
            fact(props, "passkeys", String(props.passkeys)),
            fact(props, "two-step", props.twoStep ? texts.on : texts.off),
            fact(props, "devices", String(props.devices)),
            fact(props, "linked", String(props.linked)),
            fact(props, "apps", String(props.apps)),
          ]}
        />
        {props.offersTwoStep && !props.twoStep ? <p class="quiet">{texts.overview.twoStepHint}</p> : null}
      </Panel>
      <Sites {...props} />
    </AccountShell>
  );
}

function Who({ account, name, username, email, phone, avatarUrl, createdAt }: AccountOverviewProps) {
  const texts = account.frame.texts.accountPages.overview;
  const picture = safeImage(avatarUrl);
  const addressFact = (term: string, id: string, address: AccountOverviewProps["email"]) => ({
    term,
    id,
    value: address ? (
      <>
        <bdi>{plainText(address.value, 255)}</bdi>{" "}
        <span class="tag" data-tone={address.confirmed ? undefined : "danger"}>
          {address.confirmed ? texts.confirmed : texts.unconfirmed}
        </span>
      </>
    ) : undefined,
  });
  return (
    <Panel id="who" title={texts.signedInAs}>
      <div class="named">
        {picture ? (
          <img class="logo" src={picture} alt="" width={56} height={56} referrerpolicy="no-referrer" />
        ) : (
          <span class="seal" aria-hidden="true">
            {initialOf(name ?? account.userLabel, account.frame.language)}
          </span>
        )}
        <strong>
          <bdi id="account-name">{plainText(name ?? account.userLabel, 200)}</bdi>
        </strong>
      </div>
      <Facts
        facts={[
          { term: texts.username, value: username ? <bdi>{plainText(username, 255)}</bdi> : undefined, id: "username" },
          addressFact(texts.email, "email", email),
          addressFact(texts.phone, "phone", phone),
          { term: texts.since, value: <Moment account={account} at={createdAt} />, id: "since" },
        ]}
      />
    </Panel>
  );
}

function fact(
  { account }: AccountOverviewProps,
  place: Exclude<AccountPlace, "overview" | "profile" | "data">,
  value: string,
) {
  const texts = account.frame.texts.accountPages;
  return {
    term: texts.places[place],
    id: `glance-${place}`,
    value: (
      <span class="spread">
        <span>{value}</span>
        <a href={accountPaths[place]} aria-label={`${texts.overview.look}: ${texts.places[place]}`}>
          {texts.overview.look}
        </a>
      </span>
    ),
  };
}

function Sites({ account, sites }: AccountOverviewProps) {
  const links = sites.flatMap(({ host, href }) => {
    const target = safeHref(href);
    return target ? [{ host: plainText(host, 255), target }] : [];
  });
  if (links.length === 0) return null;
  return (
    <Panel id="sites" title={account.frame.texts.accountPages.overview.sites}>
      <ul class="doors">
        {links.map(({ host, target }) => (
          <li>
            <a href={target}>
              <bdi>{host}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
