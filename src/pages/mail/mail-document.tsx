import { raw } from "hono/html";
import { readableOn, textOn } from "../../lib/color.ts";
import { accentOf, schemes } from "../look/tokens.ts";
import { renderPage } from "../render.ts";
import { safeHref } from "../untrusted/links.ts";
import { type MailContent, type MailFrame, signature } from "./mail.ts";

/** The HTML part of a mail. Mail programs drop style sheets as they like: what matters stands in attributes, the sheet adds the dark. */
export function htmlPart(content: MailContent, frame: MailFrame): string {
  return renderPage(<MailDocument content={content} frame={frame} />);
}

const font = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif";
const { light, dark } = schemes;

/** Close to the pages' own, which is six digits: programs that look for a code in a mail would take it for one. */
const darkPage = "#16191b";

const darkSheet = `@media (prefers-color-scheme:dark){
.page{background:${darkPage}!important;color:${dark.ink}!important}
.card{background:${dark.surface}!important;border-color:${dark.line}!important}
.code{background:${darkPage}!important;border-color:${dark.line}!important;color:${dark.ink}!important}
.quiet,.quiet a{color:${dark.muted}!important}
}`;

function MailDocument({ content, frame }: { content: MailContent; frame: MailFrame }) {
  const { heading, lead, code, codeLead, button, remarks } = content;
  return (
    <html lang={frame.language} dir={frame.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{content.subject}</title>
        <style>{raw(darkSheet)}</style>
      </head>
      <body
        class="page"
        style={`margin:0;padding:24px 12px;background:${light.page};color:${light.ink};font:16px/1.5 ${font}`}
      >
        <div
          class="card"
          style={`max-width:480px;margin:0 auto;padding:32px 28px;background:${light.surface};border:1px solid ${light.line};border-radius:12px`}
        >
          <h1 style="margin:0 0 12px;font-size:22px;line-height:1.25">{heading}</h1>
          <Paragraph text={lead} />
          {codeLead ? <Paragraph text={codeLead} /> : null}
          {code ? <Code code={code} /> : null}
          {button ? <Button {...button} frame={frame} /> : null}
          {remarks.map((remark) => (
            <Paragraph text={remark} isQuiet />
          ))}
        </div>
        <p
          class="quiet"
          style={`margin:16px auto 0;max-width:480px;text-align:center;font-size:13px;color:${light.muted}`}
        >
          {signature(frame)}
        </p>
      </body>
    </html>
  );
}

function Paragraph({ text, isQuiet = false }: { text: string; isQuiet?: boolean }) {
  return isQuiet ? (
    <p class="quiet" style={`margin:12px 0 0;font-size:14px;color:${light.muted}`}>
      {text}
    </p>
  ) : (
    <p style="margin:0 0 12px">{text}</p>
  );
}

function Code({ code }: { code: string }) {
  return (
    <p
      class="code"
      style={`margin:16px 0;padding:14px;text-align:center;font:600 30px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:6px;background:${light.page};border:1px solid ${light.line};border-radius:10px`}
    >
      {code}
    </p>
  );
}

function Button({ label, href, lead, frame }: { label: string; href: string; lead?: string; frame: MailFrame }) {
  const accent = accentOf(frame.theme);
  const target = safeHref(href);
  if (target === undefined) throw new TypeError("a mail's link must be an http(s) address");
  return (
    <>
      {lead ? <Paragraph text={lead} /> : null}
      <p style="margin:20px 0">
        <a
          href={target}
          style={`display:inline-block;padding:12px 22px;background:${accent};color:${textOn(accent)};border:1px solid ${readableOn(accent, [light.surface], 3)};border-radius:10px;font-weight:600;text-decoration:none`}
        >
          {label}
        </a>
      </p>
      <p
        class="quiet"
        style={`margin:0 0 12px;font-size:13px;color:${light.muted};overflow-wrap:anywhere;word-break:break-word`}
      >
        {frame.texts.mail.linkInstead}
        <br />
        <a href={target} style={`color:${light.muted}`}>
          {target}
        </a>
      </p>
    </>
  );
}
