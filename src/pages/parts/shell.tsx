import type { Child } from "hono/jsx";
import type { PageFrame } from "../frame.ts";
import { Brand, HtmlDocument } from "../layout.tsx";
import { shellStyles } from "../look/shell-styles.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { PostForm } from "./form.tsx";
import { Notice } from "./notice.tsx";

/** A page that the navigation leads to. */
export interface Place {
  /** Lower-case letters and dashes; its link's id is `place-<id>`. */
  id: string;
  href: string;
  label: string;
}

export interface PlaceGroup {
  /** Above its links; the first group needs none. */
  title?: string | undefined;
  places: readonly Place[];
}

export interface ShellNotice {
  tone: "danger" | "info";
  text: string;
}

export interface ShellProps {
  frame: PageFrame;
  /** The page's only h1, and its name in the tab. */
  title: string;
  lead?: Child;
  /** What the navigation is called by screen readers. */
  navigationLabel: string;
  navigation: readonly PlaceGroup[];
  /** Id of the place one is at. */
  current?: string | undefined;
  /** Where the realm's name leads. */
  homeHref: string;
  /** Who is signed in, and how to stop being so. Absent where nobody is. */
  user?: { label: string; signOutAction: string; csrf: string } | undefined;
  /** Besides the user at the end of the header: a choice of realm, a way to another surface. */
  headerEnd?: Child;
  notice?: ShellNotice | undefined;
  /** Tables of many columns want more than a column of text. */
  wide?: boolean | undefined;
  /** Added to the styles of the page. Ours, never data. */
  styles?: string | undefined;
  children?: Child;
}

/** Id of the notice that stands above the content, for `aria-describedby`. */
const shellNoticeId = "page-notice";

/** The frame of pages that people work on: the realm above, the places at the side (above, on phones), the page beside them. */
export function Shell(props: ShellProps) {
  const { frame, notice, current } = props;
  return (
    <HtmlDocument
      frame={frame}
      title={props.title}
      failed={notice?.tone === "danger"}
      styles={shellStyles + (props.styles ?? "")}
    >
      <div class="shell">
        <a class="skip" href="#content">
          {frame.texts.shell.skip}
        </a>
        <ShellHeader {...props} />
        <nav class="places" aria-label={props.navigationLabel}>
          {props.navigation.map((group) => (
            <>
              {group.title ? <h2>{group.title}</h2> : null}
              <ul>
                {group.places.map((place) => (
                  <PlaceLink place={place} isCurrent={place.id === current} />
                ))}
              </ul>
            </>
          ))}
        </nav>
        <main id="content" class="work" tabindex={-1} data-width={props.wide ? "wide" : undefined}>
          <div class="head">
            <h1>{props.title}</h1>
            {props.lead ? <p class="quiet">{props.lead}</p> : null}
          </div>
          {notice ? (
            <Notice id={shellNoticeId} tone={notice.tone}>
              <p>{notice.text}</p>
            </Notice>
          ) : null}
          {props.children}
        </main>
      </div>
    </HtmlDocument>
  );
}

function ShellHeader({ frame, homeHref, user, headerEnd }: ShellProps) {
  return (
    <header class="bar">
      <Brand frame={frame} href={homeHref} />
      <div class="end">
        {headerEnd}
        {user ? (
          <>
            <bdi id="signed-in-as" class="small quiet">
              {plainText(user.label)}
            </bdi>
            <PostForm id="sign-out-form" action={user.signOutAction} fields={{ csrf: user.csrf }} class="">
              <button id="sign-out-button" type="submit" class="button slim">
                {frame.texts.home.signOut}
              </button>
            </PostForm>
          </>
        ) : null}
      </div>
    </header>
  );
}

function PlaceLink({ place, isCurrent }: { place: Place; isCurrent: boolean }) {
  return (
    <li>
      <a id={`place-${place.id}`} href={safeHref(place.href)} aria-current={isCurrent ? "page" : undefined}>
        {place.label}
      </a>
    </li>
  );
}

interface PanelProps {
  /** Of the section; its heading is `<id>-title`. */
  id: string;
  title: string;
  lead?: Child;
  /** "danger" for what cannot be taken back. */
  tone?: "danger" | undefined;
  children?: Child;
}

/** A titled part of a page. */
export function Panel({ id, title, lead, tone, children }: PanelProps) {
  return (
    <section id={id} class="panel" data-tone={tone} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead ? <p class="quiet">{lead}</p> : null}
      {children}
    </section>
  );
}

export interface Fact {
  term: string;
  /** Absent where it is unknown: the term is left out. */
  value: Child;
  id?: string | undefined;
}

/** Terms and what they are here, one below the other. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ term, value, id }) =>
        value === undefined || value === null || value === "" ? null : (
          <div>
            <dt>{term}</dt>
            <dd id={id}>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
