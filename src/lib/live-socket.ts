/**
 * For scripts of pages: `whenSessionEnds(address, tell)` hears over GET /api/auth/v1/sessions/live, or an address that answers like it,
 * when the session of this browser is over. Calls `tell` once, with the reason; connects again by itself.
 */
export const whenSessionEnds = `const whenSessionEnds = (address, tell) => {
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    let wait = 1000;
    const connect = () => {
      const socket = new WebSocket(url);
      let over = false;
      const beat = setInterval(() => socket.readyState === 1 && socket.send("ping"), 45000);
      socket.onopen = () => { wait = 1000; };
      socket.onmessage = ({ data }) => {
        if (data === "pong") return;
        const { type, reason } = JSON.parse(data);
        if (type !== "session-ended" || reason === "replaced") return;
        over = true;
        tell(reason);
      };
      socket.onclose = () => {
        clearInterval(beat);
        if (over || wait > 60000) return;
        setTimeout(connect, wait * (0.5 + Math.random()));
        wait *= 2;
      };
    };
    connect();
  };`;
