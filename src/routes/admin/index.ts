import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";

/** The operators' API (contract §7). */
export const admin = new Hono<AppEnv>();
