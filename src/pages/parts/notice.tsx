import type { Child } from "hono/jsx";
import { InfoIcon, WarningIcon } from "../look/icons.tsx";

interface NoticeProps {
  /** Fields that the notice is about name this id in `aria-describedby`. */
  id: string;
  tone: "danger" | "info";
  children?: Child;
}

/** What went wrong, or what has to be known first; read out as soon as the page opens. */
export function Notice({ id, tone, children }: NoticeProps) {
  return (
    <div id={id} class="notice" data-tone={tone} role="alert">
      {tone === "danger" ? <WarningIcon /> : <InfoIcon />}
      {children}
    </div>
  );
}
