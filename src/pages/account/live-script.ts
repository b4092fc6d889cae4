/** Leaves the page as soon as the session behind it is over (GET /api/auth/v1/sessions/live). Without scripts the next click shows it. */
export const accountLiveScript = `(() => {
  let wait = 1000;
  let sentAt = 0;
  // A form of this very page may be what ends the session: then its answer says more.
  addEventListener("submit", () => { sentAt = Date.now(); });
  const leave = () => location.replace("/account/ended");
  const connect = () => {
    const url = new URL("/api/auth/v1/sessions/live", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    let over = false;
    const beat = setInterval(() => socket.readyState === 1 && socket.send("ping"), 45000);
    socket.onopen = () => { wait = 1000; };
    socket.onmessage = ({ data }) => {
      if (data === "pong") return;
      const { type, reason } = JSON.parse(data);
      if (type !== "session-ended" || reason === "replaced") return;
      over = true;
      if (Date.now() - sentAt < 5000) setTimeout(leave, 5000);
      else leave();
    };
    socket.onclose = () => {
      clearInterval(beat);
      if (over || wait > 60000) return;
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait *= 2;
    };
  };
  connect();
})();`;
