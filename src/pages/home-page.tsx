import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { ForwardIcon } from "./look/icons.tsx";
import { PostForm } from "./parts/form.tsx";
import { safeHref } from "./untrusted/links.ts";
import { initialOf, plainText } from "./untrusted/plain-text.ts";

export interface HomePageProps {
  frame: PageFrame;
  /** Absent when nobody is signed in. */
  user?: { label: string; email?: string | undefined } | undefined;
  signInHref: string;
  /** Absent where people cannot make themselves an account. */
  signUpHref?: string | undefined;
  /** Absent for those who have a second factor, and where none is offered. */
  twoFactorHref?: string | undefined;
  accountHref: string;
  signOutAction: string;
  csrf: string;
  /** The host this page is shown on. */
  host: string;
  /** The realm's other domains. */
  siblings: readonly { host: string; href: string }[];
}

/** What stands at `/` of a realm's domain: who is signed in, and the other sites where that counts. */
export function HomePage(props: HomePageProps) {
  const { frame, user } = props;
  const texts = frame.texts.home;
  const title = user ? texts.signedInTitle : texts.signedOutTitle(plainText(frame.realmName));
  return (
    <Layout frame={frame} title={title} aside={<p class="small">{texts.here(plainText(props.host, 255))}</p>}>
      <div class="stack">
        {user ? <SignedIn {...props} title={title} {...user} /> : <SignedOut {...props} title={title} />}
        <Siblings {...props} />
      </div>
    </Layout>
  );
}

interface Titled {
  title: string;
}

interface SignedInProps
  extends Titled,
    Pick<HomePageProps, "frame" | "accountHref" | "signOutAction" | "csrf" | "twoFactorHref"> {
  label: string;
  email?: string | undefined;
}

function SignedIn({ frame, title, label, email, accountHref, signOutAction, csrf, twoFactorHref }: SignedInProps) {
  const twoFactor = safeHref(twoFactorHref);
  return (
    <>
      <div class="head">
        <span class="seal" aria-hidden="true">
          {initialOf(label, frame.language)}
        </span>
        <h1>{title}</h1>
        <p>
          <strong>
            <bdi id="user-label">{plainText(label)}</bdi>
          </strong>
        </p>
        {email && email !== label ? (
          <p class="quiet">
            <bdi id="user-email">{plainText(email, 255)}</bdi>
          </p>
        ) : null}
      </div>
      <a id="account-link" class="button primary" href={safeHref(accountHref)}>
        {frame.texts.accountPages.navigation}
      </a>
      <PostForm id="sign-out-form" action={signOutAction} fields={{ csrf }}>
        <button id="sign-out-button" type="submit" class="button">
          {frame.texts.home.signOut}
        </button>
      </PostForm>
      {twoFactor ? (
        <p class="row small">
          <a id="two-factor-link" href={twoFactor}>
            {frame.texts.home.twoFactor}
          </a>
        </p>
      ) : null}
    </>
  );
}

function SignedOut({ frame, title, signInHref, signUpHref }: HomePageProps & Titled) {
  const texts = frame.texts.home;
  const newcomer = safeHref(signUpHref);
  return (
    <>
      <div class="head">
        <h1>{title}</h1>
        <p class="quiet">{texts.signedOutLead}</p>
      </div>
      <div class="actions">
        <a id="sign-in-link" class="button primary" href={safeHref(signInHref)}>
          {texts.signIn}
        </a>
        {newcomer ? (
          <a id="sign-up-link" class="button" href={newcomer}>
            {texts.signUp}
          </a>
        ) : null}
      </div>
    </>
  );
}

function Siblings({ frame, siblings }: HomePageProps) {
  const links = siblings.flatMap(({ host, href }) => {
    const target = safeHref(href);
    return target ? [{ host: plainText(host, 255), target }] : [];
  });
  if (links.length === 0) return null;
  return (
    <nav class="stack tight" aria-labelledby="siblings-title">
      <h2 id="siblings-title" class="small quiet">
        {frame.texts.home.siblings}
      </h2>
      <ul id="siblings" class="doors">
        {links.map(({ host, target }) => (
          <li>
            <a href={target}>
              <bdi>{host}</bdi>
              <ForwardIcon />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
