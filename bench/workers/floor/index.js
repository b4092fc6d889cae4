// Bare Hono: one route, one word.
import { Hono } from "hono";

const app = new Hono();
app.get("/ok", (c) => c.text("ok"));
export default app;
