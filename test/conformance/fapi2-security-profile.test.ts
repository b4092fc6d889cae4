import { fapi2Modules } from "./fapi2/index.ts";
import { runPlan } from "./support/plan.ts";

runPlan("fapi2-security-profile-final-test-plan", fapi2Modules);
