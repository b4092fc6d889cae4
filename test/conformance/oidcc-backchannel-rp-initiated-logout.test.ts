import { backChannelLogout } from "./logout/back-channel.ts";
import { runPlan } from "./support/plan.ts";

runPlan("oidcc-backchannel-rp-initiated-logout-certification-test-plan", backChannelLogout);
