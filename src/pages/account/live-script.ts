import { whenSessionEnds } from "../../lib/live-socket.ts";

/** Leaves the page as soon as the session behind it is over (GET /api/auth/v1/sessions/live). Without scripts the next click shows it. */
export const accountLiveScript = `(() => {
  ${whenSessionEnds}
  let sentAt = 0;
  // A form of this very page may be what ends the session: then its answer says more.
  addEventListener("submit", () => { sentAt = Date.now(); });
  const leave = () => location.replace("/account/ended");
  whenSessionEnds("/api/auth/v1/sessions/live", () => {
    if (Date.now() - sentAt < 5000) setTimeout(leave, 5000);
    else leave();
  });
})();`;
