import type { PropsWithChildren } from "hono/jsx";

function Icon({ children }: PropsWithChildren) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const CheckIcon = () => (
  <Icon>
    <path d="M4.5 12.5l5 5 10-11" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7.5v5.5M12 16.5v.01" />
  </Icon>
);

export const InfoIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 16.5V11M12 7.5v.01" />
  </Icon>
);

/** Leads off this page. */
export const AwayIcon = () => (
  <Icon>
    <path d="M8 6h10v10M17.5 6.5L6 18" />
  </Icon>
);

/** Points to the end of a line; the stylesheet mirrors it for right-to-left scripts. */
export const ForwardIcon = () => (
  <Icon>
    <path d="M9 5l7 7-7 7" />
  </Icon>
);

/** The tab's icon as a data address: the arch of the brand mark, in the accent colour. */
export function faviconOf(accent: `#${string}`): string {
  const arch = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="${accent}" d="M5 31V14a11 11 0 0 1 22 0v17h-7V15a4 4 0 0 0-8 0v16z"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(arch)}`;
}
