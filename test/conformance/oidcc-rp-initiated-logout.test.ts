import { rpInitiatedLogout } from "./logout/rp-initiated.ts";
import { runPlan } from "./support/plan.ts";

runPlan("oidcc-rp-initiated-logout-certification-test-plan", rpInitiatedLogout);
