import type { PageFrame } from "../frame.ts";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";

interface WhoAndWhoseProps {
  frame: PageFrame;
  /** In front of the ids. */
  page: "consent" | "device";
  userLabel: string;
  switchHref: string | undefined;
  /** The client's own host, where the person should see it. */
  standsAt: string | undefined;
}

/** What a page that asks for permission says first: whose account it is about, and where the application stands. */
export function WhoAndWhose({ frame, page, userLabel, switchHref, standsAt }: WhoAndWhoseProps) {
  const texts = frame.texts.consent;
  const href = safeHref(switchHref);
  return (
    <>
      <div>
        <dt>{texts.signedInAs}</dt>
        <dd class="spread">
          <bdi id={`${page}-user`}>{plainText(userLabel)}</bdi>
          {href ? (
            <a id="switch-account-link" href={href}>
              {texts.notYou}
            </a>
          ) : null}
        </dd>
      </div>
      {standsAt === undefined ? null : (
        <div>
          <dt>{texts.standsAt}</dt>
          <dd>
            <bdi id={`${page}-client-host`}>{plainText(standsAt, 255)}</bdi>
          </dd>
        </div>
      )}
    </>
  );
}
