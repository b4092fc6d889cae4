import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { compactCss } from "./look/styles.ts";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface ShownMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** ISO 8601. */
  readonly sentAt: string;
  /** Where the HTML part is shown by itself; absent for a text message. */
  readonly htmlHref?: string | undefined;
}

export interface MailboxPageProps {
  frame: PageFrame;
  /** The recipient that was asked for; absent for all of them. */
  to?: string | undefined;
  messages: readonly ShownMessage[];
}

const styles = compactCss(`
.card { inline-size: min(46rem, 100%); }
.message { border-block-start: 1px solid var(--line); padding-block-start: 1.25rem; }
.message pre { margin: 0; font: .9375rem/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
`);

/** What a laptop would have sent, for the person who develops on it. */
export function MailboxPage({ frame, to, messages }: MailboxPageProps) {
  const texts = frame.texts.mail.mailbox;
  const title = to === undefined ? texts.title : texts.titleFor(plainText(to, 255));
  return (
    <Layout frame={frame} title={title} styles={styles}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <p class="quiet">{texts.lead}</p>
        </div>
        {messages.length === 0 ? <p id="mailbox-empty">{texts.empty}</p> : null}
        {messages.map((message) => (
          <Message frame={frame} message={message} />
        ))}
      </div>
    </Layout>
  );
}

function Message({ frame, message }: { frame: PageFrame; message: ShownMessage }) {
  const texts = frame.texts.mail.mailbox;
  const { id, to, subject, text, sentAt } = message;
  const href = safeHref(message.htmlHref);
  return (
    <article id={`message-${id}`} class="message stack tight">
      <h2>{subject === "" ? texts.textMessage : plainText(subject, 200)}</h2>
      <p class="quiet small">
        {texts.to} <bdi>{plainText(to, 255)}</bdi>, <time datetime={sentAt}>{sentAt}</time>
        {href ? (
          <>
            {" · "}
            <a href={href}>{texts.asHtml}</a>
          </>
        ) : null}
      </p>
      <pre>
        <Linked text={text} />
      </pre>
    </article>
  );
}

/** The text, with its web addresses made into links. */
function Linked({ text }: { text: string }) {
  return (
    <>
      {text
        .split(/(https?:\/\/\S+)/)
        .map((piece, index) => (index % 2 === 1 ? <a href={safeHref(piece)}>{piece}</a> : piece))}
    </>
  );
}
